"""Whether a whole ledger holds together: the log, the books behind it, and every view."""

import re
from collections import defaultdict
from typing import Final

import msgspec

from tui_ledger.command_side.histories import stream_of
from tui_ledger.domain.postings import postings
from tui_ledger.domain.wallet import ImpossibleEvent, NoWallet, WalletState, evolve, initial_state
from tui_ledger.errors import InputError, LedgerError
from tui_ledger.event_store.audit import BadEvent, audited
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import EventStore, Head, StoredEvent
from tui_ledger.query_side.query_side import QuerySide

_ANCHOR: Final = re.compile(r"([0-9]{1,15}):([0-9a-f]{64})", re.ASCII)


class Verification(msgspec.Struct, frozen=True):
    """What `verify` found. `first_bad` is the position of the first event that is wrong, if one is."""

    ok: bool
    events: int
    head: str
    first_bad: int | None
    reason: str | None


def parse_anchor(text: str) -> Head:
    """The head that an anchor `N:HASH` names.

    Raises:
        InputError: it is none.
    """
    match = _ANCHOR.fullmatch(text)
    if match is None:
        raise InputError("An anchor looks like 4: and 64 hexadecimal digits, as `tui-ledger head` prints it.")
    return Head(int(match[1]), match[2])


async def verify(store: EventStore, views: QuerySide, anchor: Head | None = None) -> Verification:
    """Check everything that can be checked, from the first event on, up to the first thing that is wrong."""
    head = GENESIS
    books = _Books()
    try:
        async for event in audited(store, anchor):
            books.add(event)
            head = Head(event.position, event.hash)
    except BadEvent as bad:
        return Verification(False, head.position, str(head), bad.position, bad.reason)
    problem = books.problem() or await views.audit()
    return Verification(problem is None, head.position, str(head), None, problem)


class _Books:
    """The postings of the log, summed up, beside the fold of each wallet: two ways to the same balance."""

    def __init__(self) -> None:
        self._balances: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._wallets: dict[str, WalletState] = {}

    def add(self, stored: StoredEvent) -> None:
        try:
            event = decode(stored)
            if event.stream != stream_of(event.data.wallet):
                reason = f"it is about {event.data.wallet}, and stands in {event.stream}"
                raise BadEvent(event.position, reason)
            before = self._wallets.get(event.stream, initial_state())
            self._wallets[event.stream] = evolve(before, event)
        except (ImpossibleEvent, LedgerError) as error:
            raise BadEvent(stored.position, str(error)) from error
        for posting in postings(event.data):
            self._balances[posting.currency, posting.account] += posting.amount

    def problem(self) -> str | None:
        for currency in {currency for currency, _ in self._balances}:
            total = sum(amount for (kept, _), amount in self._balances.items() if kept == currency)
            if total:
                return f"the books in {currency} do not balance: they sum to {total}"
        for stream, state in self._wallets.items():
            if isinstance(state, NoWallet):
                continue
            booked = self._balances.get((state.currency, stream), 0)
            if booked != state.available or booked < 0:
                return f"{stream} has {booked} in the books, and {state.available} by its events"
        return None
