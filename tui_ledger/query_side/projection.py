"""Projecting: events are folded into a view's documents, a batch at a time and each batch exactly once."""

from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from typing import Final

import msgspec

from tui_ledger.domain.events import RecordedEvent
from tui_ledger.errors import IntegrityError, explain
from tui_ledger.event_store.anchor import is_in
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import EventStore, FactPage, Head, StoredEvent
from tui_ledger.query_side.documents.port import Documents, State
from tui_ledger.query_side.folding import Turns, fold, gather
from tui_ledger.query_side.lease import LeaseLost
from tui_ledger.query_side.read_ahead import PAGE, read_ahead
from tui_ledger.query_side.view import Document, Gatherer, View, as_gatherer

CACHE: Final = 10_000
"""How many documents are kept in memory between batches."""

LEAP: Final = 100_000
"""The most events that are gathered for one commit."""

MANY: Final = 10
"""From so many events on it pays to gather them first."""


class Projection:
    """One view's documents on their way along the log.

    The documents of a batch and the checkpoint are one commit, on the condition that the checkpoint is
    where this projection believes it to be. So the effect of every event is there exactly once, whatever
    crashes, and whoever else was here.
    """

    def __init__(self, view: View, documents: Documents, holder: str) -> None:
        self.state = State()
        self._view = view
        self._gatherer = as_gatherer(view)
        self._documents = documents
        self._holder = holder
        self._cache: OrderedDict[str, Document | None] = OrderedDict()  # None: known not to exist
        self._singly_until = 0  # events up to here are not gathered

    async def begin(self, store: EventStore) -> None:
        """Read where the view is. Documents of another view, version or log are begun anew at position 1.

        Raises:
            LeaseLost: another worker holds the lease.
        """
        self._cache.clear()
        state = await self._documents.state()
        if not await self._fits(state, store):
            await self._documents.begin_anew(self._holder, state, self._view.name, self._view.version)
            state = await self._documents.state()
        if state.lease is None or state.lease.holder != self._holder:
            raise LeaseLost
        # What stopped the view before is tried again: the program may know more by now.
        self.state = msgspec.structs.replace(state, failed_at=None, reason=None)

    async def apply(self, batch: Sequence[StoredEvent | RecordedEvent]) -> bool:
        """Fold the events that follow the checkpoint, and commit.

        At an event that cannot be read or folded the batch ends; the state then says `failed_at`.

        Returns:
            False, and nothing is written, if another worker was here: `begin` again.
        """
        if batch[0].position != self.state.checkpoint + 1:
            done, came = self.state.checkpoint, batch[0].position
            raise IntegrityError(f"After event #{done} came #{came}: the log has a gap.")
        if len(batch) >= MANY and self._gatherer is not None:
            gathered = await self._gathered(self._gatherer, _as_page(batch))
            if gathered is not None:
                return await self._commit(gathered[0], None, gathered[1])
        end = Head(self.state.checkpoint, self.state.anchor)
        changed: dict[str, Document | None] = {}
        readable, failure = self._read(batch)
        await self._load(key for _, keys in readable for key in keys)
        turns = Turns()
        last: RecordedEvent | None = None
        for event, keys in readable:
            try:
                if keys:
                    changed |= fold(self._view, event, keys, self._cache)
            except Exception as error:  # a view may be anybody's code
                failure = event.position, explain(error)
                break
            last = event
            if turns.over():
                await turns.give()
        if last is not None:
            end = Head(last.position, last.hash)
        return await self._commit(end, failure, changed)

    async def leap(self, store: EventStore, until: int) -> bool:
        """Fold many of the events that follow the checkpoint, and commit: for a view that is far behind.

        What comes of it is the same as with `apply`, to which it leaves what is not plain.

        Args:
            until: The position at which to end, at the latest; one above the checkpoint.

        Returns:
            As `apply`.
        """
        done = self.state.checkpoint
        if done >= self._singly_until and self._gatherer is not None:
            upto = min(until, done + LEAP)
            gathered = await self._gathered(self._gatherer, read_ahead(store, done, upto))
            if gathered is not None:
                return await self._commit(gathered[0], None, gathered[1])
            self._singly_until = upto
        page = await store.replay(done, min(until - done, PAGE))
        # The row of an event that cannot be read says why.
        return await self.apply(page.events or await store.read(done, 1))

    async def _gathered(
        self, view: Gatherer, pages: AsyncGenerator[FactPage, None]
    ) -> tuple[Head, dict[str, Document | None]] | None:
        """Where the events of `pages` end, and what they change; None if they must be folded one by one."""
        try:
            async with aclosing(pages):
                gathered = await gather(view, pages)
            if gathered is None:
                return None
            await self._load(gathered.keys)
            changed = await gathered.fold(self._cache)
        except Exception:  # a view may be anybody's code; one by one shows at which event, if at any
            return None
        self._cache.update(changed)
        return gathered.end, changed

    async def _commit(
        self, end: Head, failure: tuple[int, str] | None, changed: dict[str, Document | None]
    ) -> bool:
        failed_at, reason = failure or (None, None)
        after = msgspec.structs.replace(
            self.state, checkpoint=end.position, anchor=end.hash, failed_at=failed_at, reason=reason
        )
        if not await self._documents.commit(self._holder, self.state, after, changed):
            return False
        self.state = after
        while len(self._cache) > CACHE:
            self._cache.popitem(last=False)
        return True

    async def _fits(self, state: State, store: EventStore) -> bool:
        if (state.view, state.version) != (self._view.name, self._view.version):
            return False
        return await is_of_this_log(state, store)

    def _read(
        self, batch: Iterable[StoredEvent | RecordedEvent]
    ) -> tuple[list[tuple[RecordedEvent, tuple[str, ...]]], tuple[int, str] | None]:
        readable = []
        for stored in batch:
            try:
                event = stored if isinstance(stored, RecordedEvent) else decode(stored)
                readable.append((event, tuple(self._view.keys(event))))
            except Exception as error:  # a view may be anybody's code
                return readable, (stored.position, explain(error))
        return readable, None

    async def _load(self, keys: Iterable[str]) -> None:
        unknown = []
        for key in dict.fromkeys(keys):
            if key in self._cache:
                self._cache.move_to_end(key)
            else:
                unknown.append(key)
        if unknown:
            loaded = await self._documents.load(self.state.generation, unknown)
            self._cache.update(dict.fromkeys(unknown))  # only now: before, nobody knew that there are none
            self._cache.update(loaded)


async def is_of_this_log(state: State, store: EventStore) -> bool:
    """Whether the documents were made from this log: it has the event at the checkpoint, with its hash."""
    return await is_in(Head(state.checkpoint, state.anchor), store)


async def _as_page(batch: Sequence[StoredEvent | RecordedEvent]) -> AsyncGenerator[FactPage, None]:
    events = [one if isinstance(one, RecordedEvent) else decode(one) for one in batch]
    yield FactPage(events, Head(events[-1].position, events[-1].hash))
