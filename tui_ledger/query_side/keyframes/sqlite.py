"""Keyframes in a SQLite file of their own, through aiosqlite."""

import asyncio
import sqlite3
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

import aiosqlite
import msgspec

from tui_ledger.errors import StorageError
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.port import Head
from tui_ledger.query_side.documents.port import DamagedDocuments
from tui_ledger.query_side.documents.sqlite_file import explained
from tui_ledger.query_side.keyframes.port import BOUNDS, Bounds, KeyframeGone, Span
from tui_ledger.query_side.keyframes.sqlite_file import open_keyframes, remove
from tui_ledger.query_side.keyframes.sqlite_schema import LOST
from tui_ledger.query_side.view import View
from tui_ledger.sqlite_connection import identity

Row = tuple[Any, ...]

_AROUND: Final = """
SELECT made.spacing, before.position, before.anchor, last.position, last.anchor FROM made
LEFT JOIN keyframes AS before
    ON before.position = (SELECT max(position) FROM keyframes WHERE position <= ?)
LEFT JOIN keyframes AS last ON last.position = (SELECT max(position) FROM keyframes)"""
# There is a row without a key, and there are documents, only if there is the keyframe: in the same statement
# and so of the same moment. What would be found for one that was thinned out are older documents.
_IS_THERE: Final = "(SELECT 1 FROM keyframes WHERE position = :position AND anchor = :anchor)"
_THERE: Final = f"SELECT NULL, NULL WHERE EXISTS {_IS_THERE}"
_LOAD: Final = f"""
{_THERE} UNION ALL
SELECT documents.key, documents.body FROM json_each(:keys) AS wanted JOIN documents
    ON documents.key = wanted.value AND documents.position =
        (SELECT max(position) FROM documents WHERE key = wanted.value AND position <= :position)
WHERE documents.body IS NOT NULL AND EXISTS {_IS_THERE}"""
# From key to key: a document that changes all the time has many rows, of which one is wanted. The
# character after `/` is `0`.
_SCAN: Final = f"""
WITH RECURSIVE keys (key) AS (
    SELECT min(key) FROM documents WHERE key >= :first
    UNION ALL
    SELECT (SELECT min(key) FROM documents WHERE key > keys.key) FROM keys
    WHERE keys.key < :beyond OR (:beyond IS NULL AND keys.key IS NOT NULL)
)
{_THERE} UNION ALL
SELECT documents.key, documents.body FROM keys JOIN documents
    ON documents.key = keys.key AND documents.position =
        (SELECT max(position) FROM documents WHERE key = keys.key AND position <= :position)
WHERE documents.body IS NOT NULL AND EXISTS {_IS_THERE} AND (:beyond IS NULL OR keys.key < :beyond)"""
_ADD: Final = "INSERT INTO additions (spacing, before, position, anchor, documents) VALUES (?, ?, ?, ?, ?)"
_THIN: Final = "INSERT INTO thinnings (spacing) VALUES (?)"
_SIZE: Final = """
SELECT count(position), (page_count - freelist_count) * page_size
FROM pragma_page_count, pragma_freelist_count, pragma_page_size LEFT JOIN keyframes"""


class SqliteKeyframes:
    """See `Keyframes`. The file is made when it is first needed, and never has an open transaction.

    Args:
        path: The file.
        view: Whose keyframes they are.
        bounds: How many there may be.
    """

    def __init__(self, path: Path, view: View, bounds: Bounds = BOUNDS) -> None:
        self._path = path
        self._view = view
        self._bounds = bounds
        self._connection: aiosqlite.Connection | None = None
        self._opened: tuple[int, int] | None = None
        self._opening = asyncio.Lock()
        self._closed = False

    async def around(self, position: int) -> Span:
        rows = await self._ask(_AROUND, (position,))
        if not rows:
            raise DamagedDocuments(f"{self._path} does not say whose keyframes it has.")
        spacing, before, before_anchor, last, last_anchor = rows[0]
        return Span(_head(before, before_anchor), _head(last, last_anchor), spacing)

    async def load(self, at: Head, keys: Collection[str]) -> dict[str, str]:
        wanted = msgspec.json.encode(list(keys)).decode()
        return await self._read(at, _LOAD, keys=wanted)

    async def scan(self, at: Head, prefix: str) -> dict[str, str]:
        if not prefix:
            return await self._read(at, _SCAN, first="", beyond=None)
        return await self._read(at, _LOAD, keys=msgspec.json.encode([prefix]).decode()) | await self._read(
            at, _SCAN, first=f"{prefix}/", beyond=f"{prefix}0"
        )

    async def add(self, span: Span, after: Head, changed: Mapping[str, str | None]) -> bool:
        documents = msgspec.json.encode(changed).decode()
        row = (span.spacing, span.last.position, after.position, after.hash, documents)
        if not await self._write(_ADD, row):
            return False
        spacing = span.spacing
        while await self._are_too_many(after.position):
            spacing *= 2
            if not await self._write(_THIN, (spacing,)):
                break  # somebody else has
        return True

    async def discard(self) -> None:
        async with self._opening:
            found = self._opened
            await self._close()
            if found is None or identity(self._path) == found:
                remove(self._path)

    async def close(self) -> None:
        self._closed = True
        async with self._opening:  # a connection that is just being opened would stay open
            await self._close()

    async def _read(self, at: Head, sql: str, **parameters: str | None) -> dict[str, str]:
        if at == GENESIS:
            return {}
        rows = await self._ask(sql, {"position": at.position, "anchor": at.hash, **parameters})
        if not rows:
            raise KeyframeGone
        return {key: body for key, body in rows if key is not None}

    async def _are_too_many(self, last: int) -> bool:
        [(count, size)] = await self._ask(_SIZE)
        return self._bounds.exceeded(count, size, last)

    async def _write(self, sql: str, parameters: Row) -> bool:
        """False if the condition of the statement does not hold."""
        try:
            await self._ask(sql, parameters)
        except _LostComparison:
            return False
        return True

    async def _ask(self, sql: str, parameters: Row | dict[str, Any] = ()) -> list[Row]:
        async with self._opening:
            if self._closed:
                raise StorageError(f"{self._path} is closed.")
            if self._connection is not None and identity(self._path) != self._opened:
                await self._close()
            if self._connection is None:
                self._connection = await open_keyframes(
                    self._path, self._view.name, self._view.version, self._bounds.spacing
                )
                self._opened = identity(self._path)
            connection = self._connection
        try:
            return [tuple(row) for row in await connection.execute_fetchall(sql, parameters)]
        except sqlite3.IntegrityError as error:
            if str(error) == LOST:
                raise _LostComparison from error
            raise explained(error, self._path) from error
        except sqlite3.Error as error:
            raise explained(error, self._path) from error

    async def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


class _LostComparison(Exception):
    """A statement's condition did not hold."""


def _head(position: int | None, anchor: str | None) -> Head:
    return GENESIS if position is None or anchor is None else Head(position, anchor)
