"""Projecting: events are folded into a view's documents, a batch at a time and each batch exactly once."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from tui_ledger.domain.events import RecordedEvent
from tui_ledger.errors import IntegrityError, explain
from tui_ledger.event_store.anchor import is_in
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import EventStore, Head, StoredEvent
from tui_ledger.query_side.documents.port import Documents, State
from tui_ledger.query_side.lease import LeaseLost
from tui_ledger.query_side.view import Document, View

CACHE: Final = 10_000
"""How many documents are kept in memory between batches."""

_SLICE: Final = 0.002  # seconds of folding after which everything else in the program gets its turn


class Projection:
    """One view's documents on their way along the log.

    The documents of a batch and the checkpoint are one commit, on the condition that the checkpoint is
    where this projection believes it to be. So the effect of every event is there exactly once, whatever
    crashes, and whoever else was here.
    """

    def __init__(self, view: View, documents: Documents, holder: str) -> None:
        self.state = State()
        self._view = view
        self._documents = documents
        self._holder = holder
        self._cache: OrderedDict[str, Document | None] = OrderedDict()  # None: known not to exist

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

    async def apply(self, batch: Sequence[StoredEvent]) -> bool:
        """Fold the events that follow the checkpoint, and commit.

        At an event that cannot be read or folded the batch ends; the state then says `failed_at`.

        Returns:
            False, and nothing is written, if another worker was here: `begin` again.
        """
        if batch[0].position != self.state.checkpoint + 1:
            done, came = self.state.checkpoint, batch[0].position
            raise IntegrityError(f"After event #{done} came #{came}: the log has a gap.")
        after = self.state
        changed: dict[str, Document | None] = {}
        readable, failure = self._read(batch)
        await self._load(key for _, keys in readable for key in keys)
        yielded = time.perf_counter()
        for event, keys in readable:
            try:
                changed |= _fold(self._view, event, keys, self._cache)
            except Exception as error:  # a view may be anybody's code
                failure = event.position, explain(error)
                break
            after = msgspec.structs.replace(after, checkpoint=event.position, anchor=event.hash)
            if time.perf_counter() - yielded > _SLICE:
                await asyncio.sleep(0)
                yielded = time.perf_counter()
        failed_at, reason = failure or (None, None)
        after = msgspec.structs.replace(after, failed_at=failed_at, reason=reason)
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
        self, batch: Iterable[StoredEvent]
    ) -> tuple[list[tuple[RecordedEvent, tuple[str, ...]]], tuple[int, str] | None]:
        readable = []
        for stored in batch:
            try:
                event = decode(stored)
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
            self._cache.update(dict.fromkeys(unknown))
            self._cache.update(await self._documents.load(self.state.generation, unknown))


async def is_of_this_log(state: State, store: EventStore) -> bool:
    """Whether the documents were made from this log: it has the event at the checkpoint, with its hash."""
    return await is_in(Head(state.checkpoint, state.anchor), store)


def _fold(
    view: View, event: RecordedEvent, keys: Sequence[str], documents: dict[str, Document | None]
) -> dict[str, Document | None]:
    """Fold one event into `documents`: wholly, or, where it raises, not at all. Returns what changed."""
    if not keys:
        return {}
    before = {key: document for key in keys if (document := documents[key]) is not None}
    after = dict(before)
    view.fold(event, after)
    unnamed = after.keys() - set(keys)
    if unnamed:
        raise LookupError(f"the view wrote {min(unnamed)}, which its keys do not name")
    changed = {key: after.get(key) for key in keys if after.get(key) is not before.get(key)}
    documents.update(changed)
    return changed
