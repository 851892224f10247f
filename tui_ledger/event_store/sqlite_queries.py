"""The statements of the SQLite store."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Final

import aiosqlite
import msgspec

from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.packing import FACT_FIELDS, FIELDS
from tui_ledger.event_store.port import CommandRecord, Head, StoredEvent
from tui_ledger.event_store.sqlite_schema import COLUMNS
from tui_ledger.event_store.stream_head import StreamHead

# The name that a row holds itself must be the one that its stream id leads to; else it has none.
_EVENT: Final = (
    "SELECT e.position, CASE WHEN coalesce(e.stream, s.stream) = s.stream THEN s.stream END, "
    "e.version, e.prev, e.id, e.type, e.schema, e.data, e.content, "
    "e.occurred_at, e.recorded_at, e.command_id, e.correlation_id, e.causation_id, e.hash"
)
_PAGE: Final = f"""
{_EVENT} FROM events AS e JOIN events AS s ON s.position = e.stream_id
WHERE e.position > ? ORDER BY e.position LIMIT ?"""

# Many events as one value, which `packing` reads: an array for each, which begins with its type and schema.
# Only text that is JSON gets in unquoted. SQLite takes it to end at a NUL, so that none may be there.
_COLUMNS: Final = {
    "stream": "CASE WHEN coalesce(e.stream, s.stream) = s.stream THEN s.stream END",
    "data": "CASE WHEN json_valid(e.data) AND instr(e.data, char(0)) = 0 THEN json(e.data) END",
}


def _packed_event(fields: Iterable[str]) -> str:
    columns = ", ".join(_COLUMNS.get(name, f"e.{name}") for name in fields)
    return f"json_array(e.type || ' ' || e.schema, {columns})"


_PACKED: Final = f"""
SELECT CAST('[' || group_concat(event, ',') || ']' AS BLOB) FROM (
    SELECT {_packed_event(FIELDS)} AS event
    FROM events AS e JOIN events AS s ON s.position = e.stream_id
    WHERE e.position > ? ORDER BY e.position LIMIT ?)"""
# The hash is that of the row with the highest position: SQLite promises that of max().
_PACKED_FACTS: Final = f"""
SELECT CAST('[' || group_concat(event, ',') || ']' AS BLOB), max(position), hash FROM (
    SELECT {_packed_event(FACT_FIELDS)} AS event, e.position, e.hash
    FROM events AS e JOIN events AS s ON s.position = e.stream_id
    WHERE e.position > ? ORDER BY e.position LIMIT ?)"""

# Along `prev`, forwards: each step is one look-up in the index on it.
_CHAIN: Final = """
WITH RECURSIVE chain (position) AS (
    SELECT position FROM events WHERE {start}
    UNION ALL
    SELECT e.position FROM chain JOIN events AS e ON e.prev = chain.position)"""
_FROM_START: Final = _CHAIN.format(start="stream = ?1 AND version = 1")
_ALONG_CHAIN: Final = f"""
{_EVENT} FROM chain JOIN events AS e USING (position) JOIN events AS s ON s.position = e.stream_id"""
_STREAM: Final = f"{_FROM_START} {_ALONG_CHAIN} WHERE e.version > ?2 ORDER BY e.position"
_SUCCESSORS: Final = f"{_CHAIN.format(start='prev = ?1')} {_ALONG_CHAIN} ORDER BY e.position"
_STREAM_FROM: Final = f"{_CHAIN.format(start='position = ?1')} {_ALONG_CHAIN} ORDER BY e.position"
_LIMITED_CHAIN: Final = f"{_CHAIN.removesuffix(')')} LIMIT ?2)"
_STREAM_BEGINNING: Final = f"""
{_LIMITED_CHAIN.format(start="stream = ?1 AND version = 1")} {_ALONG_CHAIN} ORDER BY e.position"""
_STREAM_CONTINUED: Final = f"""
{_LIMITED_CHAIN.format(start="prev = ?1")} {_ALONG_CHAIN} ORDER BY e.position"""
# From the event that is named, which is one of the last, or else from the stream's first one.
_STREAM_HEADS: Final = """
WITH RECURSIVE wanted (stream, event_id) AS (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)),
chain (stream, position) AS (
    SELECT w.stream, coalesce(
        (SELECT e.position FROM events AS e JOIN events AS s ON s.position = e.stream_id
         WHERE e.id = w.event_id AND s.stream = w.stream),
        (SELECT position FROM events WHERE stream = w.stream AND version = 1))
    FROM wanted AS w
    UNION ALL
    SELECT chain.stream, e.position FROM chain JOIN events AS e ON e.prev = chain.position)
SELECT last.stream, e.stream_id, e.version, e.position, e.id
FROM (SELECT stream, max(position) AS position FROM chain GROUP BY stream) AS last
JOIN events AS e USING (position)"""
# The same of one stream, from its first event on.
STREAM_HEAD: Final = f"""
{_FROM_START} SELECT e.stream_id, e.version, e.position, e.id FROM chain JOIN events AS e USING (position)
ORDER BY e.position DESC LIMIT 1"""
_BY_ID: Final = f"""
{_EVENT} FROM events AS e JOIN events AS s ON s.position = e.stream_id WHERE e.id = ?"""
_BY_IDS: Final = f"""
{_EVENT} FROM events AS e JOIN events AS s ON s.position = e.stream_id
WHERE e.id IN (SELECT value FROM json_each(?)) ORDER BY e.position"""
_CAUSED: Final = f"""
{_EVENT} FROM events AS e JOIN events AS s ON s.position = e.stream_id
WHERE e.causation_id = ? ORDER BY e.position LIMIT ?"""
_SINCE: Final = """
SELECT s.stream, e.stream_id, e.version, e.position, e.id, e.hash
FROM events AS e JOIN events AS s ON s.position = e.stream_id
WHERE e.position > ? ORDER BY e.position LIMIT 1000"""
_COMMAND: Final = """
SELECT c.id, c.content, c.first, c.last, e.version
FROM commands AS c JOIN events AS e ON e.position = c.last WHERE c.id = ?"""
_KNOWN_COMMANDS: Final = """
SELECT command_id FROM events
WHERE content IS NOT NULL AND command_id IN (SELECT value FROM json_each(?))"""
HEAD: Final = "SELECT position, hash FROM events ORDER BY position DESC LIMIT 1"
# What occurs is in no order, so nothing but a look at each event tells: 0.4 s for a million. Any index would
# cost every append.
_POSITION_AT: Final = """
SELECT coalesce(
    (SELECT position FROM events WHERE occurred_at > ? ORDER BY position LIMIT 1) - 1,
    (SELECT max(position) FROM events), 0)"""
_IDS_STORED: Final = "SELECT count(*) FROM events WHERE id IN (SELECT value FROM json_each(?))"


async def select_page(db: aiosqlite.Connection, after: int, limit: int) -> list[StoredEvent]:
    """Events by position."""
    return [StoredEvent(*row) for row in await db.execute_fetchall(_PAGE, (after, limit))]


async def select_packed(db: aiosqlite.Connection, after: int, limit: int) -> bytes | None:
    """Events by position, as `packing.unpack` reads them; None if there are none."""
    row = await _one(db, _PACKED, (after, limit))
    return row[0] if row else None


async def select_packed_facts(db: aiosqlite.Connection, after: int, limit: int) -> tuple[bytes, Head]:
    """Facts by position, as `packing.unpack_facts` reads them, and where the last of them is."""
    row = await _one(db, _PACKED_FACTS, (after, limit))
    return (row[0], Head(*row[1:])) if row and row[0] else (b"[]", Head(after, ""))


async def select_stream(db: aiosqlite.Connection, stream: str, after: int) -> list[StoredEvent]:
    """Events of one stream by version."""
    return [StoredEvent(*row) for row in await db.execute_fetchall(_STREAM, (stream, after))]


async def select_successors(db: aiosqlite.Connection, position: int) -> list[StoredEvent]:
    """The events that follow the one at `position` in its stream."""
    return [StoredEvent(*row) for row in await db.execute_fetchall(_SUCCESSORS, (position,))]


async def select_stream_from(db: aiosqlite.Connection, position: int) -> list[StoredEvent]:
    """The event at `position` and those that follow it in its stream."""
    return [StoredEvent(*row) for row in await db.execute_fetchall(_STREAM_FROM, (position,))]


async def select_stream_heads(
    db: aiosqlite.Connection, wanted: Mapping[str, str | None]
) -> dict[str, StreamHead]:
    """Where streams end; those that do not exist are missing.

    Args:
        db: The connection.
        wanted: The streams, and the id of one of the last events of each, from where its end is near.
    """
    names = msgspec.json.encode(list(wanted.items())).decode()
    return {stream: StreamHead(*head) for stream, *head in await db.execute_fetchall(_STREAM_HEADS, (names,))}


async def select_since(db: aiosqlite.Connection, after: int) -> list[tuple[str, StreamHead, str]]:
    """Of at most 1,000 events above `after`: stream, what the stream's head was with it, hash."""
    rows = await db.execute_fetchall(_SINCE, (after,))
    return [(stream, StreamHead(*head), hash_) for stream, *head, hash_ in rows]


async def select_stream_page(
    db: aiosqlite.Connection, stream: str, after: int, limit: int
) -> list[StoredEvent]:
    """Events of one stream, from its beginning or behind the one at the position `after`."""
    sql, start = (_STREAM_CONTINUED, after) if after else (_STREAM_BEGINNING, stream)
    return [StoredEvent(*row) for row in await db.execute_fetchall(sql, (start, limit))]


async def select_event(db: aiosqlite.Connection, event_id: str) -> StoredEvent | None:
    """The event of an id."""
    row = await _one(db, _BY_ID, (event_id,))
    return StoredEvent(*row) if row else None


async def select_events(db: aiosqlite.Connection, event_ids: Collection[str]) -> list[StoredEvent]:
    """The events of some ids, by position."""
    return [StoredEvent(*row) for row in await db.execute_fetchall(_BY_IDS, (_json_array(event_ids),))]


async def select_caused(db: aiosqlite.Connection, event_id: str, limit: int) -> list[StoredEvent]:
    """Events by the id of the event that caused them."""
    return [StoredEvent(*row) for row in await db.execute_fetchall(_CAUSED, (event_id, limit))]


async def select_command(db: aiosqlite.Connection, command_id: str) -> CommandRecord | None:
    """What is on record of a command."""
    row = await _one(db, _COMMAND, (command_id,))
    return CommandRecord(*row) if row else None


async def select_known_commands(db: aiosqlite.Connection, command_ids: Collection[str]) -> set[str]:
    """Those of some command ids that are on record."""
    return {row[0] for row in await db.execute_fetchall(_KNOWN_COMMANDS, (_json_array(command_ids),))}


async def select_head(db: aiosqlite.Connection) -> Head:
    """Where the log ends."""
    row = await _one(db, HEAD, ())
    return Head(*row) if row else GENESIS


async def select_position_at(db: aiosqlite.Connection, moment: str) -> int:
    """The position before the first event that occurred after `moment`."""
    row = await _one(db, _POSITION_AT, (moment,))
    return int(row[0]) if row else 0


async def count_stored(db: aiosqlite.Connection, ids: str) -> int:
    """How many of the event ids in a JSON array are in the log."""
    row = await _one(db, _IDS_STORED, (ids,))
    return int(row[0]) if row else 0


async def insert(db: aiosqlite.Connection, rows: Sequence[StoredEvent], stream_ids: Iterable[int]) -> None:
    """Insert `rows` in one statement: all of them, or none."""
    parameters: list[int | str | None] = []
    for row, stream_id in zip(rows, stream_ids, strict=True):
        parameters += values_of(row, stream_id)
    await db.execute(insert_statement(len(rows)), parameters)


def values_of(row: StoredEvent, stream_id: int) -> tuple[int | str | None, ...]:
    """The columns of `row`, in the order of the table."""
    return (
        row.position,
        stream_id,
        row.stream if row.version == 1 else None,
        row.version,
        row.prev,
        row.id,
        row.type,
        row.schema,
        row.data,
        row.content,
        row.occurred_at,
        row.recorded_at,
        row.command_id,
        row.correlation_id,
        row.causation_id,
        row.hash,
    )


@cache
def insert_statement(count: int) -> str:
    """The statement that inserts so many rows."""
    row = f"({', '.join('?' * len(COLUMNS.split(',')))})"
    return f"INSERT INTO events ({COLUMNS}) VALUES {', '.join([row] * count)}"


def _json_array(texts: Iterable[str]) -> str:
    return msgspec.json.encode(list(texts)).decode()


async def _one(db: aiosqlite.Connection, sql: str, parameters: tuple[object, ...]) -> sqlite3.Row | None:
    return next(iter(await db.execute_fetchall(sql, parameters)), None)
