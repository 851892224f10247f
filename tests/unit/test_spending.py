"""What the view `spending` makes of purchases and refunds."""

import pytest

from tests.unit.folding import folded, recorded
from tui_ledger.domain.events import (
    Event,
    ItemPurchased,
    MoneyDeposited,
    PurchaseRefunded,
    RecordedEvent,
    TransferSent,
    UserCreated,
)
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.query_side.view import Document
from tui_ledger.query_side.views.spending import Spending

IN_2024 = "2024-06-01T12:00:00.000000Z"
IN_2025 = "2025-06-01T12:00:00.000000Z"


def bought(amount: int, category: str = "arms", wallet: str = "moyin", currency: str = "USD") -> Event:
    return ItemPurchased(wallet, "an item", amount, currency, category, "smithy")


def refunded(amount: int, category: str = "arms", purchased_at: str = IN_2024) -> Event:
    return PurchaseRefunded("moyin", amount, "USD", "an id", "an item", category, "smithy", purchased_at)


def spending(*events: tuple[str, Event]) -> dict[str, Document]:
    """The documents after events at these times."""
    return folded(Spending(), [recorded(data, number, at) for number, (at, data) in enumerate(events, 1)])


def test_purchases_add_up_by_year_and_currency_for_everybody_and_for_each_wallet() -> None:
    assert spending(
        (IN_2024, bought(20_000)),
        (IN_2024, bought(1_50, "food", "bob")),
        (IN_2024, bought(50)),
        (IN_2024, bought(300, currency="JPY", wallet="ken")),
        (IN_2025, bought(7)),
    ) == {
        "2024/USD": {"total": "202.00", "categories": {"arms": "200.50", "food": "1.50"}},
        "2024/USD/moyin": {"total": "200.50", "categories": {"arms": "200.50"}},
        "2024/USD/bob": {"total": "1.50", "categories": {"food": "1.50"}},
        "2024/JPY": {"total": "300", "categories": {"arms": "300"}},
        "2024/JPY/ken": {"total": "300", "categories": {"arms": "300"}},
        "2025/USD": {"total": "0.07", "categories": {"arms": "0.07"}},
        "2025/USD/moyin": {"total": "0.07", "categories": {"arms": "0.07"}},
    }


def test_a_refund_counts_in_the_year_of_the_purchase() -> None:
    after = spending((IN_2024, bought(20_000)), (IN_2025, bought(500)), (IN_2025, refunded(5_000)))
    assert (
        after["2024/USD"] == after["2024/USD/moyin"] == {"total": "150.00", "categories": {"arms": "150.00"}}
    )
    assert after["2025/USD"]["total"] == "5.00"


def test_a_year_begins_at_midnight_utc() -> None:
    after = spending(
        ("2024-12-31T23:59:59.999999Z", bought(100)), ("2025-01-01T00:00:00.000000Z", bought(300))
    )
    assert (after["2024/USD"]["total"], after["2025/USD"]["total"]) == ("1.00", "3.00")


def test_a_year_has_four_digits() -> None:
    assert set(spending(("0999-01-01T00:00:00.000000Z", bought(1)))) == {"0999/USD", "0999/USD/moyin"}


def test_a_category_that_came_back_whole_stays_at_zero() -> None:
    came_back = [(IN_2024, bought(20_000)), (IN_2024, refunded(15_000)), (IN_2025, refunded(5_000))]
    assert spending(*came_back) == {
        key: {"total": "0.00", "categories": {"arms": "0.00"}} for key in ("2024/USD", "2024/USD/moyin")
    }
    after = spending(*came_back, (IN_2024, bought(100, "food")))
    assert after["2024/USD"]["categories"] == {"arms": "0.00", "food": "1.00"}


def test_what_has_no_category_is_under_the_empty_name() -> None:
    after = spending((IN_2024, bought(100, "")), (IN_2024, bought(200, "other")))
    assert after["2024/USD"]["categories"] == {"": "1.00", "other": "2.00"}


def test_a_category_is_what_its_buyer_called_it() -> None:
    hostile = "a/b%\x1b[31m\u202e"
    assert spending((IN_2024, bought(1, hostile)))["2024/USD"]["categories"] == {hostile: "0.01"}


def test_nothing_but_purchases_and_refunds_is_spending() -> None:
    view = Spending()
    for data in (
        UserCreated("moyin", "", "USD"),
        MoneyDeposited("moyin", 5, "USD", ""),
        TransferSent("moyin", "t", "bob", 5, "USD", ""),
    ):
        event: RecordedEvent = recorded(data, 1)
        assert list(view.keys(event)) == []
        view.fold(event, {})


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([refunded(1)], id="a refund of what nobody bought"),
        pytest.param([bought(100), refunded(101)], id="a refund of more than was spent"),
        pytest.param([bought(100), bought(100, "food"), refunded(150)], id="more than was spent on it"),
        pytest.param([bought(100), refunded(100, purchased_at=IN_2025)], id="a refund in another year"),
        pytest.param([bought(100, wallet="bob"), refunded(100)], id="a refund of what somebody else bought"),
        pytest.param([bought(0)], id="a purchase for nothing"),
        pytest.param([bought(100), refunded(-1)], id="a refund of less than nothing"),
        pytest.param([bought(100, currency="ABC")], id="a currency that does not exist"),
        pytest.param([bought(100), refunded(1, purchased_at="")], id="a purchase at no time"),
        pytest.param([bought(100), refunded(1, purchased_at="２０２４-06-01")], id="other digits"),
        pytest.param([bought(100), refunded(1, purchased_at="20246-01-01")], id="a year of five digits"),
    ],
)
def test_an_event_that_cannot_have_happened_is_refused(events: list[Event]) -> None:
    with pytest.raises(ImpossibleEvent):
        spending(*((IN_2024, data) for data in events))
