"""Documents in a SQLite file of their own, through aiosqlite."""

import asyncio
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import aiosqlite
import msgspec

from tui_ledger.errors import StorageError
from tui_ledger.query_side.documents.codec import decode_document, encode_document
from tui_ledger.query_side.documents.port import DamagedDocuments, Lease, State
from tui_ledger.query_side.documents.sqlite_file import (
    explained,
    open_reader,
    open_writer,
    remove,
)
from tui_ledger.query_side.documents.sqlite_schema import LOST
from tui_ledger.query_side.view import Document
from tui_ledger.sqlite_connection import identity

Row = tuple[Any, ...]
Parameters = tuple[Any, ...] | dict[str, Any]

# Every answer begins with the state, in the same statement and so of the same moment as the documents.
_STATE: Final = (
    "SELECT view, version, generation, checkpoint, anchor, failed_at, reason, "
    "holder, host, pid, heartbeat, NULL, NULL FROM state, lease"
)
_SCAN: Final = (
    "SELECT * FROM (SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, key, body "
    "FROM documents WHERE generation = (SELECT generation FROM state) AND {range} "
    "ORDER BY key {order} LIMIT :most)"
)
# A scan for each range, since one over both would read what sorts between `moyin` and `moyin/`. The
# character after `/` is `0`.
_EXACT: Final = "key = :prefix"
_BELOW: Final = "key >= :prefix || '/' AND key < :prefix || '0'"
_ALL: Final = "key IS NOT NULL"
_READ: Final = f"{_STATE} UNION ALL {_SCAN.format(range=_EXACT, order='ASC')}"
_COMMIT: Final = "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_BEAT: Final = "UPDATE lease SET heartbeat = ? WHERE holder = ? RETURNING 1"
_RELEASE: Final = "UPDATE lease SET holder = NULL, host = NULL, pid = NULL, heartbeat = NULL WHERE holder = ?"
_SWEEP: Final = (
    "DELETE FROM documents WHERE (generation, key) IN (SELECT generation, key FROM documents "
    "WHERE generation < (SELECT generation FROM state) LIMIT 1000) RETURNING 1"
)


class SqliteDocuments:
    """See `Documents`. One connection writes and another reads; neither ever has an open transaction.

    Whatever is asked of SQLite here is a single statement in autocommit mode, which is a transaction of
    its own. So a caller can be cancelled at any moment, and every answer is of one moment.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: aiosqlite.Connection | None = None
        self._written: tuple[int, int] | None = None
        self._reader: aiosqlite.Connection | None = None
        self._read_from: tuple[int, int] | None = None
        self._opening = asyncio.Lock()
        self._closed = False

    async def state(self) -> State:
        rows = await self._query(_STATE)
        return _state(rows[0]) if rows else State()

    async def read(self, key: str) -> tuple[State, Document | None]:
        rows = await self._query(_READ, {"prefix": key, "most": 1})
        if not rows:
            return State(), None
        return _state(rows[0]), decode_document(rows[1][-1]) if len(rows) > 1 else None

    async def scan(
        self, prefix: str = "", *, limit: int | None = None, newest_first: bool = False
    ) -> tuple[State, list[tuple[str, Document]]]:
        order = "DESC" if newest_first else "ASC"
        ranges = [_EXACT, _BELOW] if prefix else [_ALL]
        if newest_first:
            ranges.reverse()
        most = -1 if limit is None else max(limit, 0)
        sql = " UNION ALL ".join([_STATE, *(_SCAN.format(range=one, order=order) for one in ranges)])
        rows = await self._query(sql, {"prefix": prefix, "most": most})
        if not rows:
            return State(), []
        found = rows[1:] if limit is None else rows[1 : 1 + most]
        return _state(rows[0]), [(row[-2], decode_document(row[-1])) for row in found]

    async def open(self) -> None:
        await self._close_writer()
        found = identity(self._path)
        try:
            writer = await open_writer(self._path)
        except DamagedDocuments:
            if identity(self._path) == found:  # else another process was as quick, and has made it anew
                remove(self._path)
            writer = await open_writer(self._path)
        self._writer = writer
        self._written = identity(self._path)
        while await self._write(_SWEEP):
            pass  # old generations go in slices, so that none holds up the heartbeat

    async def discard(self) -> None:
        await self._close_writer()
        async with self._opening:
            await self._close_reader()
        remove(self._path)

    async def load(self, generation: int, keys: Iterable[str]) -> dict[str, Document]:
        wanted = msgspec.json.encode(list(keys)).decode()
        rows = await self._write(
            "SELECT key, body FROM documents "
            "WHERE generation = ? AND key IN (SELECT value FROM json_each(?))",
            generation,
            wanted,
        )
        return {key: decode_document(body) for key, body in rows}

    async def commit(
        self, holder: str, before: State, after: State, documents: Mapping[str, Document | None]
    ) -> bool:
        bodies = {key: None if body is None else encode_document(body) for key, body in documents.items()}
        try:
            await self._write(
                _COMMIT,
                holder,
                before.generation,
                before.checkpoint,
                after.checkpoint,
                after.anchor,
                after.failed_at,
                after.reason,
                msgspec.json.encode(bodies).decode(),
            )
        except _LostComparison:
            return False
        return True

    async def begin_anew(self, holder: str, before: State, view: str, version: int) -> bool:
        rows = await self._write(
            "UPDATE state SET view = ?, version = ?, generation = generation + 1, checkpoint = 0, "
            "anchor = ?, failed_at = NULL, reason = NULL WHERE generation = ? AND checkpoint = ? "
            "AND EXISTS (SELECT 1 FROM lease WHERE holder = ?) RETURNING 1",
            view,
            version,
            State().anchor,
            before.generation,
            before.checkpoint,
            holder,
        )
        return bool(rows)

    async def claim(self, lease: Lease, instead_of: Lease | None) -> bool:
        self._check_in_place()
        rows = await self._write(
            "UPDATE lease SET holder = ?, host = ?, pid = ?, heartbeat = ? "
            "WHERE holder IS ? AND heartbeat IS ? RETURNING 1",
            *(lease.holder, lease.host, lease.pid, lease.heartbeat),
            *((instead_of.holder, instead_of.heartbeat) if instead_of else (None, None)),
        )
        return bool(rows)

    async def beat(self, holder: str, heartbeat: float) -> bool:
        self._check_in_place()
        rows = await self._write(_BEAT, heartbeat, holder)
        return bool(rows)

    async def release(self, holder: str) -> None:
        await self._write(_RELEASE, holder)

    async def close(self) -> None:
        self._closed = True
        try:
            await self._close_writer()
        finally:
            async with self._opening:  # a reader that is just being opened would stay open
                await self._close_reader()

    async def _query(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Rows from the reading connection, the first with the state; none while there is no file."""
        async with self._opening:
            if self._closed:
                raise StorageError(f"{self._path} is closed.")
            now = identity(self._path)
            if self._reader is not None and now != self._read_from:
                await self._close_reader()
            if self._reader is None:
                self._reader = await open_reader(self._path)
                self._read_from = now
            reader = self._reader
        if reader is None:
            return []
        rows = await self._run(reader, sql, parameters)
        if not rows:
            raise DamagedDocuments(f"{self._path} has lost its state; a worker makes it anew from the log.")
        return rows

    async def _write(self, sql: str, *parameters: Any) -> list[Row]:
        if self._writer is None:
            raise StorageError(f"{self._path} is not open for writing.")
        return await self._run(self._writer, sql, parameters)

    async def _run(self, connection: aiosqlite.Connection, sql: str, parameters: Parameters) -> list[Row]:
        try:
            return [tuple(row) for row in await connection.execute_fetchall(sql, parameters)]
        except sqlite3.IntegrityError as error:
            if str(error) == LOST:
                raise _LostComparison from error
            raise explained(error, self._path) from error
        except sqlite3.Error as error:
            raise explained(error, self._path) from error

    def _check_in_place(self) -> None:
        if identity(self._path) != self._written:
            raise StorageError(f"{self._path} was removed or replaced while it was in use.")

    async def _close_writer(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            await writer.close()

    async def _close_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.close()


class _LostComparison(Exception):
    """The commit's condition did not hold."""


def _state(row: Row) -> State:
    view, version, generation, checkpoint, anchor, failed_at, reason, holder, host, pid, heartbeat, *_ = row
    return State(
        view=view,
        version=version,
        generation=generation,
        checkpoint=checkpoint,
        anchor=anchor,
        failed_at=failed_at,
        reason=reason,
        lease=None if holder is None else Lease(holder, host, pid, heartbeat),
    )
