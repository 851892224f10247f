"""The reactor `mailer`: who bought something, or was sent money, gets a mail. And how not to do it."""

from collections.abc import Iterable, Sequence
from typing import Final

from tui_ledger.domain.events import ItemPurchased, RecordedEvent, TransferReceived
from tui_ledger.errors import InputError
from tui_ledger.nearest import nearest
from tui_ledger.query_side.views.amounts import to_text
from tui_ledger.reactors.reactor import Mail, Reactor


class Mailer:
    """Writes a mail for each purchase, and for each transfer that has arrived."""

    def __init__(self, name: str = "mailer", *, guarded: bool = True) -> None:
        self.name = name
        self.guarded = guarded

    def react(self, event: RecordedEvent) -> Mail | None:
        data = event.data
        if isinstance(data, ItemPurchased):
            price = f"{to_text(data.amount, data.currency)} {data.currency}"
            return Mail(data.wallet, f"{data.wallet} bought {data.item} for {price}.")
        if isinstance(data, TransferReceived):
            amount = f"{to_text(data.amount, data.currency)} {data.currency}"
            return Mail(data.wallet, f"{data.wallet} received {amount} from {data.sender}.")
        return None


BUILT_IN: Final[tuple[Reactor, ...]] = (Mailer(), Mailer("mailer-unguarded", guarded=False))
"""Every built-in reactor. `mailer-unguarded` is wrong, and shows why: it mails again at each replay."""


def find_reactors(wanted: Iterable[str | Reactor]) -> Sequence[Reactor]:
    """The reactors of these names; one that is given itself is itself.

    Raises:
        InputError: there is none of a name; the sentence says which there are.
    """
    known = {reactor.name: reactor for reactor in BUILT_IN}
    found = []
    for one in wanted:
        if not isinstance(one, str):
            found.append(one)
        elif one in known:
            found.append(known[one])
        else:
            raise unknown_reactor(one, known)
    return found


def unknown_reactor(name: str, known: Iterable[str]) -> InputError:
    """The error that there is no reactor of that name."""
    names = list(known)
    which = f" The reactors are {', '.join(names)}." if names else " There is none here."
    return InputError(f"There is no reactor {name}{nearest(name, names)}{which}", "unknown_reactor")
