"""Appending many rows in one transaction, beside the event loop.

Two threads share the work: while SQLite inserts some rows, without Python's lock, the next ones are made.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Final

from tui_ledger.errors import OutcomeUnknown
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.port import Head, HeadMoved
from tui_ledger.event_store.restored import Row
from tui_ledger.event_store.sqlite_bulk import BulkCheck
from tui_ledger.event_store.sqlite_file import translated
from tui_ledger.event_store.sqlite_queries import HEAD, STREAM_HEAD, insert_statement
from tui_ledger.event_store.stream_head import StreamHead

TOGETHER: Final = 200
"""Rows of one statement: so few that they are still in the processor's cache when they are inserted, and so
many that the threads seldom wait for each other."""

FEW: Final = 50
"""Rows of a statement where there are not so many."""


class Rows:
    """Inserts rows in a thread of its own; only one of the two uses the connection at any time."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        thread: ThreadPoolExecutor,
        check: BulkCheck | None,
        cancelled: threading.Event,
    ) -> None:
        self._connection = connection
        self._thread = thread
        self._check = check
        self._cancelled = cancelled
        self._under_way: Future[None] | None = None

    def insert(self, rows: list[Row]) -> None:
        """Begin to insert `rows`, as soon as those before are."""
        size = TOGETHER if len(rows) == TOGETHER else FEW
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
        if self._cancelled.is_set():
            raise _Cancelled
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def stream_head(self, stream: str) -> StreamHead | None:
        """Where a stream ends, in the log and the rows so far."""
        self.finish()
        row = self._connection.execute(STREAM_HEAD, (stream,)).fetchone()
        return StreamHead(*row) if row else None


class _Cancelled(Exception):
    """Nobody waits for the rows any more."""


@contextmanager
def appending(
    path: Path, connect: Callable[[Path], sqlite3.Connection], behind: Head, cancelled: threading.Event
) -> Iterator[Rows]:
    """A transaction that appends rows behind `behind`, and is committed if the block ends well.

    Raises:
        LedgerError: as `EventStore.restore`.
    """
    try:
        with closing(connect(path)) as connection:  # closing it rolls back what is not committed
            connection.execute("BEGIN IMMEDIATE")
            _check_head(connection, behind)
            check = BulkCheck(connection) if behind == GENESIS else None
            with ThreadPoolExecutor(1, "append") as thread:
                rows = Rows(connection, thread, check, cancelled)
                yield rows
                rows.finish()
            if check is not None:
                check.end()
            _commit(connection, path)
    except sqlite3.Error as error:
        raise translated(error, path) from error


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
