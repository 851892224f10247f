"""Whoever changes the file behind the program's back is found out, at the first event that is wrong."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tui_ledger.event_store.audit import BadEvent, audited
from tui_ledger.event_store.port import Append, Head
from tui_ledger.event_store.sqlite import open_store

NewAppend = Callable[..., Append]

COLUMNS = (
    "stream_id", "stream", "version", "prev", "id", "type", "schema", "data", "content", "occurred_at",
    "recorded_at", "command_id", "correlation_id", "causation_id", "hash",
)  # fmt: skip


@pytest.fixture
async def anchor(log: Path, new_append: NewAppend) -> Head:
    """The head of a log of ten events: 1, 2, 4, 6, 8 and 10 of stream a, and the others of stream b."""
    async with open_store(log) as store:
        for number in range(1, 11):
            stream = "a" if number <= 2 or number % 2 == 0 else "b"
            await store.append(new_append(stream, command=f"c{number}" if number > 5 else None))
        return await store.head()


def tamper(log: Path, *statements: str) -> None:
    """Change the log as nobody can who has not taken its triggers and indexes away."""
    with closing(sqlite3.connect(log, isolation_level=None)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        for kind, name in database.execute(
            "SELECT type, name FROM sqlite_schema WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
        ).fetchall():
            database.execute(f"DROP {kind} {name}")
        for statement in statements:
            assert database.execute(statement).rowcount > 0, statement


async def first_bad(log: Path, anchor: Head | None = None) -> BadEvent | None:
    """What the audit finds; all events before that are given out."""
    given = 0
    try:
        async with open_store(log) as store:
            async for event in audited(store, anchor):
                assert event.position == given + 1
                given += 1
    except BadEvent as error:
        bad: BadEvent | None = error
    else:
        bad = None
    assert bad is None or bad.position == given + 1
    return bad


async def test_a_log_that_nobody_touched_is_sound(log: Path, anchor: Head) -> None:
    assert await first_bad(log) is None
    assert await first_bad(log, anchor) is None


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("position", range(1, 11))
async def test_any_changed_column_of_any_event_is_found(
    column: str, position: int, log: Path, anchor: Head
) -> None:
    integer = column in ("stream_id", "version", "prev", "schema")
    value = f"coalesce({column}, 0) + 1" if integer else f"coalesce({column}, '') || ' '"
    tamper(log, f"UPDATE events SET {column} = {value} WHERE position = {position}")
    bad = await first_bad(log)
    assert bad is not None
    assert bad.position == position


@pytest.mark.parametrize("column", ["content", "command_id", "correlation_id", "prev"])
async def test_a_column_that_was_emptied_is_found(column: str, log: Path, anchor: Head) -> None:
    tamper(log, f"UPDATE events SET {column} = NULL WHERE position = 8")
    bad = await first_bad(log)
    assert bad is not None
    assert bad.position == 8


@pytest.mark.parametrize("position", [1, 2, 5, 9])
async def test_a_missing_event_is_found(position: int, log: Path, anchor: Head) -> None:
    tamper(log, f"DELETE FROM events WHERE position = {position}")
    bad = await first_bad(log)
    assert bad is not None
    assert (bad.position, bad.reason) == (position, f"event #{position} is missing")


@pytest.mark.parametrize("position", [1, 5, 10])
async def test_a_removed_tail_is_found_with_an_anchor_alone(position: int, log: Path, anchor: Head) -> None:
    tamper(log, f"DELETE FROM events WHERE position >= {position}")
    assert await first_bad(log) is None
    bad = await first_bad(log, anchor)
    assert bad is not None
    assert (bad.position, bad.reason) == (position, "the log ends before the anchor, #10")


async def test_events_in_another_order_are_found(log: Path, anchor: Head) -> None:
    moves = ((4, 0), (6, 4), (0, 6))
    tamper(log, *(f"UPDATE events SET position = {new} WHERE position = {old}" for old, new in moves))
    bad = await first_bad(log)
    assert bad is not None
    assert bad.position == 4


async def test_an_event_that_was_moved_is_found(log: Path, anchor: Head) -> None:
    tamper(log, "UPDATE events SET position = 500 WHERE position = 7")
    bad = await first_bad(log)
    assert bad is not None
    assert bad.position == 7


async def test_an_event_that_was_added_without_its_hash_is_found(log: Path, anchor: Head) -> None:
    with closing(sqlite3.connect(log, isolation_level=None)) as database:
        database.execute(
            "INSERT INTO events SELECT 11, 11, 'c', 1, NULL, 'forged', type, schema, data, NULL, occurred_at,"
            " recorded_at, NULL, NULL, NULL, hash FROM events WHERE position = 10"
        )
    bad = await first_bad(log)
    assert bad is not None
    assert bad.position == 11


async def test_a_log_that_was_written_anew_is_found_with_an_anchor_alone(
    log: Path, anchor: Head, tmp_path: Path
) -> None:
    forged = Head(5, "0" * 64)
    bad = await first_bad(log, forged)
    assert bad is not None
    assert (bad.position, bad.reason) == (5, "its hash is not the anchor's: the log was rewritten up to here")


async def test_an_anchor_from_earlier_still_holds(log: Path, anchor: Head, new_append: NewAppend) -> None:
    async with open_store(log) as store:
        await store.append(new_append("a", count=5))
    assert await first_bad(log, anchor) is None
