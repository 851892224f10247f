"""The view `balances`: what each wallet holds."""

from collections.abc import Iterable, MutableMapping
from typing import Final

from tui_ledger.domain.events import Event, RecordedEvent, UserCreated, WalletClosed
from tui_ledger.domain.postings import change
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.query_side.view import Document
from tui_ledger.query_side.views.amounts import to_minor, to_text


class Balances:
    """A document for each wallet, under its id.

    `posted` is the balance, `pending` the part of it that is on its way out, and `available` what is left.
    """

    name: Final = "balances"
    version: Final = 1

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        return (event.data.wallet,)

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        wallet = event.data.wallet
        before = documents.get(wallet)
        if isinstance(event.data, UserCreated):
            if before is not None:
                raise ImpossibleEvent(f"{wallet} is created a second time")
            documents[wallet] = _created(event.data)
        elif before is None:
            raise ImpossibleEvent(f"{wallet} does not exist yet")
        elif before["state"] == "closed":
            raise ImpossibleEvent(f"{wallet} is closed")
        else:
            documents[wallet] = _changed(before, event.data)


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


def _changed(before: Document, data: Event) -> Document:
    if isinstance(data, WalletClosed):
        return {**before, "state": "closed"}
    currency = before["currency"]
    if not isinstance(data, UserCreated) and data.currency != currency:
        raise ImpossibleEvent(f"{data.wallet} is kept in {currency}, and this is {data.currency}")
    posted = to_minor(before["posted"], currency) + change(data)
    available = posted - to_minor(before["pending"], currency)
    return {**before, "posted": to_text(posted, currency), "available": to_text(available, currency)}
