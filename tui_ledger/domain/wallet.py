"""The wallet as a Decider: `initial_state`, `decide` and `evolve`, three pure functions.

The pattern is Jérémie Chassaing's ("Functional Event Sourcing Decider", 2021). No state is ever stored
as such: it is what `evolve` makes of the events, one after the other.
"""

from collections.abc import Iterable
from typing import Final, Protocol, assert_never

import msgspec
from msgspec.structs import replace
from rpds import HashTrieMap, HashTrieSet

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
from tui_ledger.domain.money import LIMIT, AmountError, format_amount, parse_amount
from tui_ledger.domain.rejections import Rejected
from tui_ledger.domain.transfer import ReceiveTransfer, ReturnTransfer, SettleTransfer
from tui_ledger.errors import IntegrityError


class Purchase(msgspec.Struct, frozen=True, gc=False):
    """A purchase and how much of it was paid back, in minor units."""

    item: str
    amount: int
    category: str
    merchant: str
    purchased_at: str
    refunded: int


class NoWallet(msgspec.Struct, frozen=True, gc=False):
    """Before the first event."""


class OpenWallet(msgspec.Struct, frozen=True, gc=False):
    """A wallet in use. Its amounts are in minor units.

    The maps are persistent: a state shares them with the states before, so that keeping an old state costs
    nothing and a purchase costs the same in a wallet of ten thousand.

    Attributes:
        posted: The balance, with what is on its way to other wallets.
        pending: How much of that is on its way.
        purchases: By event id.
        sent: What is on its way, by the id of the transfer.
        received: Every transfer that has come in.
    """

    wallet: str
    owner: str
    currency: str
    posted: int = 0
    pending: int = 0
    purchases: "HashTrieMap[str, Purchase]" = HashTrieMap()
    sent: "HashTrieMap[str, int]" = HashTrieMap()
    received: "HashTrieSet[str]" = HashTrieSet()

    @property
    def available(self) -> int:
        """What can be spent."""
        return self.posted - self.pending


class ClosedWallet(msgspec.Struct, frozen=True, gc=False):
    """A wallet that nothing can happen in any more. It still knows the transfers that had come in."""

    wallet: str
    owner: str
    currency: str
    posted: int
    received: "HashTrieSet[str]"

    @property
    def available(self) -> int:
        """What it held when it was closed."""
        return self.posted


WalletState = NoWallet | OpenWallet | ClosedWallet


class Happened(Protocol):
    """As much of a recorded event as `evolve` needs."""

    @property
    def id(self) -> str: ...
    @property
    def occurred_at(self) -> str: ...
    @property
    def data(self) -> Event: ...


class ImpossibleEvent(IntegrityError):
    """An event that no decision can have made, such as a deposit into a wallet that does not exist."""


_NO_WALLET: Final = NoWallet()


def initial_state() -> WalletState:
    """The state before the first event."""
    return _NO_WALLET


def decide(command: Command, state: WalletState) -> list[Event]:
    """What happens when `command` meets `state`.

    Raises:
        Rejected: the command is refused.
        ValueError: a transfer without an id, which would be without a name.
    """
    match state:
        case OpenWallet():
            return [_decide_open(command, state)]
        case NoWallet():
            if isinstance(command, CreateUser):
                return [UserCreated(wallet=command.wallet, owner=command.owner, currency=command.currency)]
            raise Rejected("unknown_wallet", wallet=command.wallet)
        case ClosedWallet():
            _check_unknown_transfer(command, state)
            raise Rejected(
                "wallet_exists" if isinstance(command, CreateUser) else "wallet_closed", wallet=command.wallet
            )


def _decide_open(command: Command, state: OpenWallet) -> Event:  # noqa: C901 - a case for each command
    wallet, currency = state.wallet, state.currency
    match command:
        case DepositMoney():
            amount = _exact(command.amount, state)
            _check_room(amount, state)
            return MoneyDeposited(wallet, amount, currency, command.source)
        case WithdrawMoney():
            amount = _exact(command.amount, state)
            _check_funds(amount, state)
            return MoneyWithdrawn(wallet, amount, currency, command.destination)
        case PurchaseItem():
            price = _exact(command.price, state)
            _check_funds(price, state)
            return ItemPurchased(wallet, command.item, price, currency, command.category, command.merchant)
        case RefundPurchase():
            return _refund(command, state)
        case SendMoney():
            return _send(command, state)
        case ReceiveTransfer():
            return _receive(command, state)
        case SettleTransfer():
            _sent_amount(command, state)
            return TransferSettled(wallet, command.transfer)
        case ReturnTransfer():
            amount = _sent_amount(command, state)
            return TransferReturned(wallet, command.transfer, amount, currency, command.reason)
        case CloseWallet():
            if state.posted != 0:
                balance = format_amount(state.posted, currency)
                raise Rejected("wallet_not_empty", wallet=wallet, balance=balance, currency=currency)
            return WalletClosed(wallet, command.reason)
        case CreateUser():
            raise Rejected("wallet_exists", wallet=wallet)
    raise TypeError(f"no decision for {type(command).__name__}")


def evolve(state: WalletState, happened: Happened) -> WalletState:
    """The state after one more event.

    Raises:
        ImpossibleEvent: the event does not fit the state at all.
    """
    event = happened.data
    if isinstance(state, OpenWallet):
        return _evolve_open(state, event, happened)
    if isinstance(state, NoWallet):
        if isinstance(event, UserCreated):
            return OpenWallet(event.wallet, event.owner, event.currency)
        raise ImpossibleEvent(f"{event.wallet} does not exist yet")
    if isinstance(event, UserCreated):
        raise ImpossibleEvent(f"{event.wallet} is created a second time")
    raise ImpossibleEvent(f"{event.wallet} is closed")


def _evolve_open(state: OpenWallet, event: Event, happened: Happened) -> WalletState:  # noqa: C901 - a case for each event
    if isinstance(event, UserCreated):
        raise ImpossibleEvent(f"{event.wallet} is created a second time")
    if isinstance(event, WalletClosed):
        return ClosedWallet(state.wallet, state.owner, state.currency, state.posted, state.received)
    if not isinstance(event, TransferSettled) and event.currency != state.currency:
        raise ImpossibleEvent(f"{event.wallet} is kept in {state.currency}, and this is {event.currency}")
    match event:
        case MoneyDeposited():
            return replace(state, posted=state.posted + event.amount)
        case MoneyWithdrawn():
            return replace(state, posted=state.posted - event.amount)
        case ItemPurchased():
            bought = Purchase(
                event.item, event.amount, event.category, event.merchant, happened.occurred_at, 0
            )
            purchases = state.purchases.insert(happened.id, bought)
            return replace(state, posted=state.posted - event.amount, purchases=purchases)
        case PurchaseRefunded():
            purchase = state.purchases.get(event.purchase)
            if purchase is None:
                raise ImpossibleEvent(f"{event.wallet} never bought {event.purchase}")
            refunded = replace(purchase, refunded=purchase.refunded + event.amount)
            purchases = state.purchases.insert(event.purchase, refunded)
            return replace(state, posted=state.posted + event.amount, purchases=purchases)
        case TransferSent():
            if event.transfer in state.sent:
                raise ImpossibleEvent(f"{event.wallet} sends the transfer {event.transfer} a second time")
            sent = state.sent.insert(event.transfer, event.amount)
            return replace(state, pending=state.pending + event.amount, sent=sent)
        case TransferReceived():
            if event.transfer in state.received:
                raise ImpossibleEvent(f"{event.wallet} receives the transfer {event.transfer} a second time")
            received = state.received.insert(event.transfer)
            return replace(state, posted=state.posted + event.amount, received=received)
        case TransferSettled() | TransferReturned():
            return _ended(state, event)
        case _:
            assert_never(event)


def fold(happened: Iterable[Happened], state: WalletState = _NO_WALLET) -> WalletState:
    """The state after all of `happened`, in that order."""
    for one in happened:
        state = evolve(state, one)
    return state


def _ended(state: OpenWallet, event: TransferSettled | TransferReturned) -> OpenWallet:
    amount = state.sent.get(event.transfer)
    if amount is None:
        raise ImpossibleEvent(f"{event.wallet} has no transfer {event.transfer} on its way")
    sent, pending = state.sent.remove(event.transfer), state.pending - amount
    if isinstance(event, TransferSettled):
        return replace(state, posted=state.posted - amount, pending=pending, sent=sent)
    if event.amount != amount:
        raise ImpossibleEvent(
            f"the transfer {event.transfer} of {event.wallet} comes back with another amount"
        )
    return replace(state, pending=pending, sent=sent)


def _send(command: SendMoney, state: OpenWallet) -> TransferSent:
    if command.to == state.wallet:
        raise Rejected("same_wallet", wallet=state.wallet)
    if command.id is None:
        raise ValueError("a transfer is named after its command, and this one has no id")
    if command.id in state.sent:
        raise Rejected("transfer_under_way", wallet=state.wallet, transfer=command.id)
    amount = _exact(command.amount, state)
    _check_funds(amount, state)
    return TransferSent(state.wallet, command.id, command.to, amount, state.currency, command.note)


def _receive(command: ReceiveTransfer, state: OpenWallet) -> TransferReceived:
    _check_unknown_transfer(command, state)
    if command.currency != state.currency:
        raise Rejected("other_currency", wallet=state.wallet, currency=state.currency, sent=command.currency)
    _check_room(command.amount, state)
    return TransferReceived(
        state.wallet, command.transfer, command.sender, command.amount, command.currency, command.note
    )


def _check_unknown_transfer(command: Command, state: OpenWallet | ClosedWallet) -> None:
    if isinstance(command, ReceiveTransfer) and command.transfer in state.received:
        raise Rejected("transfer_known", wallet=state.wallet, transfer=command.transfer)


def _sent_amount(command: SettleTransfer | ReturnTransfer, state: OpenWallet) -> int:
    amount = state.sent.get(command.transfer)
    if amount is None:
        raise Rejected("transfer_over", wallet=state.wallet, transfer=command.transfer)
    return amount


def _refund(command: RefundPurchase, state: OpenWallet) -> PurchaseRefunded:
    bought = state.purchases.get(command.purchase)
    if bought is None:
        raise Rejected("unknown_purchase", wallet=state.wallet, purchase=command.purchase)
    left = bought.amount - bought.refunded
    amount = left if command.amount is None else _exact(command.amount, state)
    if amount > left or left == 0:
        raise Rejected(
            "refund_too_large",
            left=format_amount(left, state.currency),
            needed=format_amount(amount or bought.amount, state.currency),
            currency=state.currency,
        )
    _check_room(amount, state)
    return PurchaseRefunded(
        wallet=state.wallet,
        amount=amount,
        currency=state.currency,
        purchase=command.purchase,
        item=bought.item,
        category=bought.category,
        merchant=bought.merchant,
        purchased_at=bought.purchased_at,
    )


def _exact(amount: str, state: OpenWallet) -> int:
    try:
        return parse_amount(amount, state.currency)
    except AmountError as error:
        details = {"reason": str(error), "mistake": error.code, **error.values}
        raise Rejected("bad_amount", wallet=state.wallet, amount=amount, **details) from None


def _check_funds(amount: int, state: OpenWallet) -> None:
    if amount > state.available:
        raise Rejected(
            "insufficient_funds",
            wallet=state.wallet,
            available=format_amount(state.available, state.currency),
            needed=format_amount(amount, state.currency),
            currency=state.currency,
        )


def _check_room(amount: int, state: OpenWallet) -> None:
    if state.posted + amount > LIMIT:
        limit = format_amount(LIMIT, state.currency)
        raise Rejected("balance_too_large", wallet=state.wallet, limit=limit, currency=state.currency)
