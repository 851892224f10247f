"""The query side as one thing: its views, their workers, and the questions that they answer."""

from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Final

from tui_ledger.clock import Clock
from tui_ledger.errors import StorageError
from tui_ledger.event_bus import EventBus
from tui_ledger.event_store.port import EventStore
from tui_ledger.query_side.answer import Answer
from tui_ledger.query_side.audit import audit_view
from tui_ledger.query_side.control import WorkerControl
from tui_ledger.query_side.document_keys import storable
from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.documents.port import State
from tui_ledger.query_side.documents.sqlite import SqliteDocuments
from tui_ledger.query_side.lease import is_held
from tui_ledger.query_side.pace import RESOLUTION, recorded_at
from tui_ledger.query_side.projection import is_of_this_log
from tui_ledger.query_side.status import ViewStatus, status_of
from tui_ledger.query_side.view import UnknownView, View
from tui_ledger.query_side.worker import Worker

_POLL: Final = 0.02  # seconds between two looks at a view whose worker is in another process


class QuerySide:
    """Views of one log. What they say is always of some position, and every answer says of which.

    Args:
        folder: Where the views' files are, one `<view>.db` each; None keeps them in memory.
    """

    def __init__(
        self,
        store: EventStore,
        bus: EventBus,
        *,
        folder: Path | None,
        clock: Clock,
        views: Sequence[View],
    ) -> None:
        self._store = store
        self._bus = bus
        self._folder = folder
        self._clock = clock
        self._running = False
        self._workers = {view.name: self._new_worker(view) for view in views}

    async def start(self, run: bool = True) -> None:
        """Begin to answer; with `run`, also let the views follow the log in this process."""
        if not run:
            return
        self._running = True
        try:
            for worker in self._workers.values():
                worker.start()
            for worker in self._workers.values():
                await worker.opened()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop the workers where they are and close every file, whatever goes wrong meanwhile."""
        self._running = False
        await _stop(self._workers.values())

    @property
    def views(self) -> list[View]:
        """The views that there are."""
        return [worker.view for worker in self._workers.values()]

    async def have(self, views: Sequence[View]) -> None:
        """Have these views from now on: start those that are new, and stop those that are not among them."""
        wanted = {view.name: view for view in views}
        gone = [worker for name, worker in self._workers.items() if name not in wanted]
        new = [self._new_worker(view) for name, view in wanted.items() if name not in self._workers]
        kept = self._workers | {worker.view.name: worker for worker in new}
        self._workers = {name: kept[name] for name in wanted}
        if self._running:
            for worker in new:
                worker.start()
        await _stop(gone)

    async def query(
        self, view: str, key: str, *, at_least: int | None = None, timeout: float = 2.0
    ) -> Answer:
        """The document under `key`, as old as it is.

        Args:
            at_least: Wait until the view has taken in the event at this position ...
            timeout: ... but no longer than so many seconds, and not at all where the view is paused or has
                failed. The answer then says that it is older, and how the view is doing.

        Raises:
            InputError: there is no such view.
        """
        worker = self._worker(view)
        if at_least is not None:
            await self._wait(worker, at_least, timeout)
        state, document = await worker.documents.read(storable(key))
        head = await self._head()
        status = self._status_of(worker, state, head)
        if not await self._is_known(worker, state):
            return Answer(view, key, 0, head, None, status)
        return Answer(view, key, state.checkpoint, head, document, status)

    async def documents(
        self, view: str, prefix: str = "", *, limit: int | None = None, newest_first: bool = False
    ) -> list[Answer]:
        """The documents whose key is `prefix` or begins with `prefix/`; all of them for an empty prefix.

        They are of one moment, in the order of their keys; `newest_first` turns it around.

        Raises:
            InputError: there is no such view.
        """
        worker = self._worker(view)
        state, found = await worker.documents.scan(storable(prefix), limit=limit, newest_first=newest_first)
        head = await self._head()
        if not await self._is_known(worker, state):
            return []
        status = self._status_of(worker, state, head)
        return [Answer(view, key, state.checkpoint, head, document, status) for key, document in found]

    async def keys(self, view: str, beginning: str, limit: int) -> list[str]:
        """The first keys of documents that begin so, at most `limit`: for completion while somebody types.

        Raises:
            InputError: there is no such view.
        """
        return await self._worker(view).documents.keys(storable(beginning), limit)

    async def catch_up(self, view: str) -> None:
        """Let the view take in, in this process, what is in the log now.

        If another process runs the view, it is waited for. An event at which it fails ends the waiting,
        and so does a person who has paused it.

        Raises:
            InputError: there is no such view.
            StorageError: the view cannot be written; the sentence says why.
        """
        worker = self._worker(view)
        target = await self._head()
        here = not worker.running
        if here:
            worker.start()
        try:
            await worker.reached(target)
            status = worker.status()
        finally:
            if here:
                await worker.stop()
        if status.state == "crashed":
            raise StorageError(f"The view {view} cannot catch up: {status.reason}")

    def control(self, view: str) -> WorkerControl:
        """The controls of a view's worker.

        Raises:
            InputError: there is no such view.
        """
        return WorkerControl(self._worker(view), self._clock)

    async def status(self) -> list[ViewStatus]:
        """How the views are doing, also those whose workers are in other processes."""
        return [await self._status(worker) for worker in list(self._workers.values())]

    def snapshot(self) -> tuple[ViewStatus, ...]:
        """How the views are doing as far as this process knows: no waiting, no disk, for the screen."""
        return tuple(worker.status() for worker in self._workers.values())

    def applied(self, position: int) -> dict[str, float | None]:
        """For each view, when a worker of this process applied the event at `position`: see `Timeline`."""
        return {name: worker.applied.when(position) for name, worker in self._workers.items()}

    async def audit(self) -> str | None:
        """The first place where a view is not what the log says, each at its own checkpoint.

        It names the view, the key and what is wrong there.
        """
        for worker in list(self._workers.values()):
            problem = await audit_view(worker.view, worker.documents, self._store)
            if problem is not None:
                return problem
        return None

    async def settle(self) -> None:
        """Wait until every running view has taken in what is in the log now.

        A view that failed or crashed does not run; it is not waited for.
        """
        target = await self._head()
        for worker in list(self._workers.values()):
            await worker.reached(target)

    async def _wait(self, worker: Worker, position: int, timeout: float) -> None:
        deadline = self._clock.monotonic() + timeout
        while True:
            here = worker.holds
            state = worker.state if here else await worker.documents.state()
            left = deadline - self._clock.monotonic()
            stands = state.settings.paused or (here and state.underway.failed_at is not None)
            if state.checkpoint >= position or stands or left <= RESOLUTION:
                return
            await worker.changed.wait(left if here else min(left, _POLL))

    async def _status(self, worker: Worker) -> ViewStatus:
        if worker.holds or worker.status().state == "crashed":
            return worker.status()
        state = await worker.documents.state()
        head = await self._head()
        if not await self._is_known(worker, state):
            state = State(lease=state.lease, crash=state.crash, settings=state.settings)
        waiting = await self._store.read(state.checkpoint, limit=1)
        return self._status_of(worker, state, head, recorded_at(waiting[0]) if waiting else None)

    def _status_of(
        self, worker: Worker, state: State, head: int, waiting_since: datetime | None = None
    ) -> ViewStatus:
        now = self._clock.now()
        held = is_held(state.lease, now.timestamp())
        return status_of(worker.view.name, state, head, held=held, waiting_since=waiting_since, now=now)

    async def _is_known(self, worker: Worker, state: State) -> bool:
        """Whether what was read says anything: that of another view, or made from another log, does not."""
        if worker.holds:  # it has looked
            return True
        return state.view == worker.view.name and await is_of_this_log(state, self._store)

    async def _head(self) -> int:
        """Where the log ends: exactly, and asked after whatever it is compared with."""
        return (await self._store.head()).position

    def _new_worker(self, view: View) -> Worker:
        documents = (
            MemoryDocuments() if self._folder is None else SqliteDocuments(self._folder / f"{view.name}.db")
        )
        return Worker(view, documents, self._store, self._bus, self._clock)

    def _worker(self, view: str) -> Worker:
        worker = self._workers.get(view)
        if worker is None:
            raise UnknownView(view, self._workers)
        return worker


async def _stop(workers: Iterable[Worker]) -> None:
    async with AsyncExitStack() as stack:
        for worker in workers:
            stack.push_async_callback(worker.documents.close)
            stack.push_async_callback(worker.stop)
