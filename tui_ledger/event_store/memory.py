"""An event store in memory, for tests and throwaway worlds. It keeps every promise but durability."""

from asyncio import Future
from collections import defaultdict
from collections.abc import Collection, Iterable
from operator import attrgetter

import msgspec

from tui_ledger.clock import Clock, SystemClock, timestamp
from tui_ledger.errors import CommandIdReused, LedgerError, StorageError
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.codec import decode_page, facts_of
from tui_ledger.event_store.listeners import Listeners
from tui_ledger.event_store.outcome import awaited
from tui_ledger.event_store.port import (
    CLOSED,
    Append,
    Appended,
    CommandRecord,
    FactPage,
    Head,
    HeadMoved,
    Listener,
    Page,
    PastEvent,
    Settled,
    StoredEvent,
)
from tui_ledger.event_store.restored import Restored
from tui_ledger.event_store.stream_head import StreamHead, check_expected, place


class MemoryEventStore:
    """See `EventStore`. An append is done before anyone else can run, so that none is ever half done."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._log: list[StoredEvent] = []
        self._streams: defaultdict[str, list[StoredEvent]] = defaultdict(list)
        self._by_id: dict[str, StoredEvent] = {}
        self._by_cause: defaultdict[str, list[StoredEvent]] = defaultdict(list)
        self._commands: dict[str, CommandRecord] = {}
        self._listeners = Listeners()
        self._closed = False

    def append(self, append: Append) -> Future[Appended]:
        return awaited(self, append)

    def submit(self, append: Append, settled: Settled) -> None:
        try:
            outcome = self._append(append)
        except (LedgerError, ValueError) as error:
            settled(error)
        else:
            settled(outcome)

    def _append(self, append: Append) -> Appended:
        if self._closed:
            raise StorageError(CLOSED)
        known = self._commands.get(append.command_id or "")
        if known is not None and append.content is not None:
            if known.content != append.content:
                raise CommandIdReused(known.id)
            return Appended(known.first, known.last, known.version, duplicate=True)
        stream = self._streams[append.stream]
        end = self._stream_head(append.stream)
        check_expected(append, end)
        rows, _ = place(append, self._head(), end, timestamp(self._clock.now()))
        fresh = {row.id: row for row in rows}
        if len(fresh) < len(rows) or fresh.keys() & self._by_id.keys():
            raise StorageError(f"An event id of this append to {append.stream} is used already.")
        self._by_id |= fresh
        if append.causation_id is not None:
            self._by_cause[append.causation_id] += rows
        self._log += rows
        stream += rows
        done = Appended(rows[0].position, rows[-1].position, rows[-1].version)
        if append.command_id is not None and append.content is not None:
            self._commands[append.command_id] = CommandRecord(
                append.command_id, append.content, done.first, done.last, done.version
            )
        self._listeners.publish(rows)
        return done

    async def restore(self, events: Iterable[PastEvent], behind: Head) -> Head:
        if self._closed:
            raise StorageError(CLOSED)
        if self._head() != behind:
            raise HeadMoved(behind, self._head())
        restored = Restored(behind, self._stream_head)
        rows = [row for row, _ in map(restored.place, events)]
        ids = {row.id for row in rows}
        if len(ids) < len(rows) or ids & self._by_id.keys():
            raise StorageError("An event id is used already.")
        commands = [row.command_id for row in rows if row.command_id is not None and row.content is not None]
        if len(set(commands)) < len(commands) or set(commands) & self._commands.keys():
            raise StorageError("A command id is used already.")
        for row in rows:
            self._log.append(row)
            self._streams[row.stream].append(row)
            self._by_id[row.id] = row
            if row.causation_id is not None:
                self._by_cause[row.causation_id].append(row)
            self._note_command(row)
        self._listeners.publish(rows)
        return self._head()

    def _note_command(self, row: StoredEvent) -> None:
        """Note the command that `row` begins, or that it belongs to as those right before it do."""
        if row.command_id is None:
            return
        if row.content is not None:
            self._commands[row.command_id] = CommandRecord(
                row.command_id, row.content, row.position, row.position, row.version
            )
        known = self._commands.get(row.command_id)
        if known is not None and known.last == row.position - 1:
            self._commands[row.command_id] = msgspec.structs.replace(
                known, last=row.position, version=row.version
            )

    def _stream_head(self, stream: str) -> StreamHead | None:
        events = self._streams.get(stream)
        if not events:
            return None
        return StreamHead(events[0].position, events[-1].version, events[-1].position, events[-1].id)

    async def read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        return self._log[after : after + limit]

    async def replay(self, after: int = 0, limit: int = 1000) -> Page:
        return decode_page(await self.read(after, limit))

    async def facts(self, after: int = 0, limit: int = 1000) -> FactPage:
        return facts_of(await self.replay(after, limit), after)

    async def read_stream(self, stream: str, after: int = 0) -> list[StoredEvent]:
        return self._streams[stream][after:] if stream in self._streams else []

    async def read_stream_from(self, position: int) -> list[StoredEvent]:
        if not 1 <= position <= len(self._log):
            return []
        first = self._log[position - 1]
        return self._streams[first.stream][first.version - 1 :]

    async def read_stream_page(self, stream: str, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        version = self._log[after - 1].version if after else 0
        return self._streams[stream][version : version + limit] if stream in self._streams else []

    async def find_event(self, event_id: str) -> StoredEvent | None:
        return self._by_id.get(event_id)

    async def find_events(self, event_ids: Collection[str]) -> list[StoredEvent]:
        found = [self._by_id[event_id] for event_id in set(event_ids) if event_id in self._by_id]
        return sorted(found, key=attrgetter("position"))

    async def caused_by(self, event_id: str, limit: int = 1000) -> list[StoredEvent]:
        return self._by_cause.get(event_id, [])[:limit]

    async def find_command(self, command_id: str) -> CommandRecord | None:
        return self._commands.get(command_id)

    async def known_commands(self, command_ids: Collection[str]) -> set[str]:
        return self._commands.keys() & set(command_ids)

    async def position_at(self, moment: str) -> int:
        later = (event.position for event in self._log if event.occurred_at > moment)
        return next(later, len(self._log) + 1) - 1

    async def head(self) -> Head:
        return self._head()

    async def poll(self) -> int:
        return len(self._log)

    def add_listener(self, listener: Listener) -> None:
        self._listeners.add(listener)

    async def close(self) -> None:
        self._closed = True

    def _head(self) -> Head:
        return Head(self._log[-1].position, self._log[-1].hash) if self._log else GENESIS
