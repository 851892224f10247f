"""Appending many events that were recorded elsewhere, in one transaction, in a thread of its own."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from tui_ledger.errors import OutcomeUnknown
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.port import Head, HeadMoved, PastEvent
from tui_ledger.event_store.restored import Restored
from tui_ledger.event_store.sqlite_file import connect_writer, translated
from tui_ledger.event_store.sqlite_queries import HEAD, STREAM_HEAD, insert_statement, values_of
from tui_ledger.event_store.stream_head import StreamHead

_TOGETHER: Final = 200  # rows that are handed to SQLite at once, each of up to a line of 64 KiB


class _Cancelled(Exception):
    """Nobody waits for the events any more."""


async def restore(path: Path, events: Iterable[PastEvent], behind: Head) -> Head:
    """See `EventStore.restore`."""
    cancelled = threading.Event()
    work = asyncio.get_running_loop().run_in_executor(None, _restore, path, _until(cancelled, events), behind)
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        cancelled.set()
        await asyncio.wait({work})
        if not work.cancelled():
            work.exception()  # it is known: nobody asks any more
        raise


def _until(cancelled: threading.Event, events: Iterable[PastEvent]) -> Iterator[PastEvent]:
    for event in events:
        if cancelled.is_set():
            raise _Cancelled
        yield event


def _restore(path: Path, events: Iterator[PastEvent], behind: Head) -> Head:
    try:
        with closing(connect_writer(path)) as connection:  # closing it rolls back what is not committed
            connection.execute("BEGIN IMMEDIATE")
            restored = Restored(_checked_head(connection, behind), partial(_stream_head, connection))
            while some := list(islice(events, _TOGETHER)):
                rows = [values_of(*restored.place(event)) for event in some]
                connection.executemany(insert_statement(1), rows)
                restored.forget()
            _commit(connection, path)
    except sqlite3.Error as error:
        raise translated(error, path) from error
    return restored.head


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


def _checked_head(connection: sqlite3.Connection, expected: Head) -> Head:
    row = connection.execute(HEAD).fetchone()
    head = Head(*row) if row else GENESIS
    if head != expected:
        raise HeadMoved(expected, head)
    return head


def _stream_head(connection: sqlite3.Connection, stream: str) -> StreamHead | None:
    row = connection.execute(STREAM_HEAD, (stream,)).fetchone()
    return StreamHead(*row) if row else None
