"""Making and opening a file of keyframes. Whatever else is at its place is thrown away: it is derived."""

import asyncio
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import aiosqlite

from tui_ledger.errors import StorageError
from tui_ledger.event_store.sqlite_file import BUSY_TIMEOUT
from tui_ledger.query_side.documents.port import DamagedDocuments
from tui_ledger.query_side.documents.sqlite_file import explained
from tui_ledger.query_side.keyframes.sqlite_schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION, STATEMENTS
from tui_ledger.sqlite_connection import identity, opened

# No write-ahead log: somebody may delete the file while it is in use, and a log that stayed behind would be
# played into the next file of that name. While a keyframe is being written others can read, up to its commit
# (with a cache of 64 MiB, in which what is changed stays until then).
_PRAGMAS: Final = ("PRAGMA synchronous = NORMAL", "PRAGMA cache_size = -65536")
_HEADER: Final = "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version"
_BEGIN: Final = "INSERT INTO made (only, view, version, spacing) VALUES (1, ?, ?, ?)"
_MADE: Final = "SELECT view, version FROM made"


async def open_keyframes(path: Path, view: str, version: int, spacing: int) -> aiosqlite.Connection:
    """A connection, in autocommit mode, to the keyframes of that version of the view. New ones are `spacing`
    events apart.

    A file that is damaged, of another format, or of another view or version of it is made anew.

    Raises:
        LockedError: another process holds the file for too long.
        StorageError: it cannot be made or opened.
    """
    await asyncio.to_thread(_make, path, view, version, spacing)
    found = identity(path)
    try:
        return await _opened(path, view, version)
    except DamagedDocuments:
        if identity(path) == found:  # else another process was as quick, and has made it anew
            remove(path)
    await asyncio.to_thread(_make, path, view, version, spacing)
    return await _opened(path, view, version)


def remove(path: Path) -> None:
    """Remove the file, and what SQLite may have left beside it.

    Raises:
        StorageError: it cannot be removed.
    """
    try:
        path.unlink(missing_ok=True)
        _journal(path).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{path} cannot be removed: {error.strerror}.") from error


async def _opened(path: Path, view: str, version: int) -> aiosqlite.Connection:
    async with opened(path, _PRAGMAS, explained, timeout=BUSY_TIMEOUT) as connection:
        await _check(connection, path, view, version)
        await connection.executescript(STATEMENTS)
        return connection


async def _check(connection: aiosqlite.Connection, path: Path, view: str, version: int) -> None:
    header = tuple(next(iter(await connection.execute_fetchall(_HEADER))))
    if header != (APPLICATION_ID, SCHEMA_VERSION):
        raise DamagedDocuments(f"{path} has no keyframes of this format.")
    if [tuple(row) for row in await connection.execute_fetchall(_MADE)] != [(view, version)]:
        raise DamagedDocuments(f"{path} has the keyframes of another view, or of another version of it.")


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")


def _make(path: Path, view: str, version: int, spacing: int) -> None:
    """Make the file, unless there is one: aside, so that nobody finds it half made."""
    if path.exists():
        return
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with TemporaryDirectory(prefix=f".{path.stem}-", dir=path.parent) as folder:
            aside = Path(folder) / path.name
            os.close(os.open(aside, os.O_CREAT | os.O_RDWR, 0o600))
            with closing(sqlite3.connect(aside, isolation_level=None)) as connection:
                connection.executescript(f"BEGIN; {SCHEMA} COMMIT;")
                connection.execute(_BEGIN, (view, version, spacing))
            _journal(path).unlink(missing_ok=True)  # of one that was deleted: it would be played back here
            with suppress(FileExistsError):  # another process was as quick
                path.hardlink_to(aside)
    except OSError as error:
        raise StorageError(f"{path} cannot be made: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise explained(error, path) from error
