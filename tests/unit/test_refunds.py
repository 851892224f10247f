"""Refunds in part and in whole: of every purchase as much comes back as was paid, and never more."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tui_ledger.domain.commands import DepositMoney, PurchaseItem, RefundPurchase
from tui_ledger.domain.events import Event, ItemPurchased, PurchaseRefunded, UserCreated
from tui_ledger.domain.money import format_amount
from tui_ledger.testing import given as given_events
from tui_ledger.testing.given import When

prices = st.lists(st.integers(1, 500), min_size=1, max_size=4)
refunds = st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(1, 400)), max_size=15)


def opened(currency: str, prices: list[int]) -> list[Event]:
    """A wallet that has bought something at each of `prices`, in minor units: events 3 and on."""
    events: list[Event] = [UserCreated("moyin", "", currency)]
    events += given_events(events).when(DepositMoney(wallet="moyin", amount="10000")).events
    for price in prices:
        bought = PurchaseItem(wallet="moyin", item="x", price=format_amount(price, currency))
        events += given_events(events).when(bought).events
    return events


def refund(events: list[Event], number: int, minor: int | None, currency: str) -> When:
    """What comes of refunding the purchase that is event `number`."""
    amount = None if minor is None else format_amount(minor, currency)
    return given_events(events).when(RefundPurchase(wallet="moyin", purchase=str(number), amount=amount))


@given(st.sampled_from(["USD", "JPY"]), prices, refunds)
def test_never_more_comes_back_than_was_paid_and_always_all_that_is_left(
    currency: str, prices: list[int], refunds: list[tuple[int, int | None]]
) -> None:
    events = opened(currency, prices)
    paid_back: Counter[int] = Counter()
    for index, minor in refunds:
        number = 3 + index % len(prices)
        left = prices[number - 3] - paid_back[number]
        outcome = refund(events, number, minor, currency)
        if left == 0 or (minor or 0) > left:
            outcome.then_rejected("refund_too_large", left=format_amount(left, currency))
            continue
        [back] = outcome.events
        assert isinstance(back, PurchaseRefunded)
        assert back.amount == (left if minor is None else minor)
        bought = events[number - 1]
        assert isinstance(bought, ItemPurchased)
        assert (back.currency, back.item) == (bought.currency, bought.item)
        paid_back[number] += back.amount
        events.append(back)
    assert all(paid_back[number] <= price for number, price in enumerate(prices, 3))
