"""The worker: it holds a view's lease, follows the log, and applies each event when it is due."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import msgspec

from tui_ledger.clock import GLANCE, Clock, next_beat
from tui_ledger.errors import LedgerError, explain
from tui_ledger.event_bus import EventBus
from tui_ledger.event_store.port import EventStore, StoredEvent
from tui_ledger.query_side.documents.port import DamagedDocuments, Documents, State
from tui_ledger.query_side.lease import LeaseKeeper, LeaseLost, is_held
from tui_ledger.query_side.pace import RESOLUTION, count_due, due_after, lateness, recorded_at
from tui_ledger.query_side.projection import DeliberateCrash, Projection
from tui_ledger.query_side.status import ViewStatus, status_of
from tui_ledger.query_side.steering import Restarted, Steering
from tui_ledger.query_side.view import View, as_repaired
from tui_ledger.query_side.wakeup import Signal
from tui_ledger.timeline import Timeline

_STAND_BY: Final = 0.1  # seconds between two looks at a lease that another worker holds
_FIRST_PAUSE: Final = 0.1  # seconds before a crashed worker starts again; doubled each time
_LONGEST_PAUSE: Final = 5.0
FAR: Final = 5_000
"""How many events behind a worker leaps instead of following."""

_SHOWN: Final = 3.0  # seconds for which a crash on demand can be seen


class Worker:
    """Keeps one view up to date while it runs, and says how that goes.

    It is supervised: an error of its own shows in `status`, and it starts again after a pause that grows.
    An event that the view cannot take stops this view only; a new start tries it again.

    Whatever is wished of it interrupts it between two commits; it does that, reads where the view is, and
    goes on from there. So there is one way on, whether after a start, a crash, a wish or another worker.

    Attributes:
        changed: Fires whenever there may be another `status` than before.
        holds: Whether the lease is this worker's, so that `checkpoint` is the view's.
        applied: When this worker applied which position: at the end of the commit.
    """

    def __init__(
        self, view: View, documents: Documents, store: EventStore, bus: EventBus, clock: Clock
    ) -> None:
        self.view = view
        self.documents = documents
        self.changed = Signal(clock)
        self.holds = False
        self.applied = Timeline(clock)
        self._store = store
        self._bus = bus
        self._clock = clock
        self._lease = LeaseKeeper(documents, clock)
        self._projection = Projection(view, documents, self._lease.holder)
        self._steering = Steering(documents, store, self._projection, clock, self._show)
        self._called = asyncio.Event()
        self._state = State()
        self._held_elsewhere = False
        self._waiting_since: datetime | None = None
        self._damaged = False  # whether it was damage that it crashed by, which a new start mends
        self._pause = _FIRST_PAUSE
        self._opened = False
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether it was started, and neither stopped nor left without a bus."""
        return self._task is not None and not self._task.done()

    @property
    def state(self) -> State:
        """What is known of the view here."""
        return self._state

    @property
    def checkpoint(self) -> int:
        """The position of the last event in the view, as far as this worker knows."""
        return self._state.checkpoint

    def start(self) -> None:
        """Run until `stop`."""
        self._task = asyncio.create_task(self._supervise(), name=f"view {self.view.name}")

    async def opened(self) -> None:
        """Return once the documents are open for writing, or that has failed once."""
        while self.running and not self._opened:
            await self.changed.wait()

    def call(self) -> None:
        """Say that there is a wish to be looked for."""
        self._called.set()

    async def reached(self, position: int) -> bool:
        """Wait for the view to take in the event at `position`, and for what is being built, if anything.

        Returns:
            False if that is not going to happen.
        """
        while self.checkpoint < position or self._state.building is not None:
            state = self.status().state
            stands = state in {"failed", "paused"} or (state == "crashed" and not self._damaged)
            if stands or not self.running:
                return False
            await self.changed.wait()
        return True

    async def stop(self) -> None:
        """Stop where it is, and let another worker have the lease."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.wait({task})
        await self._let_go()
        if not task.cancelled():
            task.result()

    def status(self) -> ViewStatus:
        """How the view is doing, from memory."""
        return status_of(
            self.view.name,
            self._state,
            self._bus.head,
            held=self.running and (self.holds or self._held_elsewhere),
            waiting_since=self._waiting_since,
            now=self._clock.now(),
            gathered=self._projection.gathered,
        )

    async def _supervise(self) -> None:
        while True:
            try:
                if self._damaged:
                    await self.documents.discard()
                await self.documents.open()
                self._opened = True
                self.changed.fire()
                await self._work()
            except Exception as error:  # whatever it is, it shows, and the worker starts again
                if (task := asyncio.current_task()) and task.cancelling():
                    # A group whose task fails while it is being cancelled raises what failed, and forgets
                    # that it was to stop.
                    raise asyncio.CancelledError from error
                cause = _first(error)
                if isinstance(cause, Restarted):
                    await self._let_go()
                    continue
                self._damaged = isinstance(cause, DamagedDocuments)
                self._opened = True
                await self._let_go(explain(cause))
                if isinstance(cause, DeliberateCrash):
                    await self._rest(_SHOWN)
                else:
                    await self._rest(self._pause)
                    self._pause = min(2 * self._pause, _LONGEST_PAUSE)
            else:
                await self._let_go()
                return

    async def _rest(self, seconds: float) -> None:
        """Let time pass, unless somebody wants it to begin again at once."""
        until = self._clock.monotonic() + seconds
        while (left := until - self._clock.monotonic()) > RESOLUTION:
            self._called.clear()
            with suppress(LedgerError):  # what it crashed by may still be so
                if await self._steering.wants_restart():
                    break
            self.changed.fire()
            await self._until_called(self._nap(min(left, GLANCE)))
        self._state = msgspec.structs.replace(self._state, crash=None)
        self.changed.fire()

    async def _nap(self, seconds: float) -> bool:
        await self._clock.sleep(seconds)
        return False

    async def _let_go(self, crash: str | None = None) -> None:
        self.holds = self._held_elsewhere = False
        self._state = msgspec.structs.replace(self._state, crash=crash)
        self.changed.fire()
        with suppress(LedgerError):  # what keeps it from being written lets the heartbeat grow old, too
            await self._lease.release(crash)

    async def _work(self) -> None:
        """Hold the lease and project, until the bus is closed."""
        closed = False
        while not closed:
            await self._stand_by()
            try:
                async with asyncio.TaskGroup() as tasks:
                    aside = [tasks.create_task(self._lease.keep()), tasks.create_task(self._tend())]
                    closed = await self._hold()
                    for task in aside:
                        task.cancel()
            except ExceptionGroup as group:
                _, others = group.split(LeaseLost)
                if others is not None:
                    raise others from None
            finally:
                self.holds = False

    async def _stand_by(self) -> None:
        """Return with the lease. While another worker holds it, show how far that one is."""
        while True:
            state = await self.documents.state()
            if await self._lease.claim(state):
                self._held_elsewhere = False
                return
            head = await self._store.poll()
            waiting = await self._store.read(state.checkpoint, limit=1) if state.checkpoint < head else []
            self._bus.notify(head)
            self._state = state
            self._held_elsewhere = is_held(state.lease, self._clock.now().timestamp())
            self._waiting_since = recorded_at(waiting[0]) if waiting else None
            self.changed.fire()
            await self._clock.sleep(_STAND_BY)

    async def _tend(self) -> None:
        """Notice what other processes wish, and throw away what is not read any more, a little at a time."""
        swept = -1
        while True:
            if await self.documents.touched():
                self.call()
            generation = self._state.generation
            if generation != swept and not await self.documents.sweep():
                swept = generation
            await next_beat(self._clock, GLANCE)

    async def _hold(self) -> bool:
        """Obey and project in turn. Returns True when the bus is closed."""
        while True:
            self._called.clear()
            wishes = await self.documents.wishes()  # which waits for a commit that was cancelled on its way
            await self._projection.begin(self._store)
            self._know(self._projection.state.trying_again())  # before anybody may take it for the view's
            self.holds = True
            await self._steering.obey(wishes)
            self._projection.view = as_repaired(self.view, self._projection.state.settings.repaired)
            if await self._until_called(self._project()):
                return True

    async def _until_called(self, work: Coroutine[Any, Any, bool]) -> bool:
        """What `work` returns; False, and it is cancelled, if there is a wish before."""
        working = asyncio.create_task(work)
        called = asyncio.create_task(self._called.wait())
        try:
            await asyncio.wait({working, called}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            working.cancel()
            called.cancel()
            await asyncio.wait({working, called})
        return not working.cancelled() and working.result()

    async def _project(self) -> bool:
        """Apply what comes. Returns True when the bus is closed; while there is nothing to do, it waits."""
        if self._projection.state.settings.paused:
            self._show()
            await self._called.wait()
            return False
        self._projection.try_again()
        self._show()
        while self._is_far_behind():
            if not await self._projection.leap(self._store, self._bus.head):
                return False
            self._pause = _FIRST_PAUSE
            self._show()
            if self._state.underway.failed_at is not None:
                await self._called.wait()
                return False
        async with self._bus.subscribe(
            after=self._projection.state.underway.checkpoint, name=f"view {self.view.name}"
        ) as batches:
            async for batch in batches:
                if not await self._apply(batch):
                    return False
                if self._state.underway.failed_at is not None:
                    await self._called.wait()
                    return False
                if self._is_far_behind():
                    return False
        return True

    def _is_far_behind(self) -> bool:
        """Whether so much is to be taken in, all of it at once, that leaping pays."""
        state = self._projection.state
        late = state.settings.delay or state.settings.jitter
        return not late and self._bus.head - state.underway.checkpoint > FAR

    async def _apply(self, batch: Sequence[StoredEvent]) -> bool:
        """Apply each event of the batch when it is due, those that are due together in one commit.

        Returns:
            False if another worker was here.
        """
        arrived_at, since = self._clock.now(), self._clock.monotonic()
        self._waiting_since = recorded_at(batch[0])
        settings = self._projection.state.settings
        while batch and self._state.underway.failed_at is None:
            elapsed = self._clock.monotonic() - since
            count = count_due(batch, arrived_at, elapsed, settings)
            if count == 0:
                late = due_after(batch[0], arrived_at, lateness(batch[0], settings))
                await self._clock.sleep(late - elapsed)
                continue
            before = self._projection.state.underway
            if not await self._projection.apply(batch[:count]):
                return False
            after = self._projection.state.underway
            batch = batch[after.checkpoint - before.checkpoint :]
            self._pause = _FIRST_PAUSE
            self._show(waiting=batch[0] if batch else None)
        return True

    def _show(self, waiting: StoredEvent | None = None) -> None:
        self._know(self._projection.state)
        self._waiting_since = recorded_at(waiting) if waiting else None
        self.changed.fire()

    def _know(self, state: State) -> None:
        if self.holds and state.generation == self._state.generation and state.checkpoint >= self.checkpoint:
            self.applied.reach(state.checkpoint)  # by a commit from here, whether or not its end was seen
        else:
            self.applied.begin(state.checkpoint)
        self._state = state


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
