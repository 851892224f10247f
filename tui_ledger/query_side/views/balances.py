"""The view `balances`: what each wallet holds."""

from collections.abc import Iterable, MutableMapping
from typing import Final

from tui_ledger.domain.events import (
    Event,
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
from tui_ledger.query_side.views.amounts import to_minor, to_text


class Balances:
    """A document for each wallet, under its id.

    `available` is what can be spent, `pending` what is on its way to other wallets, and `posted` both. What
    arrives leaves the sender's document and enters the receiver's in one event: at every position the
    documents together hold exactly what the wallets own.
    """

    name: Final = "balances"
    version: Final = 1

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        if isinstance(event.data, TransferReceived):
            return (event.data.wallet, event.data.sender)
        return (event.data.wallet,)

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        data = event.data
        if isinstance(data, UserCreated):
            if data.wallet in documents:
                raise ImpossibleEvent(f"{data.wallet} is created a second time")
            documents[data.wallet] = _created(data)
            return
        before = _open(data.wallet, documents)
        documents[data.wallet] = _changed(before, data)
        if isinstance(data, TransferReceived):
            sender = _open(data.sender, documents)
            documents[data.sender] = _moved(sender, data.currency, available=0, pending=-data.amount)


def _created(data: UserCreated) -> Document:
    zero = to_text(0, data.currency)
    return {
        "wallet": data.wallet,
        "owner": data.owner,
        "currency": data.currency,
        "posted": zero,
        "pending": zero,
        "available": zero,
        "state": "open",
    }


def _open(wallet: str, documents: MutableMapping[str, Document]) -> Document:
    document = documents.get(wallet)
    if document is None:
        raise ImpossibleEvent(f"{wallet} does not exist yet")
    if document["state"] == "closed":
        raise ImpossibleEvent(f"{wallet} is closed")
    return document


def _changed(before: Document, data: Event) -> Document:
    match data:
        case WalletClosed():
            return {**before, "state": "closed"}
        case UserCreated() | TransferSettled():
            return before
        case TransferSent():
            return _moved(before, data.currency, available=-data.amount, pending=data.amount)
        case TransferReturned():
            return _moved(before, data.currency, available=data.amount, pending=-data.amount)
        case _:
            return _moved(before, data.currency, available=change(data), pending=0)


def _moved(before: Document, moved: str, *, available: int, pending: int) -> Document:
    wallet, currency = before["wallet"], before["currency"]
    if moved != currency:
        raise ImpossibleEvent(f"{wallet} is kept in {currency}, and this is {moved}")
    pending += to_minor(before["pending"], currency)
    if pending < 0:
        raise ImpossibleEvent(f"{wallet} has less on its way than has come to its end")
    available += to_minor(before["available"], currency)
    return {
        **before,
        "posted": to_text(available + pending, currency),
        "pending": to_text(pending, currency),
        "available": to_text(available, currency),
    }
