"""Whether a whole ledger holds together: the log, the books behind it, and every view."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from tui_ledger.command_side.snapshots import Snapshot, Snapshots
from tui_ledger.command_side.streams import stream_of
from tui_ledger.domain.events import (
    Event,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
)
from tui_ledger.domain.postings import IN_FLIGHT, postings
from tui_ledger.domain.wallet import ImpossibleEvent, NoWallet, WalletState, evolve, initial_state
from tui_ledger.errors import InputError, LedgerError, NewerVersionError
from tui_ledger.event_store.audit import BadEvent, audited
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import EventStore, Head, StoredEvent
from tui_ledger.query_side.query_side import QuerySide

_TOLD: Final = 10_000  # events from one time to the next at which it is told how far it is
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


async def verify(
    store: EventStore,
    views: QuerySide,
    snapshots: Snapshots | None,
    anchor: Head | None = None,
    progress: Callable[[int], None] | None = None,
) -> Verification:
    """Check everything that can be checked, from the first event on, up to the first thing that is wrong.

    `progress` is told from time to time up to which position the log is good.

    Raises:
        NewerVersionError: the log has events that only a newer version of this program can read.
    """
    head = GENESIS
    books = _Books(await snapshots.all() if snapshots else [])
    try:
        async for event in audited(store, anchor):
            books.add(event)
            head = Head(event.position, event.hash)
            if progress is not None and head.position % _TOLD == 0:
                progress(head.position)
    except BadEvent as bad:
        return Verification(False, head.position, str(head), bad.position, bad.reason)
    problem = books.problem() or await views.audit()
    return Verification(problem is None, head.position, str(head), None, problem)


class _Books:
    """The postings of the log, summed up, beside the fold of each wallet: two ways to the same balance."""

    def __init__(self, snapshots: Iterable[Snapshot]) -> None:
        self._balances: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._wallets: dict[str, WalletState] = {}
        self._transfers = _Transfers()
        self._snapshots = {snapshot.position: snapshot for snapshot in snapshots}
        self._false_snapshot: Snapshot | None = None

    def add(self, stored: StoredEvent) -> None:
        try:
            event = decode(stored)
            if event.stream != stream_of(event.data.wallet):
                reason = f"it is about {event.data.wallet}, and stands in {event.stream}"
                raise BadEvent(event.position, reason)
            before = self._wallets.get(event.stream, initial_state())
            self._wallets[event.stream] = evolve(before, event)
            self._transfers.add(event.data)
            snapshot = self._snapshots.get(event.position)
            if snapshot and snapshot.is_of(stored) and snapshot.state != self._wallets[event.stream]:
                self._false_snapshot = snapshot
        except NewerVersionError:
            raise
        except LedgerError as error:
            raise BadEvent(stored.position, str(error)) from error
        for posting in postings(event.data):
            self._balances[posting.currency, posting.account] += posting.amount

    def problem(self) -> str | None:
        if self._false_snapshot is not None:
            wallet = self._false_snapshot.state.wallet
            return f"the snapshot of {wallet} is not what its events come to; delete the folder derived"
        pending: defaultdict[str, int] = defaultdict(int)
        for stream, state in self._wallets.items():
            if isinstance(state, NoWallet):
                continue
            booked = self._balances.get((state.currency, stream), 0)
            if booked != state.available:
                return f"{stream} has {booked} in the books, and {state.available} by its events"
            if booked < 0:
                return f"{stream} has {booked}, and no wallet can have less than nothing"
            pending[state.currency] += state.posted - state.available
        for currency in {currency for currency, _ in self._balances}:
            total = sum(amount for (kept, _), amount in self._balances.items() if kept == currency)
            if total:
                return f"the books in {currency} do not balance: they sum to {total}"
            booked = self._balances.get((currency, IN_FLIGHT), 0)
            on_its_way = pending[currency] - self._transfers.arrived(currency)
            if booked != on_its_way:
                return f"in {currency} {booked} is in flight by the books, and {on_its_way} by the wallets"
        return None


class _Transfers:
    """The transfers that have not ended: each is received as it was sent, or returned, and never both."""

    def __init__(self) -> None:
        self._sent: dict[tuple[str, str], TransferSent] = {}  # by sender and name, and not received
        self._received: dict[tuple[str, str], TransferSent] = {}  # and not settled

    def add(self, data: Event) -> None:
        """Take in what happened next.

        Raises:
            ImpossibleEvent: it does not follow from what happened to that transfer before.
        """
        match data:
            case TransferSent():
                self._sent[data.wallet, data.transfer] = data
            case TransferReceived():
                sent = self._take(self._sent, data.sender, data.transfer)
                if (sent.to, sent.amount, sent.currency) != (data.wallet, data.amount, data.currency):
                    raise ImpossibleEvent(f"the transfer {data.transfer} comes in as it was not sent")
                self._received[data.sender, data.transfer] = sent
            case TransferReturned():
                self._take(self._sent, data.wallet, data.transfer)
            case TransferSettled():
                self._take(self._received, data.wallet, data.transfer)
            case _:
                return

    def arrived(self, currency: str) -> int:
        """How much has come in, and is still pending where it was sent."""
        return sum(sent.amount for sent in self._received.values() if sent.currency == currency)

    @staticmethod
    def _take(transfers: dict[tuple[str, str], TransferSent], sender: str, transfer: str) -> TransferSent:
        sent = transfers.pop((sender, transfer), None)
        if sent is None:
            raise ImpossibleEvent(
                f"{sender} has no transfer {transfer} for which this could be the next step"
            )
        return sent
