"""Making, opening and throwing away a view's file. It is derived, so that losing it loses nothing."""

import os
import re
import sqlite3
from pathlib import Path
from typing import Final

import aiosqlite

from tui_ledger.errors import IntegrityError, LedgerError, NewerVersionError, StorageError
from tui_ledger.event_store.sqlite_file import BUSY_TIMEOUT, translated
from tui_ledger.query_side.documents.port import DamagedDocuments
from tui_ledger.query_side.documents.sqlite_schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION, WRITES
from tui_ledger.sqlite_connection import identity, opened

# NORMAL: a power failure may take the last commits, whole ones. The checkpoint goes with its documents,
# and the view catches up.
_WRITER: Final = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL")
_READER: Final = ("PRAGMA query_only = ON",)

_DAMAGE: Final = re.compile("malformed|no such (table|column)")


async def open_writer(path: Path) -> aiosqlite.Connection:
    """A connection that writes, in autocommit mode, to the file at `path`, which is made if needed.

    Raises:
        DamagedDocuments: the file is no database, a broken one, or of an older format.
        IntegrityError: the file is another program's; it is left as it is.
        NewerVersionError: a newer version of this program wrote it.
        StorageError: it cannot be made or opened.
    """
    _make_private(path)
    async with opened(path, _WRITER, explained, timeout=BUSY_TIMEOUT) as connection:
        version = await _format(connection, path)
        if version == 0:
            await connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
        elif version < SCHEMA_VERSION:
            raise DamagedDocuments(f"{path} is of an older format; it is made anew from the log.")
        await connection.executescript(WRITES)
        return connection


async def open_reader(path: Path) -> aiosqlite.Connection | None:
    """A connection that only reads; None while there is no file, or nothing in it that can be used.

    Raises:
        LedgerError: as `open_writer`.
    """
    if identity(path) is None:
        return None
    async with opened(path, _READER, explained, timeout=BUSY_TIMEOUT) as connection:
        if await _format(connection, path) == SCHEMA_VERSION:
            return connection
        await connection.close()
        return None


def remove(path: Path) -> None:
    """Remove the file and what SQLite keeps beside it.

    Raises:
        StorageError: it cannot be removed.
    """
    for suffix in ("", "-wal", "-shm"):
        try:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"{path} cannot be removed: {error.strerror}.") from error


def explained(error: sqlite3.Error, path: Path) -> LedgerError:
    """What `error` means to a person."""
    translation = translated(error, path)
    if isinstance(translation, IntegrityError) or _DAMAGE.search(str(error)):
        return DamagedDocuments(f"{path} is damaged ({error}); a worker makes it anew from the log.")
    return translation


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageError(f"{path} cannot be made: {error.strerror}.") from error


async def _format(connection: aiosqlite.Connection, path: Path) -> int:
    """The format of a view's file. An empty file is nobody's yet, and of format 0."""
    rows = await connection.execute_fetchall(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) "
        "FROM pragma_application_id, pragma_user_version"
    )
    application, version, size = next(iter(rows))
    if application == 0 and size == 0:
        return 0
    if application != APPLICATION_ID:
        raise IntegrityError(f"{path} belongs to another program; it was left as it is.")
    if version > SCHEMA_VERSION:
        raise NewerVersionError(
            f"{path} was written by a newer version of this program (format {version}; this one knows "
            f"{SCHEMA_VERSION})."
        )
    return int(version)
