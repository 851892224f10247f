"""Projecting: events are folded into a view's documents, a batch at a time and each batch exactly once."""

from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from typing import Final

import msgspec

from tui_ledger.domain.events import RecordedEvent
from tui_ledger.errors import IntegrityError, LedgerError, explain
from tui_ledger.event_store.anchor import is_in
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import EventStore, FactPage, Head, StoredEvent
from tui_ledger.query_side.documents.codec import NoDocument
from tui_ledger.query_side.documents.port import Documents, Generation, State
from tui_ledger.query_side.folding import fold, gather
from tui_ledger.query_side.lease import LeaseLost
from tui_ledger.query_side.read_ahead import PAGE, read_ahead
from tui_ledger.query_side.slices import Slices
from tui_ledger.query_side.view import Document, View, as_gatherer
from tui_ledger.query_side.wishes import Moment

CACHE: Final = 10_000
"""How many documents are kept in memory between batches."""

LEAP: Final = 50_000
"""The most events that are gathered for one commit."""

MANY: Final = 10
"""From so many events on it pays to gather them first."""


class DeliberateCrash(LedgerError):
    """The worker crashes because somebody wanted to see that."""


class Projection:
    """One view's documents on their way along the log.

    The documents of a batch and the checkpoint are one commit, on the condition that the checkpoint is
    where this projection believes it to be. So the effect of every event is there exactly once, whatever
    crashes, and whoever else was here.

    Attributes:
        state: The state that the last `begin` or `apply` has left.
        crash: When the next commit is to crash, if it is.
        view: What folds the events.
        gathered: Up to which event a commit is being gathered; 0 while none is.
    """

    def __init__(self, view: View, documents: Documents, holder: str) -> None:
        self.state = State()
        self.crash: Moment | None = None
        self.view = view
        self.gathered = 0
        self._documents = documents
        self._holder = holder
        self._cache: OrderedDict[str, Document | None] = OrderedDict()  # None: known not to exist
        self._singly_until = 0  # events up to here are not gathered

    async def begin(self, store: EventStore) -> None:
        """Read where the view is, and go on there.

        Documents of another view or log are begun anew at position 1. Those of another version are made
        anew beside what is read until then.

        Raises:
            LeaseLost: another worker holds the lease.
        """
        self._cache.clear()
        self.gathered = 0
        state = await self._documents.state()
        if state.view != self.view.name or not await is_of_this_log(state, store):
            await self._begin(state, until=0, beside=False)
        elif not await self._is_current(state.building or state, store):
            await self.rebuild(store)
        else:
            self.state = state
        if self.state.lease is None or self.state.lease.holder != self._holder:
            raise LeaseLost

    async def rebuild(
        self, store: EventStore, until: int | None = None, *, without: tuple[int, ...] = ()
    ) -> None:
        """Begin to make the documents anew, beside those that are read.

        Args:
            store: The log.
            until: The position at which they take their place; the head if not given.
            without: The positions of the events that stay parked.
        """
        state = await self._documents.state()
        end = (await store.head()).position if until is None else until
        await self._begin(state, until=end, beside=end > 0, parked=without)

    def try_again(self) -> None:
        """Forget where the view failed, as if it had not: it may know more by now."""
        self.state = self.state.trying_again()

    async def forgive(self) -> None:
        """Forget it for good, and for everybody who reads."""
        self.try_again()
        await self._commit(self.state.underway, {})

    async def park(self) -> None:
        """Leave out the event at which the view failed. It must have failed at one."""
        generation = self.state.underway
        position = generation.failed_at
        if position is None:
            raise ValueError("the view has not failed")
        self.try_again()
        parked = (*generation.parked, position)
        await self._commit(msgspec.structs.replace(self.state.underway, parked=parked), {})

    async def apply(self, batch: Sequence[StoredEvent | RecordedEvent]) -> bool:
        """Fold the events that follow the checkpoint, and commit.

        At an event that cannot be read or folded the batch ends; the state then says `failed_at`. It also
        ends where what is being built takes the place of what is read.

        Returns:
            False, and nothing is written, if another worker was here: `begin` again.
        """
        generation = self.state.underway
        if batch[0].position != generation.checkpoint + 1:
            done, came = generation.checkpoint, batch[0].position
            raise IntegrityError(f"After event #{done} came #{came}: the log has a gap.")
        if self.state.building is not None:
            batch = batch[: generation.until - generation.checkpoint]
        if len(batch) >= MANY:
            outcome = await self._gathered(_as_page(batch), batch[-1].position)
            if outcome is not None:
                return outcome
        changed: dict[str, Document | None] = {}
        readable, failure = self._read(batch)
        await self._load(key for _, keys in readable for key in keys)
        done, slices = 0, Slices()
        for event, keys in readable:
            try:
                if event is not None and keys:
                    changed |= fold(self.view, event, keys, self._cache)
            except Exception as error:  # a view may be anybody's code
                failure = batch[done].position, explain(error)
                break
            done += 1
            if slices.over():
                await slices.rest()
        end = batch[done - 1] if done else None
        try:
            return await self._commit(_after(generation, end, failure), changed)
        except NoDocument as error:
            return await self._apply_fewer(batch, error)

    async def leap(self, store: EventStore, until: int) -> bool:
        """Fold many of the events that follow the checkpoint, and commit: for a view that is far behind.

        What comes of it is the same as with `apply`, to which it leaves what is not plain.

        Args:
            until: The position at which to end, at the latest; one above the checkpoint.

        Returns:
            As `apply`.
        """
        generation = self.state.underway
        done = generation.checkpoint
        if self.state.building is not None:
            until = min(until, generation.until)
        if done >= self._singly_until:
            up_to = min(until, done + LEAP)
            outcome = await self._gathered(read_ahead(store, done, up_to), up_to)
            if outcome is not None:
                return outcome
            self._singly_until = up_to
        page = await store.replay(done, min(until - done, PAGE))
        # The row of an event that cannot be read says why.
        return await self.apply(page.events or await store.read(done, 1))

    async def _gathered(self, pages: AsyncGenerator[FactPage, None], up_to: int) -> bool | None:
        """Gather the events of `pages`, which are those up to a position, fold them, and commit.

        Returns:
            As `apply`; None, and nothing is written, if they must be folded one by one.
        """
        before = self.state.underway
        view = as_gatherer(self.view)
        if view is None or any(before.checkpoint < parked <= up_to for parked in before.parked):
            return None
        try:
            async with aclosing(pages), aclosing(self._counted(pages)) as counted:
                gathered = await gather(view, counted)
            if gathered is None:
                return None
            await self._load(gathered.keys)
            changed = await gathered.fold(self._cache)
        except Exception:  # a view may be anybody's code; one by one shows at which event, if at any
            self.gathered = 0
            return None
        self._cache.update(changed)
        try:
            return await self._commit(_after(before, gathered.end, None), changed)
        except NoDocument:
            self._cache.clear()
            return None

    async def _counted(self, pages: AsyncGenerator[FactPage, None]) -> AsyncGenerator[FactPage, None]:
        """`pages`, while `gathered` says how far they have come: a commit of many events takes its time."""
        async for page in pages:
            yield page
            self.gathered = page.head.position if page.head is not None else self.gathered

    async def _apply_fewer(self, batch: Sequence[StoredEvent | RecordedEvent], error: NoDocument) -> bool:
        """What a batch has made of a document cannot be kept: find the event, and let it stop the view."""
        self._cache.clear()
        if len(batch) > 1:
            return await self.apply(batch[: len(batch) // 2])
        return await self._commit(_after(self.state.underway, None, (batch[0].position, explain(error))), {})

    async def _begin(self, state: State, *, until: int, beside: bool, parked: tuple[int, ...] = ()) -> None:
        new = Generation(view=self.view.name, version=self.view.version, until=until, parked=parked)
        self._cache.clear()
        self._singly_until = 0
        while not await self._documents.begin(self._holder, state, new, beside=beside):
            state = await self._documents.state()
            if state.lease is None or state.lease.holder != self._holder:
                raise LeaseLost
        self.state = await self._documents.state()

    async def _is_current(self, generation: Generation, store: EventStore) -> bool:
        """Whether it can be built on: it is of this version of the view, and of this log."""
        return generation.version == self.view.version and await is_of_this_log(generation, store)

    async def _commit(self, after: Generation, changed: dict[str, Document | None]) -> bool:
        before = self.state.underway
        crash, self.crash = self.crash, None
        if crash == "before":
            raise DeliberateCrash("It was told to crash before its next write.")
        serve = self.state.building is not None and after.checkpoint >= after.until
        if self.state.settings.apart and changed:
            # The wrong way, to show why: what happens between the two commits leaves events counted that
            # the checkpoint knows nothing of.
            if not await self._documents.commit(self._holder, before, before, changed):
                return False
            changed = {}
        if crash == "after" and self.state.settings.apart:
            raise DeliberateCrash("It was told to crash after its next write.")
        if not await self._documents.commit(self._holder, before, after, changed, serve=serve):
            return False
        if crash == "after":
            raise DeliberateCrash("It was told to crash after its next write.")
        self.state = self.state.moved(after, serve=serve)
        self.gathered = 0
        while len(self._cache) > CACHE:
            self._cache.popitem(last=False)
        return True

    def _read(
        self, batch: Iterable[StoredEvent | RecordedEvent]
    ) -> tuple[list[tuple[RecordedEvent | None, tuple[str, ...]]], tuple[int, str] | None]:
        """The events that can be read, None for those that are left out, and what stopped the reading."""
        parked = self.state.underway.parked
        readable: list[tuple[RecordedEvent | None, tuple[str, ...]]] = []
        for stored in batch:
            if stored.position in parked:
                readable.append((None, ()))
                continue
            try:
                event = stored if isinstance(stored, RecordedEvent) else decode(stored)
                readable.append((event, tuple(self.view.keys(event))))
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
            loaded = await self._documents.load(self.state.underway.generation, unknown)
            self._cache.update(dict.fromkeys(unknown))  # only now: before, nobody knew that there are none
            self._cache.update(loaded)


async def is_of_this_log(state: Generation, store: EventStore) -> bool:
    """Whether the documents were made from this log: it has the event at the checkpoint, with its hash."""
    return await is_in(Head(state.checkpoint, state.anchor), store)


def _after(
    before: Generation, end: StoredEvent | RecordedEvent | Head | None, failure: tuple[int, str] | None
) -> Generation:
    """The generation once the events up to `end` are in it; None: no more than before."""
    failed_at, reason = failure or (None, None)
    last = Head(before.checkpoint, before.anchor) if end is None else end
    return msgspec.structs.replace(
        before, checkpoint=last.position, anchor=last.hash, failed_at=failed_at, reason=reason
    )


async def _as_page(batch: Sequence[StoredEvent | RecordedEvent]) -> AsyncGenerator[FactPage, None]:
    events = [one if isinstance(one, RecordedEvent) else decode(one) for one in batch]
    yield FactPage(events, Head(events[-1].position, events[-1].hash))
