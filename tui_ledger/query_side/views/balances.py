"""The view `balances`: what each wallet holds."""

from collections.abc import Iterable, Iterator, MutableMapping
from typing import Final

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
from tui_ledger.event_store.port import Fact
from tui_ledger.query_side.view import Document, Gathering
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

    def gather(self) -> Gathering:
        return BalanceChanges()


class _Change:
    """What happens to one wallet."""

    __slots__ = ("available", "closed", "created", "currency", "lowest", "pending")

    def __init__(self, currency: str | None, created: UserCreated | None = None) -> None:
        self.currency = currency
        self.created = created
        self.closed = False
        self.available = self.pending = self.lowest = 0

    def move(self, currency: str, available: int, pending: int) -> None:
        if currency != self.currency and not self._is_first(currency):
            raise ImpossibleEvent(f"this is {currency}, and the wallet is kept in {self.currency}")
        self.available += available
        if pending:
            self.pending += pending
            self.lowest = min(self.lowest, self.pending)

    def _is_first(self, currency: str) -> bool:
        if self.currency is not None:
            return False
        self.currency = currency
        return True


class BalanceChanges:
    """See `Gathering`: what was moved in each wallet."""

    def __init__(self) -> None:
        self._wallets: dict[str, _Change] = {}

    def __len__(self) -> int:
        return len(self._wallets)

    def add(self, facts: Iterable[Fact]) -> None:
        wallets = self._wallets
        for fact in facts:
            data = fact.data
            wallet = data.wallet
            change = wallets.get(wallet)
            if change is None:
                created = data if isinstance(data, UserCreated) else None
                change = wallets[wallet] = _Change(created.currency if created else None, created)
                if created:
                    continue
            if change.closed:
                raise ImpossibleEvent(f"{wallet} is closed")
            if isinstance(data, ItemPurchased | MoneyWithdrawn):
                change.move(data.currency, -data.amount, 0)
            elif isinstance(data, MoneyDeposited | PurchaseRefunded):
                change.move(data.currency, data.amount, 0)
            else:
                self._add_rare(data, change)

    def keys(self) -> Iterator[str]:
        return iter(self._wallets)

    def fold(self, key: str, document: Document | None) -> Document:
        change = self._wallets[key]
        if change.created is not None:
            if document is not None:
                raise ImpossibleEvent(f"{key} is created a second time")
            document = _created(change.created)
        before = _open(key, {} if document is None else {key: document})
        if change.currency is not None:
            if to_minor(before["pending"], change.currency) + change.lowest < 0:
                raise ImpossibleEvent(f"{key} may have less on its way than has come to its end")
            before = _moved(before, change.currency, available=change.available, pending=change.pending)
        return {**before, "state": "closed"} if change.closed else before

    def _add_rare(self, data: Event, change: _Change) -> None:
        match data:
            case TransferSent():
                change.move(data.currency, -data.amount, data.amount)
            case TransferReturned():
                change.move(data.currency, data.amount, -data.amount)
            case TransferReceived():
                change.move(data.currency, data.amount, 0)
                sender = self._wallets.setdefault(data.sender, _Change(data.currency))
                if sender.closed:
                    raise ImpossibleEvent(f"{data.sender} is closed")
                sender.move(data.currency, 0, -data.amount)
            case TransferSettled():
                pass
            case WalletClosed():
                change.closed = True
            case _:
                raise ImpossibleEvent(f"{data.wallet} is created a second time")


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
