"""The one task that writes to the log: it takes what has arrived, and appends it in one statement.

Nobody can cancel it: a caller only waits to be told, so that whatever becomes of the caller the connection
never stays in the middle of something. While a batch is being synced to the disk the next one gathers
(group commit), and in it every append succeeds or fails by itself.

What the writer knows of the log is complete up to `_head`. A batch is planned on that and fits only at the
exact next position (the trigger sees to it), so that a batch that went in was checked exactly, whatever
other processes do; one that does not fit is planned again after reading what they wrote.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import aiosqlite
import msgspec

from tui_ledger.clock import Clock, timestamp
from tui_ledger.errors import LedgerError, OutcomeUnknown, StorageError
from tui_ledger.event_store import sqlite_queries as queries
from tui_ledger.event_store.batch import Pending, Plan, plan
from tui_ledger.event_store.port import CLOSED, Append, CommandRecord, Head, Settled, StoredEvent
from tui_ledger.event_store.sqlite_file import InPlace, open_writer, translated
from tui_ledger.event_store.stream_head import StreamHead

BATCH_ROWS: Final = 200
"""The most events of one statement: each size is a prepared statement of its own."""

_STREAMS_KEPT: Final = 100_000
_OPTIMISTIC_TRIES: Final = 2
_HOLD: Final = 0.05  # seconds of real time: nobody's clock but the other processes' matters


class SqliteWriter:
    """Appends to `path`; see the module. Opens its connection when the first append comes."""

    def __init__(
        self, path: Path, in_place: InPlace, clock: Clock, published: Callable[[list[StoredEvent]], None]
    ) -> None:
        self._path = path
        self._in_place = in_place
        self._clock = clock
        self._published = published
        self._queue: deque[Pending] = deque()
        self._arrived = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._db: aiosqlite.Connection | None = None
        self._head = Head(0, "")
        self._streams: dict[str, StreamHead | None] = {}
        self._holding = False
        self._closing = False

    def submit(self, append: Append, settled: Settled) -> None:
        """Have `append` done in its turn, and `settled` called once it is durable."""
        if self._closing:
            settled(StorageError(CLOSED))
            return
        self._queue.append(Pending(append, settled))
        self._arrived.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="event store writer")

    def known(self, stream: str) -> StreamHead | None:
        """Where `stream` ended when the writer last looked, if it remembers."""
        return self._streams.get(stream)

    async def close(self) -> None:
        """Append what was accepted, and close the connection."""
        self._closing = True
        self._arrived.set()
        if self._task is not None:
            await asyncio.shield(self._task)

    async def _run(self) -> None:
        try:
            while self._queue or not self._closing:
                await self._arrived.wait()
                self._arrived.clear()
                while self._queue:
                    await self._settle(self._next_batch())
        finally:
            await self._disconnect()

    def _next_batch(self) -> list[Pending]:
        batch = [self._queue.popleft()]
        count = len(batch[0].append.events)
        while self._queue and count + len(self._queue[0].append.events) <= BATCH_ROWS:
            batch.append(self._queue.popleft())
            count += len(batch[-1].append.events)
        return batch

    async def _settle(self, batch: list[Pending]) -> None:
        """Append `batch`, and tell every caller what became of theirs."""
        try:
            self._in_place.check()
            done = await self._append(batch)
            self._in_place.check()  # else nobody will ever find what was just written
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, (sqlite3.OperationalError, LedgerError)):
                # One of them cannot be stored. Which one, shows when each goes by itself.
                for pending in batch:
                    await self._settle([pending])
                return
            # Whatever it is, it belongs to the callers: this task must live on.
            reason = translated(error, self._path) if isinstance(error, sqlite3.Error) else error
            for pending in batch:
                pending.settled(reason)
            return
        if done.rows:
            self._published(done.rows)
        losers = sum(append.again for append in done.misfits)
        if losers:
            await self._hold()
        for pending, outcome in zip(batch, done.outcomes, strict=True):
            pending.settled(outcome)
        if self._holding:
            await self._wait_for(losers)

    async def _hold(self) -> None:
        """Keep other processes from writing: who lost against one would lose again and again."""
        with suppress(sqlite3.Error, LedgerError):  # then it has to be done without
            await (await self._connection()).execute_fetchall("BEGIN IMMEDIATE")
            self._holding = True

    async def _wait_for(self, count: int) -> None:
        """Wait for so many appends of those who lost, but let nobody else wait for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_HOLD):
                while len(self._queue) < count:
                    self._arrived.clear()
                    await self._arrived.wait()
        if not self._queue:
            self._holding = False
            if self._db is not None:
                await self._abandon(self._db)

    async def _append(self, batch: list[Pending]) -> Plan:
        db = await self._connection()
        if self._holding:
            return await self._append_exclusively(db, batch)
        for _ in range(_OPTIMISTIC_TRIES):
            planned = await self._plan(db, batch, {})
            if planned.misfits:
                # Perhaps only because another process has written, or the command came before.
                await self._refresh(db)
                planned = await self._plan(db, batch, await self._recorded(db, planned.misfits))
            try:
                return await self._insert(db, planned)
            except sqlite3.IntegrityError as error:
                if str(error).startswith("used: "):  # reading on would not help
                    break
                await self._refresh(db)
        return await self._append_exclusively(db, batch)

    async def _append_exclusively(self, db: aiosqlite.Connection, batch: list[Pending]) -> Plan:
        """Append while nobody else can write, with nothing taken from memory: this cannot go stale."""
        if not self._holding:
            await db.execute_fetchall("BEGIN IMMEDIATE")
        self._holding = False
        try:
            await self._refresh(db)
            for pending in batch:
                self._streams.pop(pending.append.stream, None)
            recorded = await self._recorded(db, [pending.append for pending in batch])
            planned = await self._plan(db, batch, recorded)
            if planned.rows:
                await queries.insert(db, planned.rows, planned.stream_ids)
        except BaseException:
            await self._abandon(db)
            raise
        try:
            await db.commit()
        except sqlite3.Error as error:
            if _may_have_committed(error):
                return await self._look_up(planned, error)
            await self._abandon(db)
            raise
        self._remember(planned)
        return planned

    async def _insert(self, db: aiosqlite.Connection, planned: Plan) -> Plan:
        if planned.rows:
            try:
                await queries.insert(db, planned.rows, planned.stream_ids)
            except sqlite3.Error as error:
                if _may_have_committed(error):
                    return await self._look_up(planned, error)
                raise
        self._remember(planned)
        return planned

    async def _plan(
        self, db: aiosqlite.Connection, batch: list[Pending], recorded: dict[str, CommandRecord]
    ) -> Plan:
        unknown = {
            pending.append.stream: pending.append.after
            for pending in batch
            if pending.append.stream not in self._streams
        }
        if unknown:
            heads = await queries.select_stream_heads(db, unknown)
            self._streams |= {stream: heads.get(stream) for stream in unknown}
        return plan(batch, self._head, self._streams, recorded, timestamp(self._clock.now()))

    async def _recorded(self, db: aiosqlite.Connection, appends: list[Append]) -> dict[str, CommandRecord]:
        ids = {append.command_id for append in appends if append.command_id}
        found = [await queries.select_command(db, command_id) for command_id in ids]
        return {record.id: record for record in found if record}

    async def _refresh(self, db: aiosqlite.Connection) -> None:
        """Take in what other processes have appended."""
        while rows := await queries.select_since(db, self._head.position):
            for stream, head, _ in rows:
                if stream in self._streams:
                    self._streams[stream] = head
            self._head = Head(rows[-1][1].position, rows[-1][2])

    def _remember(self, planned: Plan) -> None:
        self._streams.update(planned.streams)
        self._head = planned.head
        if len(self._streams) > _STREAMS_KEPT:
            self._streams.clear()

    async def _connection(self) -> aiosqlite.Connection:
        if self._db is None:
            db = await open_writer(self._path)
            try:
                self._head = await queries.select_head(db)
            except BaseException:
                await db.close()
                raise
            self._streams.clear()
            self._db = db
        return self._db

    async def _disconnect(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            await db.close()

    async def _abandon(self, db: aiosqlite.Connection) -> None:
        try:
            await db.rollback()
        except sqlite3.Error:
            await self._disconnect()  # which rolls back as well; the next batch connects again

    async def _look_up(self, planned: Plan, error: sqlite3.Error) -> Plan:
        """After a failed sync: open the file anew and see whether the batch is in it."""
        ids = msgspec.json.encode([row.id for row in planned.rows]).decode()
        try:
            await self._disconnect()
            stored = await queries.count_stored(await self._connection(), ids)
        except (sqlite3.Error, LedgerError) as second:
            raise OutcomeUnknown(
                f"{self._path}: the disk failed while committing ({error}), and cannot be read since; "
                "whether the last command is stored is not known."
            ) from second
        if stored == len(planned.rows):
            return planned
        raise StorageError(f"{self._path}: the disk failed while committing ({error}); nothing was stored.")


def _may_have_committed(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith("SQLITE_IOERR")
