"""What a wallet is after its events, and which events cannot be."""

import pytest
from rpds import HashTrieSet

from tui_ledger.domain.events import (
    Event,
    ItemPurchased,
    MoneyDeposited,
    MoneyWithdrawn,
    PurchaseRefunded,
    UserCreated,
    WalletClosed,
)
from tui_ledger.domain.wallet import ClosedWallet, ImpossibleEvent, OpenWallet
from tui_ledger.testing import given

CREATED = UserCreated("moyin", "Moyin", "USD")
DEPOSITED = MoneyDeposited("moyin", 1000, "USD", "")
BOUGHT = ItemPurchased("moyin", "sword", 300, "USD", "weapons", "smithy")
CLOSED = WalletClosed("moyin", "")


def refund(purchase: str, currency: str = "USD") -> PurchaseRefunded:
    """A refund of 100."""
    return PurchaseRefunded("moyin", 100, currency, purchase, "sword", "weapons", "smithy", "")


def opened(*events: Event) -> OpenWallet:
    """The state after `events`, which is an open wallet."""
    state = given(*events).state
    assert isinstance(state, OpenWallet)
    return state


def test_the_balance_is_what_the_events_make_of_it() -> None:
    state = opened(CREATED, DEPOSITED, BOUGHT, MoneyWithdrawn("moyin", 50, "USD", ""), refund("3"))
    assert (state.posted, state.available) == (750, 750)


def test_a_purchase_is_kept_by_its_event_id_with_what_was_paid_back() -> None:
    bought = opened(CREATED, DEPOSITED, BOUGHT, refund("3"), refund("3")).purchases["3"]
    assert (bought.item, bought.amount, bought.refunded) == ("sword", 300, 200)


def test_two_purchases_of_the_same_thing_are_two() -> None:
    purchases = opened(CREATED, DEPOSITED, BOUGHT, BOUGHT, refund("4")).purchases
    assert (purchases["3"].refunded, purchases["4"].refunded) == (0, 100)


def test_an_old_state_stays_as_it_was() -> None:
    before = opened(CREATED, DEPOSITED)
    opened(CREATED, DEPOSITED, BOUGHT)
    assert len(before.purchases) == 0


def test_a_closed_wallet_keeps_its_name_and_balance() -> None:
    assert given(CREATED, CLOSED).state == ClosedWallet("moyin", "Moyin", "USD", 0, HashTrieSet())


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([CREATED, CREATED], "created a second time"),
        ([CREATED, CLOSED, CREATED], "created a second time"),
        ([DEPOSITED], "does not exist yet"),
        ([CLOSED], "does not exist yet"),
        ([CREATED, CLOSED, DEPOSITED], "is closed"),
        ([CREATED, CLOSED, CLOSED], "is closed"),
        ([CREATED, MoneyDeposited("moyin", 1, "EUR", "")], "kept in USD, and this is EUR"),
        ([CREATED, MoneyWithdrawn("moyin", 1, "JPY", "")], "kept in USD, and this is JPY"),
        ([CREATED, DEPOSITED, refund("3")], "never bought 3"),
        ([CREATED, DEPOSITED, refund("2")], "never bought 2"),
        ([CREATED, DEPOSITED, BOUGHT, refund("3", "EUR")], "kept in USD, and this is EUR"),
    ],
)
def test_an_event_that_no_decision_can_have_made_is_impossible(events: list[Event], reason: str) -> None:
    with pytest.raises(ImpossibleEvent, match=reason):
        given(events)


def test_an_impossible_event_says_that_the_ledger_is_damaged() -> None:
    assert ImpossibleEvent.exit_status == 5
