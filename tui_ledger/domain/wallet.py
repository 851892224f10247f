"""The wallet as a Decider: `initial_state`, `decide` and `evolve`, three pure functions.

The pattern is Jérémie Chassaing's ("Functional Event Sourcing Decider", 2021). No state is ever stored
as such: it is what `evolve` makes of the events, one after the other.
"""

from collections.abc import Iterable
from typing import Final, Protocol, assert_never

import msgspec
from rpds import HashTrieMap

from tui_ledger.domain.commands import (
    CloseWallet,
    Command,
    CreateUser,
    DepositMoney,
    PurchaseItem,
    RefundPurchase,
    WithdrawMoney,
)
from tui_ledger.domain.events import (
    Event,
    ItemPurchased,
    MoneyDeposited,
    MoneyWithdrawn,
    PurchaseRefunded,
    UserCreated,
    WalletClosed,
)
from tui_ledger.domain.money import LIMIT, AmountError, format_amount, parse_amount
from tui_ledger.domain.rejections import Rejected
from tui_ledger.errors import IntegrityError


class Purchase(msgspec.Struct, frozen=True):
    """A purchase and how much of it was paid back, in minor units."""

    item: str
    amount: int
    category: str
    merchant: str
    purchased_at: str
    refunded: int


class NoWallet(msgspec.Struct, frozen=True):
    """Before the first event."""


class OpenWallet(msgspec.Struct, frozen=True):
    """A wallet in use. `posted` is its balance in minor units; `purchases` are by event id.

    The map is persistent: a state shares it with the states before, so that keeping an old state costs
    nothing and a purchase costs the same in a wallet of ten thousand.
    """

    wallet: str
    owner: str
    currency: str
    posted: int
    purchases: "HashTrieMap[str, Purchase]"

    @property
    def available(self) -> int:
        """What can be spent, in minor units."""
        return self.posted


class ClosedWallet(msgspec.Struct, frozen=True):
    """A wallet that nothing can happen in any more."""

    wallet: str
    owner: str
    currency: str
    posted: int


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


def decide(command: Command, state: WalletState) -> list[Event]:  # noqa: C901 - a case for each command
    """What happens when `command` meets `state`.

    Raises:
        Rejected: the command is refused.
    """
    match command, state:
        case CreateUser(), NoWallet():
            return [UserCreated(wallet=command.wallet, owner=command.owner, currency=command.currency)]
        case CreateUser(), _:
            raise Rejected("wallet_exists", wallet=command.wallet)
        case _, NoWallet():
            raise Rejected("unknown_wallet", wallet=command.wallet)
        case _, ClosedWallet():
            raise Rejected("wallet_closed", wallet=command.wallet)
        case DepositMoney(), OpenWallet():
            amount = _exact(command.amount, state)
            _check_room(amount, state)
            return [
                MoneyDeposited(
                    wallet=state.wallet, amount=amount, currency=state.currency, source=command.source
                )
            ]
        case WithdrawMoney(), OpenWallet():
            amount = _exact(command.amount, state)
            _check_funds(amount, state)
            return [
                MoneyWithdrawn(
                    wallet=state.wallet,
                    amount=amount,
                    currency=state.currency,
                    destination=command.destination,
                )
            ]
        case PurchaseItem(), OpenWallet():
            price = _exact(command.price, state)
            _check_funds(price, state)
            return [
                ItemPurchased(
                    wallet=state.wallet,
                    item=command.item,
                    amount=price,
                    currency=state.currency,
                    category=command.category,
                    merchant=command.merchant,
                )
            ]
        case RefundPurchase(), OpenWallet():
            return [_refund(command, state)]
        case CloseWallet(), OpenWallet():
            if state.posted != 0:
                balance = format_amount(state.posted, state.currency)
                raise Rejected(
                    "wallet_not_empty", wallet=state.wallet, balance=balance, currency=state.currency
                )
            return [WalletClosed(wallet=state.wallet, reason=command.reason)]
    raise TypeError(f"no decision for {type(command).__name__}")


def evolve(state: WalletState, happened: Happened) -> WalletState:  # noqa: C901 - a case for each event
    """The state after one more event.

    Raises:
        ImpossibleEvent: the event does not fit the state at all.
    """
    event = happened.data
    if isinstance(event, UserCreated):
        if not isinstance(state, NoWallet):
            raise ImpossibleEvent(f"{event.wallet} is created a second time")
        return OpenWallet(event.wallet, event.owner, event.currency, 0, HashTrieMap())
    if isinstance(state, NoWallet):
        raise ImpossibleEvent(f"{event.wallet} does not exist yet")
    if isinstance(state, ClosedWallet):
        raise ImpossibleEvent(f"{event.wallet} is closed")
    if not isinstance(event, WalletClosed) and event.currency != state.currency:
        raise ImpossibleEvent(f"{event.wallet} is kept in {state.currency}, and this is {event.currency}")
    match event:
        case MoneyDeposited():
            return _moved(state, event.amount, state.purchases)
        case MoneyWithdrawn():
            return _moved(state, -event.amount, state.purchases)
        case ItemPurchased():
            purchase = Purchase(
                event.item, event.amount, event.category, event.merchant, happened.occurred_at, 0
            )
            return _moved(state, -event.amount, state.purchases.insert(happened.id, purchase))
        case PurchaseRefunded():
            bought = state.purchases.get(event.purchase)
            if bought is None:
                raise ImpossibleEvent(f"{event.wallet} never bought {event.purchase}")
            refunded = msgspec.structs.replace(bought, refunded=bought.refunded + event.amount)
            return _moved(state, event.amount, state.purchases.insert(event.purchase, refunded))
        case WalletClosed():
            return ClosedWallet(state.wallet, state.owner, state.currency, state.posted)
        case _:
            assert_never(event)


def fold(happened: Iterable[Happened], state: WalletState = _NO_WALLET) -> WalletState:
    """The state after all of `happened`, in that order."""
    for one in happened:
        state = evolve(state, one)
    return state


def _moved(state: OpenWallet, change: int, purchases: "HashTrieMap[str, Purchase]") -> OpenWallet:
    return OpenWallet(state.wallet, state.owner, state.currency, state.posted + change, purchases)


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
        raise Rejected("bad_amount", wallet=state.wallet, amount=amount, reason=str(error)) from None


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
