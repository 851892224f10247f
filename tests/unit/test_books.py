"""What the view `books` makes of events: for every debit a credit, at every position."""

from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.folding import folded, steps
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
from tui_ledger.query_side.views.books import Books

WALLETS = {"moyin": "USD", "bob": "USD", "ken": "JPY", "dina": "BHD"}
SENT = TransferSent("moyin", "t", "bob", 500, "USD", "")


def bought(amount: int, merchant: str = "smithy") -> Event:
    return ItemPurchased("moyin", "sword", amount, "USD", "arms", merchant)


def refunded(amount: int, merchant: str = "smithy", wallet: str = "moyin", currency: str = "USD") -> Event:
    return PurchaseRefunded(wallet, amount, currency, "an id", "sword", "arms", merchant, "")


def balances(*events: Event) -> dict[str, str]:
    return {key: document["balance"] for key, document in folded(Books(), events).items()}


def test_the_receiver_is_debited_and_the_giver_credited() -> None:
    assert folded(Books(), [MoneyDeposited("moyin", 1000, "USD", ""), bought(200), refunded(50)]) == {
        "USD/world": {"debits": "0.00", "credits": "10.00", "balance": "-10.00"},
        "USD/wallet/moyin": {"debits": "10.50", "credits": "2.00", "balance": "8.50"},
        "USD/merchant/smithy": {"debits": "2.00", "credits": "0.50", "balance": "1.50"},
    }


def test_money_on_its_way_is_in_flight_until_it_arrives_or_comes_back() -> None:
    arrived: list[Event] = [
        TransferReceived("bob", "t", "moyin", 500, "USD", ""),
        TransferSettled("moyin", "t"),
    ]
    returned: list[Event] = [TransferReturned("moyin", "t", 500, "USD", "unknown_wallet")]
    given: list[Event] = [MoneyDeposited("moyin", 500, "USD", ""), SENT]
    assert balances(*given) == {"USD/world": "-5.00", "USD/wallet/moyin": "0.00", "USD/in-flight": "5.00"}
    assert balances(*given, *arrived) == {
        "USD/world": "-5.00",
        "USD/wallet/moyin": "0.00",
        "USD/in-flight": "0.00",
        "USD/wallet/bob": "5.00",
    }
    assert balances(*given, *returned)["USD/wallet/moyin"] == "5.00"


def test_an_account_appears_with_its_first_posting() -> None:
    assert balances(UserCreated("moyin", "", "USD"), WalletClosed("moyin", "")) == {}


@pytest.mark.parametrize(
    ("merchant", "key"),
    [
        ("", "USD/merchant/"),
        ("world", "USD/merchant/world"),
        ("../world", "USD/merchant/..%2Fworld"),
        ("wallet/moyin", "USD/merchant/wallet%2Fmoyin"),
        ("剣\n", "USD/merchant/剣%0A"),
    ],
)
def test_a_merchant_is_an_account_of_its_own_whatever_it_is_called(merchant: str, key: str) -> None:
    assert balances(bought(100, merchant)) == {"USD/wallet/moyin": "-1.00", key: "1.00"}


def test_a_forged_overdraft_is_booked_with_its_sign() -> None:
    assert balances(MoneyWithdrawn("moyin", 5, "USD", "")) == {
        "USD/wallet/moyin": "-0.05",
        "USD/world": "0.05",
    }


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([TransferReceived("bob", "t", "moyin", 5, "USD", "")], id="what nobody sent arrives"),
        pytest.param([SENT, TransferReturned("moyin", "t", 501, "USD", "")], id="more comes back than went"),
        pytest.param([bought(100), refunded(101)], id="a merchant pays back more than it got"),
        pytest.param([bought(100), refunded(1, "baker")], id="another merchant pays back"),
        pytest.param([MoneyDeposited("moyin", -5, "USD", "")], id="money flows backwards"),
        pytest.param([MoneyDeposited("moyin", 0, "USD", "")], id="nothing flows"),
        pytest.param([MoneyDeposited("moyin", 5, "ABC", "")], id="a currency that does not exist"),
    ],
)
def test_an_event_that_cannot_have_happened_is_refused(events: list[Event]) -> None:
    with pytest.raises(ImpossibleEvent):
        folded(Books(), events)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events as the command side could have made them, had every wallet money enough."""
    events: list[Event] = []
    on_their_way: list[TransferSent] = []
    purchases: list[ItemPurchased] = []
    for number in range(draw(st.integers(1, 40))):
        wallet = draw(st.sampled_from(list(WALLETS)))
        currency, amount = WALLETS[wallet], draw(st.integers(1, 10**15))
        kind = draw(st.sampled_from(["deposit", "withdraw", "buy", "refund", "send", "arrive", "return"]))
        if kind == "deposit":
            events.append(MoneyDeposited(wallet, amount, currency, ""))
        elif kind == "withdraw":
            events.append(MoneyWithdrawn(wallet, amount, currency, ""))
        elif kind == "buy":
            merchant = draw(st.sampled_from(["", "smithy", "world", "a/b"]))
            purchases.append(ItemPurchased(wallet, "x", amount, currency, "", merchant))
            events.append(purchases[-1])
        elif kind == "refund" and purchases:
            one = purchases.pop(draw(st.integers(0, len(purchases) - 1)))
            back = draw(st.integers(1, one.amount))
            events.append(refunded(back, one.merchant, one.wallet, one.currency))
        elif kind == "send":
            on_their_way.append(TransferSent(wallet, str(number), "bob", amount, currency, ""))
            events.append(on_their_way[-1])
        elif kind in ("arrive", "return") and on_their_way:
            sent = on_their_way.pop(draw(st.integers(0, len(on_their_way) - 1)))
            if kind == "arrive":
                events += [
                    TransferReceived(sent.to, sent.transfer, sent.wallet, sent.amount, sent.currency, ""),
                    TransferSettled(sent.wallet, sent.transfer),
                ]
            else:
                events.append(TransferReturned(sent.wallet, sent.transfer, sent.amount, sent.currency, ""))
    return events


@given(histories())
def test_the_balances_of_a_currency_sum_to_zero_at_every_position(events: list[Event]) -> None:
    for documents in steps(Books(), events):
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for key, document in documents.items():
            assert Decimal(document["balance"]) == Decimal(document["debits"]) - Decimal(document["credits"])
            sums[key.partition("/")[0]] += Decimal(document["balance"])
        assert not any(sums.values())
