"""What the tests of the query side have in common: a log to write, a view that fails, a bus between."""

from collections.abc import AsyncIterator, Callable, Iterable, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tui_ledger.clock import timestamp
from tui_ledger.domain.events import Event, MoneyDeposited, RecordedEvent, UserCreated
from tui_ledger.event_bus import EventBus
from tui_ledger.event_store.codec import encode
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import Append, Expected, NewEvent
from tui_ledger.query_side.control import WorkerControl
from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.query_side import QuerySide
from tui_ledger.query_side.view import Document, View
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.query_side.worker import Worker
from tui_ledger.testing import CountingIds, VirtualClock

CREATED: Final = UserCreated("moyin", "Mo Yin", "USD")


def deposit(amount: int, wallet: str = "moyin") -> MoneyDeposited:
    """A deposit of `amount` cents."""
    return MoneyDeposited(wallet, amount, "USD", "")


class World:
    """A log, a bus over it, and time."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.store = MemoryEventStore(self.clock)
        self.bus = EventBus(self.store, clock=self.clock)
        self._new_id = CountingIds()

    async def record(self, *events: Event) -> int:
        """Append `events` of one wallet; returns the position of the last."""
        rows = tuple(
            NewEvent(self._new_id(), type(event).__name__, 1, encode(event), timestamp(self.clock.now()))
            for event in events
        )
        stream = f"wallet/{events[0].wallet}"
        return (await self.store.append(Append(stream=stream, expected=Expected.ANY, events=rows))).last

    def worker(self, documents: MemoryDocuments, view: View | None = None) -> Worker:
        """A worker that is not started."""
        return Worker(view or Balances(), documents, self.store, self.bus, self.clock)

    async def late(self, worker: Worker, seconds: float, jitter: float = 0.0) -> None:
        """Have the worker apply each event so much later."""
        await WorkerControl(worker, self.clock).delay(seconds, jitter)

    @asynccontextmanager
    async def working(self, documents: MemoryDocuments, view: View | None = None) -> AsyncIterator[Worker]:
        """A worker that runs."""
        worker = self.worker(documents, view)
        worker.start()
        await worker.opened()
        try:
            yield worker
        finally:
            await worker.stop()

    @asynccontextmanager
    async def query_side(
        self, *views: View, folder: Path | None = None, run: bool = True
    ) -> AsyncIterator[QuerySide]:
        """A query side that answers and, with `run`, projects."""
        side = QuerySide(self.store, self.bus, folder=folder, clock=self.clock, views=views or (Balances(),))
        try:
            await side.start(run=run)
            yield side
        finally:
            await side.stop()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let time pass until `condition` holds."""
        while not condition():
            await self.clock.advance(0.1)


async def posted(documents: MemoryDocuments, wallet: str = "moyin") -> str | None:
    """What the view `balances` in `documents` says that a wallet holds."""
    _, document = await documents.read(wallet)
    return None if document is None else document["posted"]


class Poisoned(Balances):
    """Breaks on deposits of 666 cents."""

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        if isinstance(event.data, MoneyDeposited) and event.data.amount == 666:
            raise ZeroDivisionError("a bug in the view")
        super().fold(event, documents)


class Deaf:
    """Cares about nothing."""

    name: Final = "deaf"
    version: Final = 1

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        return ()

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        raise AssertionError("there is nothing to fold")
