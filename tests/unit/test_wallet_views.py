"""What the views of wallets, `balances` and `statement`, make of events."""

import pytest

from tests.unit.folding import folded
from tui_ledger.domain.events import (
    Event,
    ItemPurchased,
    MoneyDeposited,
    MoneyWithdrawn,
    PurchaseRefunded,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
    UserCreated,
    WalletClosed,
)
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.errors import IntegrityError
from tui_ledger.query_side.view import View
from tui_ledger.query_side.views.amounts import to_minor, to_text, zero_like
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.query_side.views.statement import Statement, line_key

CREATED = UserCreated("moyin", "Mo Yin", "USD")
SALARY = MoneyDeposited("moyin", 100_000, "USD", "salary")
SWORD = ItemPurchased("moyin", "剣", 20_000, "USD", "weapons", "smith")
REFUND = PurchaseRefunded(
    "moyin", 20_000, "USD", "id-3", "剣", "weapons", "smith", "2026-01-03T00:00:00.000000Z"
)
RENT = MoneyWithdrawn("moyin", 100_000, "USD", "landlord")
CLOSED = WalletClosed("moyin", "moved away")
LIFE = (CREATED, SALARY, SWORD, REFUND, RENT, CLOSED)

OF_WALLETS = pytest.mark.parametrize("view", [Balances(), Statement()], ids=lambda view: view.name)

ANN = UserCreated("ann", "Ann", "USD")
SENT = TransferSent("moyin", "t1", "ann", 30_000, "USD", "rent")
RECEIVED = TransferReceived("ann", "t1", "moyin", 30_000, "USD", "rent")
SETTLED = TransferSettled("moyin", "t1")
RETURNED = TransferReturned("moyin", "t1", 30_000, "USD", "wallet_closed")


def test_a_wallet_begins_with_nothing() -> None:
    assert folded(Balances(), [CREATED]) == {
        "moyin": {
            "wallet": "moyin",
            "owner": "Mo Yin",
            "currency": "USD",
            "posted": "0.00",
            "pending": "0.00",
            "available": "0.00",
            "state": "open",
        }
    }


def test_the_balance_is_what_came_in_without_what_went_out() -> None:
    document = folded(Balances(), [CREATED, SALARY, SWORD])["moyin"]
    assert (document["posted"], document["available"]) == ("800.00", "800.00")


def shown(*events: Event) -> dict[str, tuple[str, str, str]]:
    """What BALANCES says of each wallet after `events`: posted, pending, available."""
    documents = folded(Balances(), events)
    return {key: (one["posted"], one["pending"], one["available"]) for key, one in documents.items()}


def test_what_is_on_its_way_is_pending_and_no_longer_available() -> None:
    assert shown(CREATED, SALARY, ANN, SENT)["moyin"] == ("1000.00", "300.00", "700.00")


def test_what_arrives_leaves_the_one_document_and_enters_the_other_in_one_event() -> None:
    arrived = {"moyin": ("700.00", "0.00", "700.00"), "ann": ("300.00", "0.00", "300.00")}
    assert shown(CREATED, SALARY, ANN, SENT, RECEIVED) == arrived
    assert shown(CREATED, SALARY, ANN, SENT, RECEIVED, SETTLED) == arrived


def test_what_comes_back_is_available_again() -> None:
    assert shown(CREATED, SALARY, ANN, SENT, RETURNED)["moyin"] == ("1000.00", "0.00", "1000.00")


def test_a_statement_has_a_line_for_every_step_of_a_transfer() -> None:
    lines = folded(Statement(), [CREATED, SALARY, SENT, SETTLED])
    last = [(line["type"], line["text"], line["change"], line["balance"]) for line in lines.values()][-2:]
    assert last == [
        ("TransferSent", "rent", "-300.00", "700.00"),
        ("TransferSettled", "", "0.00", "700.00"),
    ]
    lines = folded(Statement(), [CREATED, SALARY, SENT, RETURNED])
    assert lines["moyin/000004"]["text"] == "wallet_closed"
    assert (lines["moyin/000004"]["change"], lines["moyin/000004"]["balance"]) == ("300.00", "1000.00")


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([ANN, RECEIVED], "moyin does not exist yet"),
        ([CREATED, CLOSED, ANN, RECEIVED], "moyin is closed"),
        ([CREATED, SALARY, RECEIVED], "ann does not exist yet"),
        ([CREATED, SALARY, ANN, RECEIVED], "less on its way than has come to its end"),
        ([CREATED, SALARY, RETURNED], "less on its way than has come to its end"),
        ([UserCreated("moyin", "", "EUR"), ANN, RECEIVED], "moyin is kept in EUR, and this is USD"),
        ([SENT], "moyin does not exist yet"),
    ],
)
def test_balances_refuses_a_step_that_cannot_be_the_next(events: list[Event], reason: str) -> None:
    with pytest.raises(ImpossibleEvent, match=reason):
        folded(Balances(), events)


def test_a_closed_wallet_stays_in_sight() -> None:
    document = folded(Balances(), LIFE)["moyin"]
    assert (document["posted"], document["state"]) == ("0.00", "closed")


def test_amounts_have_the_decimals_of_their_currency() -> None:
    events: list[Event] = [UserCreated("ken", "", "JPY"), MoneyDeposited("ken", 500, "JPY", "")]
    assert folded(Balances(), events)["ken"]["posted"] == "500"
    assert folded(Statement(), events)["ken/000002"]["change"] == "500"


def test_a_statement_has_a_line_for_every_event() -> None:
    lines = folded(Statement(), LIFE)
    assert [
        (key, line["type"], line["text"], line["change"], line["balance"]) for key, line in lines.items()
    ] == [
        ("moyin/000001", "UserCreated", "Mo Yin", "0.00", "0.00"),
        ("moyin/000002", "MoneyDeposited", "salary", "1000.00", "1000.00"),
        ("moyin/000003", "ItemPurchased", "剣", "-200.00", "800.00"),
        ("moyin/000004", "PurchaseRefunded", "剣", "200.00", "1000.00"),
        ("moyin/000005", "MoneyWithdrawn", "landlord", "-1000.00", "0.00"),
        ("moyin/000006", "WalletClosed", "moved away", "0.00", "0.00"),
    ]


def test_a_line_says_which_event_it_is_and_when_that_happened() -> None:
    line = folded(Statement(), [CREATED, SALARY])["moyin/000002"]
    assert set(line) == {"position", "occurred_at", "type", "text", "change", "balance"}
    assert (line["position"], line["occurred_at"]) == (2, "2026-01-03T00:00:00.000000Z")


def test_lines_stay_in_order_beyond_six_digits() -> None:
    versions = [1, 2, 10, 999_999, 1_000_000, 1_000_001, 9_999_999, 10_000_000]
    keys = [line_key("moyin", version) for version in versions]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert keys[1] == "moyin/000002"


@OF_WALLETS
@pytest.mark.parametrize(
    "events",
    [
        pytest.param([SALARY], id="a deposit before the wallet exists"),
        pytest.param([CREATED, CREATED], id="a second creation"),
        pytest.param([CREATED, CLOSED, SALARY], id="a deposit after the end"),
        pytest.param([UserCreated("moyin", "", "ABC")], id="a currency that does not exist"),
    ],
)
def test_an_event_that_cannot_have_happened_is_refused(view: View, events: list[Event]) -> None:
    with pytest.raises(ImpossibleEvent):
        folded(view, events)


@OF_WALLETS
def test_money_of_another_currency_is_refused(view: View) -> None:
    with pytest.raises(IntegrityError, match=r"in (USD|JPY)"):
        folded(view, [CREATED, SALARY, MoneyDeposited("moyin", 5, "JPY", "")])


@OF_WALLETS
def test_a_forged_overdraft_is_counted_with_its_sign(view: View) -> None:
    events: list[Event] = [
        CREATED,
        MoneyWithdrawn("moyin", 5, "USD", ""),
        MoneyDeposited("moyin", 1, "USD", ""),
    ]
    last = list(folded(view, events).values())[-1]
    assert last.get("posted", last.get("balance")) == "-0.04"


@pytest.mark.parametrize(
    ("minor", "currency", "text"), [(-4, "USD", "-0.04"), (10**20, "JPY", "1" + "0" * 20)]
)
def test_amounts_survive_the_way_there_and_back(minor: int, currency: str, text: str) -> None:
    assert to_text(minor, currency) == text
    assert to_minor(text, currency) == minor


@pytest.mark.parametrize(
    "text", ["", "-", "1", "1.0", "1.000", "01.00", "--1.00", "1_0.00", "１.00", "-0.00", "1.-1"]
)
def test_an_amount_that_nobody_wrote_is_not_read(text: str) -> None:
    with pytest.raises(IntegrityError, match="no amount in USD"):
        to_minor(text, "USD")


def test_zero_is_written_like_its_neighbours() -> None:
    assert [zero_like(text) for text in ("-12.34", "5", "1.000")] == ["0.00", "0", "0.000"]
