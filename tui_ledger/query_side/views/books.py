"""The view `books`: the general ledger, in double entry."""

from collections.abc import Iterable, MutableMapping
from typing import Final

from tui_ledger.domain.events import RecordedEvent
from tui_ledger.domain.postings import IN_FLIGHT, Posting, postings
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.query_side.view import Document
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
