"""The view `books`: the general ledger, in double entry."""

from collections.abc import Iterable, Iterator, MutableMapping
from typing import Final

from tui_ledger.domain.events import RecordedEvent
from tui_ledger.domain.postings import IN_FLIGHT, Posting, postings
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.event_store.port import Fact
from tui_ledger.query_side.view import Document, Gathering
from tui_ledger.query_side.views.amounts import check_positive, to_minor, to_text
from tui_ledger.query_side.views.segments import segment


class Books:
    """A document for each account, by currency: `USD/world`, `USD/in-flight`, `USD/wallet/moyin`.

    "Debit the receiver, credit the giver": what flows into an account is among its `debits`, what flows out
    of it among its `credits`, and `balance` is debits less credits. So a wallet that holds money is above
    zero, and `world`, where all money comes from, is below. The balances of a currency sum to zero at every
    position.

    An account appears with its first posting. Merchants are `USD/merchant/smithy`, and the one without a name
    is `USD/merchant/`.
    """

    name: Final = "books"
    version: Final = 1

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        return map(_key, postings(event.data))

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        entry = postings(event.data)
        if not entry:
            return
        giver, receiver = entry
        amount = check_positive(receiver.amount)
        key = _key(giver)
        documents[key] = _booked(documents.get(key), giver, credit=amount)
        key = _key(receiver)
        documents[key] = _booked(documents.get(key), receiver, debit=amount)

    def gather(self) -> Gathering:
        return BookSums()


class _Account:
    """What is booked on one account; `lowest` is the least that its balance was on the way, from zero."""

    __slots__ = ("credit", "debit", "lowest")

    def __init__(self) -> None:
        self.debit = self.credit = self.lowest = 0


class BookSums:
    """See `Gathering`: what is booked, by currency and account."""

    def __init__(self) -> None:
        self._accounts: dict[tuple[str, str], _Account] = {}
        self._by_key: dict[str, tuple[Posting, _Account]] = {}

    def __len__(self) -> int:
        return len(self._accounts)

    def add(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            entry = postings(fact.data)
            if entry:
                giver, receiver = entry
                amount = check_positive(receiver.amount)
                account = self._account(giver)
                account.credit += amount
                account.lowest = min(account.lowest, account.debit - account.credit)
                self._account(receiver).debit += amount

    def keys(self) -> Iterator[str]:
        for (currency, name), account in self._accounts.items():
            posting = Posting(name, currency, 0)
            key = _key(posting)
            self._by_key[key] = (posting, account)
            yield key

    def fold(self, key: str, document: Document | None) -> Document:
        posting, account = self._by_key[key]
        if _cannot_owe(posting.account):  # nor on the way
            _booked(document, posting, credit=-account.lowest)
        return _booked(document, posting, debit=account.debit, credit=account.credit)

    def _account(self, posting: Posting) -> _Account:
        place = (posting.currency, posting.account)
        account = self._accounts.get(place)
        if account is None:
            account = self._accounts[place] = _Account()
        return account


def _key(posting: Posting) -> str:
    kind, slash, name = posting.account.partition("/")
    return f"{segment(posting.currency)}/{kind}{slash}{segment(name)}"


def _booked(before: Document | None, posting: Posting, *, debit: int = 0, credit: int = 0) -> Document:
    currency = posting.currency
    if before is not None:
        debit += to_minor(before["debits"], currency)
        credit += to_minor(before["credits"], currency)
    balance = debit - credit
    if balance < 0 and _cannot_owe(posting.account):
        raise ImpossibleEvent(f"more comes out of {posting.account} than ever went in")
    return {
        "debits": to_text(debit, currency),
        "credits": to_text(credit, currency),
        "balance": to_text(balance, currency),
    }


def _cannot_owe(account: str) -> bool:
    """Whether nothing but an impossible event can lead the account below zero.

    An overdrawn wallet is booked with its sign, as in `balances`: the books say what happened.
    """
    return account == IN_FLIGHT or account.startswith("merchant/")
