"""What the tests of transfers have in common: a log, managers of it, and stores that get in their way."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from tui_ledger.clock import timestamp
from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.command_side.transfer_checkpoint import CheckpointFile
from tui_ledger.command_side.transfer_manager import TransferManager
from tui_ledger.command_side.transfer_steps import TransferSteps
from tui_ledger.domain.command_language import parse
from tui_ledger.domain.events import Event, RecordedEvent
from tui_ledger.event_bus import EventBus
from tui_ledger.event_store.codec import decode, encode
from tui_ledger.event_store.outcome import awaited
from tui_ledger.event_store.port import (
    Append,
    Appended,
    EventStore,
    Expected,
    NewEvent,
    Settled,
    StoredEvent,
)
from tui_ledger.testing import CountingIds, VirtualClock

START: Final = ("create ann", "create bob", "deposit ann 100")
"""Two wallets, and something to send."""

WAY: Final = ("TransferSent", "TransferReceived", "TransferSettled")
"""The events of a transfer that arrives."""

WAY_BACK: Final = ("TransferSent", "TransferReturned")
"""The events of one that does not."""


class Bank:
    """A log, and a process that executes people's commands on it, without a transfer manager."""

    def __init__(self, store: EventStore, clock: VirtualClock) -> None:
        self.store = store
        self.clock = clock
        self.new_id = CountingIds()
        self.handler = self.process()

    def process(self, store: EventStore | None = None) -> CommandHandler:
        """Another process, which knows nothing but the log."""
        return CommandHandler(store or self.store, self.clock, self.new_id)

    async def do(self, *lines: str) -> list[Receipt]:
        """Execute commands, one after the other."""
        return [await self.handler.execute(parse(line)) for line in lines]

    async def send(self, line: str) -> StoredEvent:
        """Execute the command `send`; its event."""
        [receipt] = await self.do(line)
        [event] = await self.store.read(receipt.position - 1, limit=1)
        return event

    async def record(self, *events: Event, stream: str | None = None, schema: int = 1) -> list[StoredEvent]:
        """Append events that no command of this program has made."""
        rows = tuple(
            NewEvent(self.new_id(), type(event).__name__, schema, encode(event), timestamp(self.clock.now()))
            for event in events
        )
        append = Append(stream=stream or f"wallet/{events[0].wallet}", expected=Expected.ANY, events=rows)
        done = await self.store.append(append)
        return await self.store.read(done.first - 1, limit=len(rows))

    def steps(self, store: EventStore | None = None) -> TransferSteps:
        """The steps of transfers in another process."""
        return TransferSteps(self.process(store), store or self.store)

    @asynccontextmanager
    async def managing(
        self, store: EventStore | None = None, file: Path | None = None
    ) -> AsyncIterator[TransferManager]:
        """A transfer manager that runs in another process."""
        bus = EventBus(store or self.store, clock=self.clock)
        checkpoint = CheckpointFile(file) if file else None
        manager = TransferManager(self.process(store), store or self.store, bus, self.clock, checkpoint)
        manager.start()
        try:
            yield manager
        finally:
            await manager.stop()
            await bus.close()

    async def log(self) -> list[RecordedEvent]:
        """Every event."""
        return [decode(stored) for stored in await self.store.read(limit=100_000)]

    async def ways(self) -> dict[str, tuple[str, ...]]:
        """The events of each transfer, in their order."""
        found: dict[str, tuple[str, ...]] = {}
        for event in await self.log():
            transfer = getattr(event.data, "transfer", None)
            if transfer is not None:
                found[transfer] = (*found.get(transfer, ()), event.type)
        return found


async def until(condition: Callable[[], bool]) -> None:
    """Wait for others to make it so, threads among them."""
    while not condition():  # noqa: ASYNC110 - what it waits for fires nothing
        await asyncio.sleep(0)


class Between:
    """A store that another one stands behind; what a subclass does not change, that one does."""

    def __init__(self, store: EventStore) -> None:
        self.store = store
        self.read = store.read
        self.replay = store.replay
        self.facts = store.facts
        self.read_stream_from = store.read_stream_from
        self.find_command = store.find_command
        self.read_stream_page = store.read_stream_page
        self.find_event = store.find_event
        self.find_events = store.find_events
        self.known_commands = store.known_commands
        self.caused_by = store.caused_by
        self.position_at = store.position_at
        self.restore = store.restore
        self.head = store.head
        self.poll = store.poll
        self.add_listener = store.add_listener
        self.close = store.close

    async def read_stream(self, stream: str, after: int = 0) -> list[StoredEvent]:
        return await self.store.read_stream(stream, after)

    def append(self, append: Append) -> asyncio.Future[Appended]:
        return awaited(self, append)

    def submit(self, append: Append, settled: Settled) -> None:
        self.store.submit(append, settled)


class Dying(Between):
    """The store of a process that dies at one of its appends, before or after it is stored.

    Attributes:
        dead: Set when that has happened. Nothing is answered any more.
    """

    def __init__(self, store: EventStore, *, at: int, stored: bool) -> None:
        super().__init__(store)
        self.dead = asyncio.Event()
        self._left = at
        self._stored = stored

    def submit(self, append: Append, settled: Settled) -> None:
        self._left -= 1
        if self._left > 0:
            super().submit(append, settled)
        elif self._left == 0 and self._stored:
            super().submit(append, lambda _: self.dead.set())
        else:
            self.dead.set()


class Interrupted(Between):
    """A store in front of which something else happens before the append of a `verb` is made.

    Attributes:
        left: How many times it will.
    """

    def __init__(
        self, store: EventStore, verb: str, what: Callable[[], Awaitable[object]], count: int = 1
    ) -> None:
        super().__init__(store)
        self._verb = verb
        self._what = what
        self._late: set[asyncio.Task[None]] = set()
        self.left = count

    def submit(self, append: Append, settled: Settled) -> None:
        if self.left == 0 or f'"verb":"{self._verb}"' not in str(append.content):
            super().submit(append, settled)
            return
        self.left -= 1
        self._late.add(asyncio.create_task(self._submit_late(append, settled)))

    async def _submit_late(self, append: Append, settled: Settled) -> None:
        await self._what()
        super().submit(append, settled)


class Refusing(Between):
    """A store that takes in some appends, and then fails so many with an error.

    Attributes:
        left: How many more it will fail.
    """

    def __init__(self, store: EventStore, error: Exception, count: int, *, after: int = 0) -> None:
        super().__init__(store)
        self._error = error
        self._after = after
        self.left = count

    def submit(self, append: Append, settled: Settled) -> None:
        if self._after > 0 or self.left == 0:
            self._after -= 1
            super().submit(append, settled)
        else:
            self.left -= 1
            asyncio.get_running_loop().call_soon(settled, self._error)


class Counting(Between):
    """A store that counts what a manager has to do with single wallets and commands."""

    def __init__(self, store: EventStore) -> None:
        super().__init__(store)
        self.calls: Counter[str] = Counter()

    async def read_stream(self, stream: str, after: int = 0) -> list[StoredEvent]:
        self.calls["read_stream"] += 1
        return await super().read_stream(stream, after)

    def submit(self, append: Append, settled: Settled) -> None:
        self.calls["append"] += 1
        super().submit(append, settled)
