"""Making and opening a file of keyframes. Whatever else is at its place is thrown away: it is derived."""

import os
import sqlite3
from pathlib import Path
from typing import Final

import aiosqlite

from tui_ledger.errors import StorageError
from tui_ledger.event_store.sqlite_file import BUSY_TIMEOUT
from tui_ledger.query_side.documents.port import DamagedDocuments
from tui_ledger.query_side.documents.sqlite_file import explained, remove
from tui_ledger.query_side.keyframes.sqlite_schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION, STATEMENTS
from tui_ledger.sqlite_connection import connect, identity

# NORMAL: a power failure may take the last keyframes, whole ones. They are made again.
_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA journal_size_limit = 4194304",
)
_HEADER: Final = (
    "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) "
    "FROM pragma_application_id, pragma_user_version"
)
_BEGIN: Final = "INSERT OR IGNORE INTO made (only, view, version, spacing) VALUES (1, ?, ?, ?)"
_MADE: Final = "SELECT view, version FROM made"


async def open_keyframes(path: Path, view: str, version: int, spacing: int) -> aiosqlite.Connection:
    """A connection, in autocommit mode, to the keyframes of that version of the view. New ones are `spacing`
    events apart.

    A file that is damaged, of another format, or of another view or version of it is made anew.

    Raises:
        LockedError: another process holds the file for too long.
        StorageError: it cannot be made or opened.
    """
    found = identity(path)
    try:
        return await _opened(path, view, version, spacing)
    except DamagedDocuments:
        if identity(path) == found:  # else another process was as quick, and has made it anew
            remove(path)
        return await _opened(path, view, version, spacing)


async def _opened(path: Path, view: str, version: int, spacing: int) -> aiosqlite.Connection:
    _make_private(path)
    try:
        connection = await connect(path, timeout=BUSY_TIMEOUT)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    try:
        for pragma in _PRAGMAS:
            await connection.execute_fetchall(pragma)
        await _prepare(connection, path, view, version, spacing)
    except sqlite3.Error as error:
        await connection.close()
        raise explained(error, path) from error
    except BaseException:
        await connection.close()
        raise
    return connection


async def _prepare(
    connection: aiosqlite.Connection, path: Path, view: str, version: int, spacing: int
) -> None:
    application, file_format, size = next(iter(await connection.execute_fetchall(_HEADER)))
    if application == 0 and size == 0:
        await connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
    elif (application, file_format) != (APPLICATION_ID, SCHEMA_VERSION):
        raise DamagedDocuments(f"{path} has no keyframes of this format.")
    await connection.execute_fetchall(_BEGIN, (view, version, spacing))
    if tuple(next(iter(await connection.execute_fetchall(_MADE)))) != (view, version):
        raise DamagedDocuments(f"{path} has the keyframes of another view, or of another version of it.")
    await connection.executescript(STATEMENTS)


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageError(f"{path} cannot be made: {error.strerror}.") from error
