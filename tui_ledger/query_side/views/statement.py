"""The view `statement`: every event of a wallet as a line, with the balance after it."""

from collections.abc import Iterable, MutableMapping
from functools import lru_cache
from typing import Final, assert_never

from tui_ledger.domain.events import (
    Event,
    ItemPurchased,
    MoneyDeposited,
    MoneyWithdrawn,
    PurchaseRefunded,
    RecordedEvent,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
    UserCreated,
    WalletClosed,
)
from tui_ledger.domain.postings import change
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.query_side.view import Document
from tui_ledger.query_side.views.amounts import to_minor, to_text, zero_like


class Statement:
    """A document for each line, so that a statement can grow for ever and a new line costs the same."""

    name: Final = "statement"
    version: Final = 1

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        wallet, version = event.data.wallet, event.version
        if version == 1:
            return (line_key(wallet, 1),)
        return line_key(wallet, version - 1), line_key(wallet, version)

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        *before, key = self.keys(event)
        previous = documents.get(before[0]) if before else None
        moved, balance = _amounts(event.data, previous)
        documents[key] = {
            "position": event.position,
            "occurred_at": event.occurred_at,
            "type": event.type,
            "text": _own_words(event.data),
            "change": moved,
            "balance": balance,
        }


@lru_cache(maxsize=10_000)
def line_key(wallet: str, version: int) -> str:
    """The key of a line: `moyin/000002`.

    Keys are read in their order as text, so that a number of more than six digits gets a letter before
    it, one for each length: `moyin/999999`, `moyin/a1000000`.
    """
    number = f"{version:06d}"
    longer = len(number) - 6
    return f"{wallet}/{chr(ord('a') + longer - 1)}{number}" if longer else f"{wallet}/{number}"


def _amounts(data: Event, previous: Document | None) -> tuple[str, str]:
    """What the event changed, and the balance after it."""
    if isinstance(data, UserCreated):
        if previous is not None:
            raise ImpossibleEvent(f"{data.wallet} is created a second time")
        zero = to_text(0, data.currency)
        return zero, zero
    if previous is None:
        raise ImpossibleEvent(f"{data.wallet} does not exist yet")
    if previous["type"] == WalletClosed.__name__:
        raise ImpossibleEvent(f"{data.wallet} is closed")
    if isinstance(data, WalletClosed | TransferSettled):
        return zero_like(previous["balance"]), previous["balance"]
    moved = change(data)
    balance = to_minor(previous["balance"], data.currency) + moved
    return to_text(moved, data.currency), to_text(balance, data.currency)


def _own_words(data: Event) -> str:
    match data:
        case UserCreated():
            return data.owner
        case MoneyDeposited():
            return data.source
        case MoneyWithdrawn():
            return data.destination
        case ItemPurchased() | PurchaseRefunded():
            return data.item
        case TransferSent() | TransferReceived():
            return data.note
        case TransferSettled():
            return ""
        case TransferReturned() | WalletClosed():
            return data.reason
        case _:
            assert_never(data)
