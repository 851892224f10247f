"""The worker: it holds a view's lease, follows the log, and applies each event when it is due."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from tui_ledger.clock import Clock
from tui_ledger.errors import InputError, LedgerError, explain
from tui_ledger.event_bus import EventBus
from tui_ledger.event_store.port import EventStore, StoredEvent
from tui_ledger.query_side.documents.port import DamagedDocuments, Documents, State
from tui_ledger.query_side.lease import LeaseKeeper, LeaseLost, is_held
from tui_ledger.query_side.pace import count_due, due_after, recorded_at
from tui_ledger.query_side.projection import Projection
from tui_ledger.query_side.status import ViewStatus, status_of
from tui_ledger.query_side.view import View
from tui_ledger.query_side.wakeup import Signal
from tui_ledger.timeline import Timeline

LONGEST_DELAY: Final = 5.0
"""The most seconds that a view can be made to lag."""

_STAND_BY: Final = 0.1  # seconds between two looks at a lease that another worker holds
_FIRST_PAUSE: Final = 0.1  # seconds before a crashed worker starts again; doubled each time
_LONGEST_PAUSE: Final = 5.0


class Worker:
    """Keeps one view up to date while it runs, and says how that goes.

    It is supervised: an error of its own shows in `status`, and it starts again after a pause that grows.
    An event that the view cannot take stops this view only; a new start tries it again.

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
        self._state = State()
        self._held_elsewhere = False
        self._waiting_since: datetime | None = None
        self._delay = 0.0
        self._delay_changed = Signal(clock)
        self._crash: str | None = None
        self._damaged = False  # whether it was damage that it crashed by, which a new start mends
        self._pause = _FIRST_PAUSE
        self._opened = False
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether it was started, and neither stopped nor left without a bus."""
        return self._task is not None and not self._task.done()

    @property
    def checkpoint(self) -> int:
        """The position of the last event in the view, as far as this worker knows."""
        return self._state.checkpoint

    @property
    def delay(self) -> float:
        """How long after its recording an event is applied, in seconds. Another one takes effect at once.

        Raises:
            InputError: set to less than 0, or more than 5.
        """
        return self._delay

    @delay.setter
    def delay(self, seconds: float) -> None:
        if not 0 <= seconds <= LONGEST_DELAY:
            raise InputError(f"A view's delay is from 0 to {LONGEST_DELAY:g} seconds, and not {seconds:g}.")
        self._delay = seconds
        self._delay_changed.fire()

    def start(self) -> None:
        """Run until `stop`."""
        self._task = asyncio.create_task(self._supervise(), name=f"view {self.view.name}")

    async def opened(self) -> None:
        """Return once the documents are open for writing, or that has failed once."""
        while self.running and not self._opened:
            await self.changed.wait()

    async def reached(self, position: int) -> bool:
        """Wait for the view to take in the event at `position`; False if that is not going to happen."""
        while self.checkpoint < position:
            state = self.status().state
            if not self.running or state == "failed" or (state == "crashed" and not self._damaged):
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
            crash=self._crash,
            waiting_since=self._waiting_since,
            now=self._clock.now(),
            delay=self._delay,
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
                cause = _first(error)
                self._damaged = isinstance(cause, DamagedDocuments)
                self._crash = explain(cause)
                self._opened = True
                self.changed.fire()
                await self._let_go()
                await self._clock.sleep(self._pause)
                self._pause = min(2 * self._pause, _LONGEST_PAUSE)
            else:
                await self._let_go()
                return

    async def _let_go(self) -> None:
        self.holds = self._held_elsewhere = False
        self.changed.fire()
        with suppress(LedgerError):  # what keeps it from being written lets the heartbeat grow old, too
            await self._lease.release()

    async def _work(self) -> None:
        """Hold the lease and project, until the bus is closed."""
        closed = False
        while not closed:
            await self._stand_by()
            try:
                async with asyncio.TaskGroup() as tasks:
                    beat = tasks.create_task(self._lease.keep())
                    closed = await self._project()
                    if closed:
                        beat.cancel()
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
            self._crash = None
            self.changed.fire()
            await self._clock.sleep(_STAND_BY)

    async def _project(self) -> bool:
        """Apply what comes. Returns True when the bus is closed, False when an event has stopped the view."""
        while True:
            await self._projection.begin(self._store)
            self._state = self._projection.state  # before anybody may take it for the view's
            self.applied.begin(self.checkpoint)
            self.holds = True
            if self._projection.state.checkpoint >= await self._store.poll():
                self._crash = None  # else the next commit shows whether it works again
            self._show(waiting=None)
            async with self._bus.subscribe(after=self.checkpoint, name=f"view {self.view.name}") as batches:
                async for batch in batches:
                    if not await self._apply(batch):
                        break
                    if self._state.failed_at is not None:
                        return False
                else:
                    return True

    async def _apply(self, batch: Sequence[StoredEvent]) -> bool:
        """Apply each event of the batch when it is due, those that are due together in one commit.

        Returns:
            False if another worker was here.
        """
        arrived_at, since = self._clock.now(), self._clock.monotonic()
        self._waiting_since = recorded_at(batch[0])
        while batch and self._state.failed_at is None:
            elapsed = self._clock.monotonic() - since
            count = count_due(batch, arrived_at, elapsed, self._delay)
            if count == 0:
                await self._delay_changed.wait(due_after(batch[0], arrived_at, self._delay) - elapsed)
                continue
            if not await self._projection.apply(batch[:count]):
                return False
            self.applied.reach(self._projection.state.checkpoint)
            applied = self._projection.state.checkpoint - self.checkpoint
            batch = batch[applied:]
            self._crash = None
            self._pause = _FIRST_PAUSE
            self._show(waiting=batch[0] if batch else None)
        return True

    def _show(self, waiting: StoredEvent | None) -> None:
        self._state = self._projection.state
        self._waiting_since = recorded_at(waiting) if waiting else None
        self.changed.fire()


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
