"""The books behind the events: every event that moves money debits one account and credits another.

Double entry is as old as Luca Pacioli's *Summa de arithmetica* (Venice, 1494). Here an account's amount
grows with what flows into it, so that the postings of each event, and so of the whole log, sum to zero.
"""

from typing import Final, assert_never

import msgspec

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

IN_FLIGHT: Final = "in-flight"
"""The account of what has left one wallet and has not come to another."""


class Posting(msgspec.Struct, frozen=True):
    """`amount` minor units that flow into `account`, or out of it where they are negative."""

    account: str
    currency: str
    amount: int


def postings(event: Event) -> tuple[Posting, ...]:
    """What `event` writes into the books: nothing, or postings that sum to zero."""
    match event:
        case UserCreated() | TransferSettled() | WalletClosed():
            return ()
        case MoneyDeposited():
            return _flow("world", _wallet(event.wallet), event.amount, event.currency)
        case MoneyWithdrawn():
            return _flow(_wallet(event.wallet), "world", event.amount, event.currency)
        case ItemPurchased():
            return _flow(_wallet(event.wallet), _merchant(event.merchant), event.amount, event.currency)
        case PurchaseRefunded():
            return _flow(_merchant(event.merchant), _wallet(event.wallet), event.amount, event.currency)
        case TransferSent():
            return _flow(_wallet(event.wallet), IN_FLIGHT, event.amount, event.currency)
        case TransferReceived() | TransferReturned():
            return _flow(IN_FLIGHT, _wallet(event.wallet), event.amount, event.currency)
        case _:
            assert_never(event)


def change(event: Event) -> int:
    """What `event` does to what its own wallet has available, in minor units: its posting there."""
    match event:
        case MoneyDeposited() | PurchaseRefunded() | TransferReceived() | TransferReturned():
            return event.amount
        case ItemPurchased() | MoneyWithdrawn() | TransferSent():
            return -event.amount
        case UserCreated() | TransferSettled() | WalletClosed():
            return 0
        case _:
            assert_never(event)


def _flow(source: str, target: str, amount: int, currency: str) -> tuple[Posting, ...]:
    return Posting(source, currency, -amount), Posting(target, currency, amount)


def _wallet(wallet: str) -> str:
    return f"wallet/{wallet}"


def _merchant(merchant: str) -> str:
    return f"merchant/{merchant}"
