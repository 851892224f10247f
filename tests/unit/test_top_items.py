"""What the view `top_items` makes of purchases and refunds."""

import pytest

from tests.unit.folding import folded, recorded
from tui_ledger.domain.events import Event, ItemPurchased, MoneyWithdrawn, PurchaseRefunded, UserCreated
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.query_side.view import Document
from tui_ledger.query_side.views.segments import segment
from tui_ledger.query_side.views.top_items import TopItems


def bought(item: str, amount: int, wallet: str = "moyin", currency: str = "USD") -> Event:
    return ItemPurchased(wallet, item, amount, currency, "arms", "smithy")


def refunded(item: str, amount: int) -> Event:
    return PurchaseRefunded(
        "moyin", amount, "USD", "an id", item, "arms", "smithy", "2024-06-01T12:00:00.000000Z"
    )


def top_items(*events: Event) -> dict[str, Document]:
    return folded(TopItems(), events)


def test_an_item_says_how_often_it_was_bought_and_what_it_brought_in() -> None:
    assert top_items(
        bought("sword", 20_000),
        bought("shield", 30_000),
        bought("sword", 19_999, "bob"),
        bought("sword", 30_000, "ken", "JPY"),
    ) == {
        "USD/sword": {"item": "sword", "count": 2, "revenue": "399.99"},
        "USD/shield": {"item": "shield", "count": 1, "revenue": "300.00"},
        "JPY/sword": {"item": "sword", "count": 1, "revenue": "30000"},
    }


def test_a_refund_takes_its_amount_off_the_revenue_and_leaves_the_count() -> None:
    sold_twice = [bought("sword", 200), bought("sword", 300)]
    assert top_items(*sold_twice, refunded("sword", 50))["USD/sword"]["revenue"] == "4.50"
    assert top_items(*sold_twice, refunded("sword", 200), refunded("sword", 300)) == {
        "USD/sword": {"item": "sword", "count": 2, "revenue": "0.00"}
    }


@pytest.mark.parametrize(
    ("item", "key"),
    [
        ("剣", "USD/剣"),
        ("sword/large", "USD/sword%2Flarge"),
        ("100%", "USD/100%25"),
        ("%2F", "USD/%252F"),
        ("/", "USD/%2F"),
        ("a\nb\x1b[0m\x7f", "USD/a%0Ab%1B[0m%7F"),
        (" a  b ", "USD/ a  b "),
        ("剣" * 200, "USD/" + "剣" * 200),
    ],
)
def test_a_name_is_one_segment_of_the_key_and_stands_in_the_document_as_it_is(item: str, key: str) -> None:
    assert top_items(bought(item, 100)) == {key: {"item": item, "count": 1, "revenue": "1.00"}}


def test_names_are_one_item_only_if_they_are_the_same_code_points() -> None:
    names = ["caf\u00e9", "cafe\u0301", "Café", "a/b", "a%2Fb", "a%2fb", "\u2126", "\u03a9"]
    assert len(top_items(*(bought(name, 1) for name in names))) == len(names)
    assert len({segment(name) for name in names}) == len(names)


def test_nothing_but_purchases_and_refunds_is_about_items() -> None:
    view = TopItems()
    for data in (UserCreated("moyin", "", "USD"), MoneyWithdrawn("moyin", 5, "USD", "")):
        assert list(view.keys(recorded(data, 1))) == []
        view.fold(recorded(data, 1), {})


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([refunded("sword", 1)], id="a refund of what nobody bought"),
        pytest.param([bought("sword", 100), refunded("sword", 101)], id="a refund of more than was paid"),
        pytest.param([bought("sword", 100), refunded("shield", 1)], id="a refund of something else"),
        pytest.param([bought("sword", 0)], id="a purchase for nothing"),
        pytest.param([bought("sword", 100), refunded("sword", -1)], id="a refund of less than nothing"),
        pytest.param([bought("sword", 100, currency="A/C")], id="a currency that does not exist"),
    ],
)
def test_an_event_that_cannot_have_happened_is_refused(events: list[Event]) -> None:
    with pytest.raises(ImpossibleEvent):
        top_items(*events)
