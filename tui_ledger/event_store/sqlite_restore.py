"""Appending many events that were recorded elsewhere, in one transaction, beside the event loop.

Two threads share the work: while SQLite inserts some rows, without Python's lock, the next ones are made.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from tui_ledger.errors import OutcomeUnknown
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.port import Head, HeadMoved, PastEvent
from tui_ledger.event_store.restored import Restored, Row
from tui_ledger.event_store.sqlite_bulk import BulkCheck
from tui_ledger.event_store.sqlite_file import connect_writer, translated
from tui_ledger.event_store.sqlite_queries import HEAD, STREAM_HEAD, insert_statement
from tui_ledger.event_store.sqlite_schema import COLUMNS
from tui_ledger.event_store.stream_head import StreamHead

# Rows of one statement, nearly as many as its parameters allow. What has to be set up is set up once for them
# all; and where it begins and ends, its thread may have to wait a while for Python's lock.
_TOGETHER: Final = 2000
_FEW: Final = 50  # rows of a statement where it cannot be so many,
_LARGE: Final = 1 << 20  # because so many characters of events are waiting

_DATA, _CONTENT = (COLUMNS.split(", ").index(name) for name in ("data", "content"))


class _Cancelled(Exception):
    """Nobody waits for the events any more."""


async def restore(path: Path, events: Iterable[PastEvent], behind: Head) -> Head:
    """See `EventStore.restore`."""
    cancelled = threading.Event()
    work = asyncio.get_running_loop().run_in_executor(None, _restore, path, events, behind, cancelled)
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        cancelled.set()
        await asyncio.wait({work})
        if not work.cancelled():
            work.exception()  # it is known: nobody asks any more
        raise


def _restore(path: Path, events: Iterable[PastEvent], behind: Head, cancelled: threading.Event) -> Head:
    try:
        with closing(connect_writer(path)) as connection:  # closing it rolls back what is not committed
            connection.execute("BEGIN IMMEDIATE")
            _check_head(connection, behind)
            check = BulkCheck(connection) if behind == GENESIS else None
            with ThreadPoolExecutor(1, "restore") as thread:
                head = _insert(_Rows(connection, thread, check), iter(events), behind, cancelled)
            if check is not None:
                check.end()
            _commit(connection, path)
    except sqlite3.Error as error:
        raise translated(error, path) from error
    return head


def _insert(rows: "_Rows", events: Iterator[PastEvent], behind: Head, cancelled: threading.Event) -> Head:
    restored = Restored(behind, rows.stream_head)
    while some := _placed(restored, events):
        if cancelled.is_set():
            raise _Cancelled
        rows.insert(some)
        if restored.has_many:
            rows.finish()
            restored.forget()
            rows.begun_empty = False
    rows.finish()
    return restored.head


def _placed(restored: Restored, events: Iterator[PastEvent]) -> list[Row]:
    """The next rows: not too many, and not too much."""
    rows: list[Row] = []
    size = 0
    while len(rows) < _TOGETHER and size < _LARGE:
        few = list(map(restored.place, islice(events, _FEW)))
        if not few:
            break
        rows += few
        size += sum([len(row[_DATA]) + len(row[_CONTENT] or "") for row in few])
    return rows


class _Rows:
    """Inserts rows in a thread of its own; only one of the two uses the connection at any time.

    Attributes:
        begun_empty: Whether the log was empty, so that whoever knows all rows so far knows every stream.
    """

    def __init__(
        self, connection: sqlite3.Connection, thread: ThreadPoolExecutor, check: BulkCheck | None
    ) -> None:
        self._connection = connection
        self._thread = thread
        self._check = check
        self.begun_empty = check is not None
        self._under_way: Future[None] | None = None

    def insert(self, rows: list[Row]) -> None:
        """Begin to insert `rows`, as soon as those before are."""
        size = _TOGETHER if len(rows) == _TOGETHER else _FEW
        pieces = [rows[start : start + size] for start in range(0, len(rows), size)]
        statements = [(len(piece), list(chain.from_iterable(piece))) for piece in pieces]
        self.finish()
        self._under_way = self._thread.submit(self._insert, statements)

    def _insert(self, statements: list[tuple[int, list[Any]]]) -> None:
        for count, parameters in statements:
            self._connection.execute(insert_statement(count), parameters)
            if self._check is not None:
                self._check.check(count)

    def finish(self) -> None:
        """Wait until all rows are inserted.

        Raises:
            sqlite3.Error: they cannot be.
        """
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def stream_head(self, stream: str) -> StreamHead | None:
        """Where a stream ends, in the log and the rows so far."""
        if self.begun_empty:
            return None  # nor does anybody wait for the rows that are under way
        self.finish()
        row = self._connection.execute(STREAM_HEAD, (stream,)).fetchone()
        return StreamHead(*row) if row else None


def _commit(connection: sqlite3.Connection, path: Path) -> None:
    try:
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_IOERR"):
            raise OutcomeUnknown(
                f"{path}: the disk failed while committing ({error}); whether the events are stored is not "
                "known."
            ) from error
        raise


def _check_head(connection: sqlite3.Connection, expected: Head) -> None:
    row = connection.execute(HEAD).fetchone()
    head = Head(*row) if row else GENESIS
    if head != expected:
        raise HeadMoved(expected, head)
