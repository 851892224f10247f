"""The two connections to a view's file: one writes, and the other reads."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import aiosqlite

from tui_ledger.errors import StorageError
from tui_ledger.query_side.documents.port import DamagedDocuments
from tui_ledger.query_side.documents.sqlite_file import explained, open_reader, open_writer, remove
from tui_ledger.query_side.documents.sqlite_schema import LOST
from tui_ledger.sqlite_connection import identity
from tui_ledger.wal_watch import WalWatch

Row = tuple[Any, ...]
Parameters = tuple[Any, ...] | dict[str, Any]


class LostComparison(Exception):
    """The condition of a write did not hold, and nothing was written."""


class Connections:
    """Opens each connection when it is needed, and again when there is another file in the place.

    Whatever is asked of SQLite here is a single statement in autocommit mode, which is a transaction of
    its own. So a caller can be cancelled at any moment, and every answer is of one moment.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: aiosqlite.Connection | None = None
        self._written: tuple[int, int] | None = None
        self._reader: aiosqlite.Connection | None = None
        self._read_from: tuple[int, int] | None = None
        self._opening = asyncio.Lock()
        self._closed = False
        self._watch = WalWatch(path)
        self._data_version = 0  # which SQLite changes when another connection has written
        self._others_wrote = False

    async def open_writer(self) -> None:
        """Open the file for writing, for the first time or again. A damaged one is made anew."""
        async with self._opening:
            await self._open_writer()

    async def query(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Rows from the reading connection; none while there is no file.

        Raises:
            DamagedDocuments: the statement, which asks for the state at least, has found nothing.
        """
        async with self._opening:
            if self._closed:
                raise StorageError(f"{self.path} is closed.")
            now = identity(self.path)
            if self._reader is not None and now != self._read_from:
                await self._close_reader()
            if self._reader is None:
                self._reader = await open_reader(self.path)
                self._read_from = now
            reader = self._reader
        if reader is None:
            return []
        rows = await self._run(reader, sql, parameters)
        if not rows:
            raise DamagedDocuments(f"{self.path} has lost its state; a worker makes it anew from the log.")
        return rows

    async def write(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Run a statement on the writing connection, which must be open.

        Raises:
            LostComparison: its condition did not hold.
        """
        if self._writer is None:
            raise StorageError(f"{self.path} is not open for writing.")
        return await self._run(self._writer, sql, parameters)

    async def write_in_passing(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Run a statement that anybody may, whether or not the file was opened for writing before."""
        async with self._opening:
            if self._closed:
                raise StorageError(f"{self.path} is closed.")
            if self._writer is None:
                await self._open_writer()
        return await self.write(sql, parameters)

    async def write_and_look(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """`write` a statement that returns the `data_version`, so that `touched` need not ask for it."""
        rows = await self.write(sql, parameters)
        for (version,) in rows:
            self._others_wrote |= version != self._data_version
            self._data_version = version
            self._watch.know()
        return rows

    async def touched(self) -> bool:
        """Whether another connection may have written since this was last asked."""
        if self._others_wrote:
            self._others_wrote = False
            return True
        if self._writer is None or not self._watch.may_have_changed():
            return False
        try:
            [(version,)] = await self.write("PRAGMA data_version")
        except BaseException:
            self._watch.forget()
            raise
        before, self._data_version = self._data_version, version
        return bool(before != version)

    def check_in_place(self) -> None:
        """Check that what is written is still what is at the path.

        Raises:
            StorageError: it was removed or replaced.
        """
        if identity(self.path) != self._written:
            raise StorageError(f"{self.path} was removed or replaced while it was in use.")

    async def discard(self) -> None:
        """Close both and remove the file."""
        async with self._opening:
            await self._close_writer()
            await self._close_reader()
        remove(self.path)

    async def close(self) -> None:
        """Close both, whatever goes wrong with the first."""
        self._closed = True
        async with self._opening:  # one that is just being opened would stay open
            try:
                await self._close_writer()
            finally:
                await self._close_reader()

    async def _open_writer(self) -> None:
        await self._close_writer()
        found = identity(self.path)
        try:
            writer = await open_writer(self.path)
        except DamagedDocuments:
            if identity(self.path) == found:  # else another process was as quick, and has made it anew
                remove(self.path)
            writer = await open_writer(self.path)
        self._writer = writer
        self._written = identity(self.path)
        [(self._data_version,)] = await self._run(writer, "PRAGMA data_version", ())
        self._watch.forget()

    async def _run(self, connection: aiosqlite.Connection, sql: str, parameters: Parameters) -> list[Row]:
        try:
            return [tuple(row) for row in await connection.execute_fetchall(sql, parameters)]
        except sqlite3.IntegrityError as error:
            if str(error) == LOST:
                raise LostComparison from error
            raise explained(error, self.path) from error
        except sqlite3.Error as error:
            raise explained(error, self.path) from error

    async def _close_writer(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            await writer.close()

    async def _close_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.close()
