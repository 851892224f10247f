"""Logs of format 1, as the program made them before it knew any other."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final

import msgspec

from tui_ledger.clock import SystemClock
from tui_ledger.event_store.port import Append, Expected, NewEvent
from tui_ledger.event_store.sqlite import SqliteEventStore
from tui_ledger.event_store.sqlite_file import InPlace, open_reader

_SQL: Final = Path(__file__).with_name("events_db_format_1.sql").read_text(encoding="utf-8")


def create_format_1(path: Path) -> None:
    """Make an empty log of format 1."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(f"BEGIN IMMEDIATE; {_SQL} COMMIT;")


@asynccontextmanager
async def open_as_it_is(path: Path) -> AsyncIterator[SqliteEventStore]:
    """A store that was opened by a program that knew no other format than that of the file."""
    store = SqliteEventStore(path, InPlace(path), await open_reader(path), SystemClock())
    try:
        yield store
    finally:
        await store.close()


async def fill(path: Path, count: int) -> None:
    """Append `count` events to a log as it is, every second one caused by the one before."""
    async with open_as_it_is(path) as store:
        for start in range(0, count, 100):
            numbers = range(start, min(count, start + 100))
            outcomes = [store.append(_append(number)) for number in numbers]
            for outcome in outcomes:
                await outcome


def contents(path: Path) -> dict[str, Any]:
    """What kind of file it is: the header's numbers, and everything that is defined in it."""
    with closing(sqlite3.connect(path)) as database:
        return {
            "application_id": database.execute("PRAGMA application_id").fetchone()[0],
            "format": database.execute("PRAGMA user_version").fetchone()[0],
            "journal": database.execute("PRAGMA journal_mode").fetchone()[0],
            "definitions": sorted(
                database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall(), key=str
            ),
        }


def rows(path: Path) -> list[tuple[Any, ...]]:
    """Every row, each value in a form that shows its type and its bytes."""
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        names = [name for (name,) in database.execute("SELECT name FROM pragma_table_info('events')")]
        values = ", ".join(f"typeof({name}), hex({name})" for name in names)
        return database.execute(f"SELECT {values} FROM events ORDER BY position").fetchall()


def _append(number: int) -> Append:
    event = NewEvent(f"e{number}", "Appended 剣", 1, msgspec.json.encode({"n": number}).decode(), "2026")
    return Append(
        stream=f"s{number % 7}",
        expected=Expected.ANY,
        events=(event,),
        command_id=f"c{number}",
        content="{}",
        correlation_id=f"c{number // 2}",
        causation_id=f"e{number - 1}" if number % 2 else None,
    )
