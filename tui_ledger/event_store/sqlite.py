"""The event store of the embedded default: one append-only SQLite file, shared by any number of processes."""

import sqlite3
from asyncio import Future
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import aiosqlite

from tui_ledger.clock import Clock, SystemClock
from tui_ledger.errors import LedgerError, StorageError
from tui_ledger.event_store import sqlite_queries as queries
from tui_ledger.event_store.codec import decode_page, facts_of
from tui_ledger.event_store.listeners import Listeners
from tui_ledger.event_store.outcome import awaited
from tui_ledger.event_store.packing import unpack, unpack_facts
from tui_ledger.event_store.port import (
    CLOSED,
    Append,
    Appended,
    CommandRecord,
    FactPage,
    Head,
    Listener,
    Page,
    PastEvent,
    Settled,
    StoredEvent,
)
from tui_ledger.event_store.sqlite_file import InPlace, open_reader, translated
from tui_ledger.event_store.sqlite_migration import migrate
from tui_ledger.event_store.sqlite_restore import restore
from tui_ledger.event_store.sqlite_writer import SqliteWriter
from tui_ledger.wal_watch import WalWatch

P = ParamSpec("P")
T = TypeVar("T")


class SqliteEventStore:
    """See `EventStore`. Made by `open_store`, which closes it again."""

    def __init__(self, path: Path, in_place: InPlace, reader: aiosqlite.Connection, clock: Clock) -> None:
        self._path = path
        self._in_place = in_place
        self._reader = reader
        self._listeners = Listeners()
        self._writer = SqliteWriter(path, in_place, clock, self._listeners.publish)
        self._watch = WalWatch(path)
        self._seen_head = 0
        self._closed = False

    def append(self, append: Append) -> Future[Appended]:
        return awaited(self, append)

    def submit(self, append: Append, settled: Settled) -> None:
        self._writer.submit(append, settled)

    async def restore(self, events: Iterable[PastEvent], behind: Head) -> Head:
        if self._closed:
            raise StorageError(CLOSED)
        self._in_place.check()
        return await restore(self._path, events, behind)

    async def read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        return await self._reading(queries.select_page, after, limit)

    async def replay(self, after: int = 0, limit: int = 1000) -> Page:
        try:
            events = unpack(await self._reading(queries.select_packed, after, limit), after)
        except LedgerError:  # reading row by row finds out what is wrong, and where
            events = None
        return decode_page(await self.read(after, limit)) if events is None else Page(events)

    async def facts(self, after: int = 0, limit: int = 1000) -> FactPage:
        try:
            packed, head = await self._reading(queries.select_packed_facts, after, limit)
            facts = unpack_facts(packed)
        except LedgerError:
            facts = None
        if facts is None or head.position != after + len(facts):
            return facts_of(await self.replay(after, limit), after)
        return FactPage(facts, head if facts else None)

    async def read_stream(self, stream: str, after: int = 0) -> list[StoredEvent]:
        known = self._writer.known(stream)
        if known is not None and known.version == after:
            return await self._reading(queries.select_successors, known.position)
        return await self._reading(queries.select_stream, stream, after)

    async def read_stream_from(self, position: int) -> list[StoredEvent]:
        return await self._reading(queries.select_stream_from, position)

    async def read_stream_page(self, stream: str, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        return await self._reading(queries.select_stream_page, stream, after, limit)

    async def find_event(self, event_id: str) -> StoredEvent | None:
        return await self._reading(queries.select_event, event_id)

    async def find_events(self, event_ids: Collection[str]) -> list[StoredEvent]:
        return await self._reading(queries.select_events, event_ids)

    async def caused_by(self, event_id: str, limit: int = 1000) -> list[StoredEvent]:
        return await self._reading(queries.select_caused, event_id, limit)

    async def find_command(self, command_id: str) -> CommandRecord | None:
        return await self._reading(queries.select_command, command_id)

    async def known_commands(self, command_ids: Collection[str]) -> set[str]:
        return await self._reading(queries.select_known_commands, command_ids)

    async def position_at(self, moment: str) -> int:
        return await self._reading(queries.select_position_at, moment)

    async def head(self) -> Head:
        return await self._reading(queries.select_head)

    async def poll(self) -> int:
        self._in_place.check()
        if self._watch.may_have_changed():
            try:
                self._seen_head = (await self.head()).position
            except BaseException:
                self._watch.forget()
                raise
        return self._seen_head

    def add_listener(self, listener: Listener) -> None:
        self._listeners.add(listener)

    async def close(self) -> None:
        self._closed = True
        try:
            await self._writer.close()
        finally:
            await self._reader.close()

    async def _reading(
        self,
        query: Callable[Concatenate[aiosqlite.Connection, P], Awaitable[T]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """What `query` reads, or a sentence about why it cannot be read."""
        if self._closed:
            raise StorageError(CLOSED)
        self._in_place.check()
        try:
            try:
                return await query(self._reader, *args, **kwargs)
            except sqlite3.OperationalError as error:
                if "decode" not in str(error):
                    raise
                # A text was damaged. Its hash shows where; so read on, by a slower way that never fails.
                self._reader.text_factory = partial(str, encoding="utf-8", errors="replace")
                return await query(self._reader, *args, **kwargs)
        except sqlite3.Error as error:
            raise translated(error, self._path) from error


@asynccontextmanager
async def open_store(path: Path, clock: Clock | None = None) -> AsyncIterator[SqliteEventStore]:
    """The log at `path`, which must exist; closed at the end, after what was accepted is appended.

    A log of an older format is brought to this program's first, if it can be written.

    Raises:
        StorageError: there is no such file, or it cannot be read.
        IntegrityError: the file is no database, damaged, or another program's.
        NewerVersionError: a newer version of this program wrote it.
    """
    in_place = InPlace(path)
    reader = await open_reader(path)
    store = SqliteEventStore(path, in_place, reader, clock or SystemClock())
    try:
        await migrate(reader, path)
        yield store
    finally:
        await store.close()
