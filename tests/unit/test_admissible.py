"""Which events can have happened: those, and only those, that some command leads to."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.folding import recorded
from tui_ledger.domain.admissible import Inadmissible, admissible
from tui_ledger.domain.commands import (
    CloseWallet,
    Command,
    CreateUser,
    DepositMoney,
    PurchaseItem,
    RefundPurchase,
    SendMoney,
    WithdrawMoney,
)
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
from tui_ledger.domain.money import LIMIT
from tui_ledger.domain.rejections import Rejected
from tui_ledger.domain.transfer import ReceiveTransfer, ReturnTransfer, SettleTransfer
from tui_ledger.domain.wallet import OpenWallet, WalletState, decide, evolve, fold, initial_state

CREATED: Final = UserCreated("moyin", "", "USD")
HUNDRED: Final = MoneyDeposited("moyin", 10_000, "USD", "salary")
SWORD: Final = ItemPurchased("moyin", "sword", 2_000, "USD", "weapons", "smithy")
SENT: Final = TransferSent("moyin", "t-1", "bob", 1_000, "USD", "rent")
RECEIVED: Final = TransferReceived("moyin", "t-2", "bob", 500, "USD", "")
OPEN: Final[tuple[Event, ...]] = (CREATED, HUNDRED, SWORD, SENT, RECEIVED)
BOUGHT_AT: Final = recorded(SWORD, 3).occurred_at
REFUND: Final = PurchaseRefunded("moyin", 500, "USD", "id-3", "sword", "weapons", "smithy", BOUGHT_AT)


def after(events: Iterable[Event]) -> WalletState:
    return fold(recorded(event, position) for position, event in enumerate(events, start=1))


@pytest.mark.parametrize(
    "event",
    [
        MoneyDeposited("moyin", 1, "USD", "forged, and yet somebody could have brought it"),
        MoneyWithdrawn("moyin", 7_500, "USD", ""),
        ItemPurchased("moyin", "shield", 7_500, "USD", "", ""),
        REFUND,
        msgspec.structs.replace(REFUND, amount=2_000),
        TransferSent("moyin", "t-3", "nobody", 7_500, "USD", ""),
        TransferReceived("moyin", "t-3", "bob", 1, "USD", ""),
        TransferSettled("moyin", "t-1"),
        TransferReturned("moyin", "t-1", 1_000, "USD", "unknown_wallet"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_a_command_can_lead_to_is_admissible(event: Event) -> None:
    admissible(after(OPEN), recorded(event, 6))


def test_a_wallet_can_be_created_once_and_closed_when_it_is_empty() -> None:
    admissible(initial_state(), recorded(CREATED, 1))
    admissible(after([CREATED]), recorded(WalletClosed("moyin", ""), 2))


def replaced(event: Event, **fields: Any) -> Event:
    return msgspec.structs.replace(event, **fields)


@pytest.mark.parametrize(
    ("before", "event", "sentence"),
    [
        ((), HUNDRED, "There is no wallet moyin"),
        ((), RECEIVED, "There is no wallet moyin"),
        (OPEN, CREATED, "exists already"),
        ((), replaced(CREATED, currency="XXX"), "XXX is no currency"),
        ((CREATED, WalletClosed("moyin", "")), HUNDRED, "is closed"),
        ((CREATED, WalletClosed("moyin", "")), CREATED, "exists already"),
        (OPEN, WalletClosed("moyin", ""), "still holds"),
        (OPEN, MoneyWithdrawn("moyin", 7_501, "USD", ""), "has 75.00 USD, and this needs 75.01"),
        (OPEN, replaced(SWORD, amount=7_501), "has 75.00 USD"),
        (OPEN, replaced(SENT, transfer="t-3", amount=7_501), "has 75.00 USD"),
        (OPEN, replaced(HUNDRED, amount=0), "more than zero"),
        (OPEN, replaced(HUNDRED, amount=-1), "an amount looks like"),
        (OPEN, replaced(HUNDRED, amount=LIMIT + 1), "at most"),
        (OPEN, replaced(HUNDRED, amount=LIMIT), "more than"),
        (OPEN, replaced(HUNDRED, currency="EUR"), "kept in USD"),
        (OPEN, replaced(HUNDRED, source="x" * 201), "at most 200"),
        (OPEN, replaced(HUNDRED, source="sealed:v1:x"), "cannot begin with"),
        (OPEN, replaced(SWORD, item=" "), "cannot be empty"),
        (OPEN, replaced(REFUND, purchase="id-4"), "has no purchase id-4"),
        (OPEN, replaced(REFUND, amount=2_001), "20.00 USD can be refunded"),
        ((*OPEN, REFUND), replaced(REFUND, amount=1_501), "15.00 USD can be refunded"),
        (OPEN, replaced(REFUND, item="shield"), "item is shield, and can only be sword"),
        (OPEN, replaced(REFUND, category=""), "category is"),
        (OPEN, replaced(REFUND, merchant=""), "merchant is"),
        (OPEN, replaced(REFUND, purchased_at="2026-01-01T00:00:00.000000Z"), "purchased_at is"),
        (OPEN, replaced(SENT, transfer="t-3", to="moyin"), "goes to another wallet"),
        (OPEN, replaced(SENT, transfer="t-3", to="Bob"), "a wallet id has"),
        (OPEN, SENT, "on its way already"),
        (OPEN, replaced(SENT, transfer="7"), "a command id is"),
        (OPEN, RECEIVED, "received the transfer t-2 before"),
        ((CREATED, RECEIVED), replaced(RECEIVED, transfer="t-3", amount=-5), "an amount looks like"),
        (OPEN, replaced(RECEIVED, transfer="t-3", sender="moyin"), "what it has sent itself"),
        (OPEN, TransferSettled("moyin", "t-2"), "no transfer t-2 on its way"),
        ((*OPEN, TransferSettled("moyin", "t-1")), TransferSettled("moyin", "t-1"), "no transfer t-1"),
        (OPEN, TransferReturned("moyin", "t-1", 999, "USD", "wallet_closed"), "amount is 999"),
        (OPEN, TransferReturned("moyin", "t-1", 1_000, "USD", "\x1b[2J"), "no reason"),
        (OPEN, replaced(HUNDRED, wallet="bob"), "wallet is bob"),
    ],
)
def test_what_no_command_leads_to_is_not(before: tuple[Event, ...], event: Event, sentence: str) -> None:
    with pytest.raises(Inadmissible, match=sentence):
        admissible(after(before), recorded(event, len(before) + 1))


amounts = st.one_of(st.sampled_from(["0.01", "1", "5", "19.99", "20", "10000000000000.00"]))
texts = st.sampled_from(["", "a", "剣"])
transfers = st.sampled_from(["t-1", "t-2", "t-3"])
purchases = st.sampled_from([f"id-{position}" for position in range(1, 12)])
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(CreateUser, wallet=st.just("moyin"), currency=st.sampled_from(["USD", "JPY"])),
    st.builds(DepositMoney, wallet=st.just("moyin"), amount=amounts, source=texts),
    st.builds(DepositMoney, wallet=st.just("moyin"), amount=amounts, source=texts),
    st.builds(WithdrawMoney, wallet=st.just("moyin"), amount=amounts, destination=texts),
    st.builds(PurchaseItem, wallet=st.just("moyin"), item=st.just("sword"), price=amounts, category=texts),
    st.builds(RefundPurchase, wallet=st.just("moyin"), purchase=purchases, amount=amounts | st.none()),
    st.builds(SendMoney, wallet=st.just("moyin"), id=transfers, to=st.just("bob"), amount=amounts),
    st.builds(
        ReceiveTransfer,
        wallet=st.just("moyin"),
        transfer=transfers,
        sender=st.just("bob"),
        amount=st.integers(1, 5_000),
        currency=st.sampled_from(["USD", "JPY"]),
        note=texts,
    ),
    st.builds(SettleTransfer, wallet=st.just("moyin"), transfer=transfers),
    st.builds(ReturnTransfer, wallet=st.just("moyin"), transfer=transfers, reason=st.just("wallet_closed")),
    st.builds(CloseWallet, wallet=st.just("moyin"), reason=texts),
)


def check_sound(state: WalletState) -> None:
    """What no decision ever breaks."""
    assert isinstance(state, OpenWallet)
    assert 0 <= state.pending <= state.posted <= LIMIT
    assert state.pending == sum(state.sent.values())
    assert all(0 <= bought.refunded <= bought.amount for bought in state.purchases.values())


@settings(max_examples=150, deadline=None)
@given(st.lists(commands, max_size=12), st.data())
def test_whatever_is_decided_is_admissible_and_what_is_admissible_breaks_no_rule(
    asked: list[Command], data: st.DataObject
) -> None:
    state: WalletState = initial_state()
    position = 1
    for command in (CreateUser(wallet="moyin"), DepositMoney(wallet="moyin", amount="50"), *asked):
        try:
            [event] = decide(command, state)
        except Rejected:
            continue
        happened = recorded(event, position)
        admissible(state, happened)
        mutated = _mutated(event, data)
        try:
            admissible(state, recorded(mutated, position))
        except Inadmissible:
            pass
        else:
            if isinstance(state, OpenWallet) and not isinstance(mutated, WalletClosed):
                check_sound(evolve(state, recorded(mutated, position)))
        state = evolve(state, happened)
        position += 1


def _mutated(event: Event, data: st.DataObject) -> Event:
    name = data.draw(st.sampled_from(event.__struct_fields__))
    if isinstance(getattr(event, name), int):
        return replaced(event, **{name: data.draw(st.integers(-(10**16), 10**16) | st.integers(-3, 6_000))})
    return replaced(event, **{name: data.draw(st.sampled_from(["", "moyin", "bob", "t-1", "id-3", "JPY"]))})
