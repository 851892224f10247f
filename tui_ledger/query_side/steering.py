"""Doing what people wish of a view's worker."""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from tui_ledger.clock import Clock
from tui_ledger.event_store.port import EventStore
from tui_ledger.query_side.documents.port import Documents, State
from tui_ledger.query_side.projection import Projection
from tui_ledger.query_side.wishes import (
    AnyWish,
    Change,
    Crash,
    Park,
    Rebuild,
    Restart,
    Retry,
    Seek,
    Step,
    WishOnRecord,
)

FORGOTTEN: Final = 10.0
"""Seconds after which a wish is nobody's any more. Who made it has long been told that nobody is there."""

_SLICE: Final = 1000  # events to a position from which on leaping there pays


class Restarted(Exception):
    """Somebody wished that the worker begins again."""


class Steering:
    """Fulfils wishes on behalf of the worker that holds the lease.

    Args:
        moved: Called whenever the view is somewhere else than before.
    """

    def __init__(
        self,
        documents: Documents,
        store: EventStore,
        projection: Projection,
        clock: Clock,
        moved: Callable[[], None],
    ) -> None:
        self._documents = documents
        self._store = store
        self._projection = projection
        self._clock = clock
        self._moved = moved

    async def obey(self, wishes: Iterable[WishOnRecord]) -> None:
        """Fulfil `wishes`, which are on record, one after the other.

        Raises:
            Restarted: that was wished.
        """
        for one in wishes:
            if isinstance(one.wish, Restart) and not self._is_forgotten(one):
                await self._documents.answer(one.id)
                raise Restarted
            await self._documents.answer(one.id, await self._fulfil(one))

    async def wants_restart(self) -> bool:
        """Do what can be done while the worker lies crashed; whether it is to begin again at once."""
        for one in await self._documents.wishes():
            if isinstance(one.wish, Restart):
                await self._documents.answer(one.id)
                return True
            if isinstance(one.wish, Change):
                await self._documents.change(one.wish)
                await self._documents.answer(one.id)
        return False

    async def _fulfil(self, one: WishOnRecord) -> str:
        """Do it, or say why not."""
        if self._is_forgotten(one):
            return "Nobody was there in time."
        refusal = await self._do(one.wish)
        self._moved()
        return refusal

    async def _do(self, wish: AnyWish | None) -> str:
        match wish:
            case None:
                return "The program that runs it does not know what that is; it is older than this one."
            case Change():
                await self._change(wish)
            case Crash(when):
                self._projection.crash = when
            case Rebuild():
                await self._projection.rebuild(self._store, without=self._state.underway.parked)
            case Step():
                return await self._step()
            case Seek(position):
                return await self._seek(position)
            case Park():
                return await self._park()
            case Retry():
                return await self._retry()
        return ""

    async def _change(self, change: Change) -> None:
        await self._documents.change(change)
        state = self._projection.state
        self._projection.state = msgspec.structs.replace(state, settings=state.settings.changed(change))

    async def _step(self) -> str:
        await self._change(Change(paused=True))
        checkpoint = self._state.underway.checkpoint
        await self._advance(checkpoint + 1)
        if self._has_failed:
            return self._failure()
        if self._state.underway.checkpoint == checkpoint:
            return f"There is no event after #{checkpoint} yet."
        return ""

    async def _seek(self, position: int) -> str:
        head = (await self._store.head()).position
        if position > head:
            return f"There is no event #{position} yet; the log ends at #{head}."
        await self._change(Change(paused=True))
        if position < self._state.checkpoint or self._state.building is not None:
            parked = self._state.underway.parked
            await self._projection.rebuild(self._store, until=position, without=parked)
        await self._advance(position)
        return self._failure() if self._has_failed else ""

    async def _park(self) -> str:
        if self._state.underway.failed_at is None:
            return "It has not failed at any event, so that there is none to park."
        await self._projection.park()
        return ""

    async def _retry(self) -> str:
        if self._state.underway.parked:
            await self._projection.rebuild(self._store)
        elif self._state.underway.failed_at is None:
            return "It has not failed at any event, and none is parked."
        else:
            await self._projection.forgive()
        return ""

    async def _advance(self, position: int) -> None:
        """Take in the events up to `position`, or to the one at which the view fails."""
        self._projection.try_again()
        while (done := self._state.underway.checkpoint) < position and not self._has_failed:
            if position - done > _SLICE:
                applied = await self._projection.leap(self._store, position)
            elif batch := await self._store.read(done, position - done):
                applied = await self._projection.apply(batch)
            else:
                return
            if not applied:
                await self._projection.begin(self._store)
            self._moved()

    def _failure(self) -> str:
        failed = self._state.underway
        return f"It fails at event #{failed.failed_at}: {failed.reason}"

    @property
    def _state(self) -> State:
        return self._projection.state

    @property
    def _has_failed(self) -> bool:
        return self._state.underway.failed_at is not None

    def _is_forgotten(self, one: WishOnRecord) -> bool:
        return abs(self._clock.now().timestamp() - one.made_at) > FORGOTTEN
