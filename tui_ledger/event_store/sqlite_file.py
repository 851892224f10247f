"""Making and opening the file `events.db`, and saying in a sentence what is wrong with it."""

import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

import aiosqlite

from tui_ledger.errors import (
    IntegrityError,
    LedgerError,
    LockedError,
    NewerVersionError,
    StorageError,
)
from tui_ledger.event_store.sqlite_schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION
from tui_ledger.sqlite_connection import existing, identity, opened

BUSY_TIMEOUT: Final = 5.0
"""How long to wait for another process's write, in seconds."""

# One prepared statement for each size of a batch, and a few besides.
_STATEMENTS: Final = 256
_MAGIC: Final = b"SQLite format 3\0"

# The durable settings. FULL: the write-ahead log is synced before a commit returns. Elsewhere fsync
# reaches the platter; macOS needs to be told.
_JOURNAL: Final = "PRAGMA journal_mode = WAL"
_WRITER: Final = (
    "PRAGMA synchronous = FULL",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA wal_autocheckpoint = 4000",
    *(("PRAGMA fullfsync = ON", "PRAGMA checkpoint_fullfsync = ON") if sys.platform == "darwin" else ()),
)
# Nothing is lost with a file that nobody knows of: it becomes whole, or is thrown away.
_FILLER: Final = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -16384")
_READER: Final = ("PRAGMA query_only = ON",)


class InPlace:
    """Notices when a file is no longer the one that was opened.

    An open file that is removed or replaced lives on for whoever has it open, and for nobody else: what is
    written to it is lost.

    Raises:
        StorageError: there is no such file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened = identity(path)
        if self._opened is None:
            raise StorageError(f"There is no log at {path}.")

    def check(self) -> None:
        """Check that the file is where it was.

        Raises:
            StorageError: it was removed or replaced.
        """
        if identity(self._path) != self._opened:
            raise StorageError(
                f"{self._path} was removed or replaced while it was in use; open the ledger again."
            )


def create_log(path: Path) -> None:
    """Make an empty log at `path`, which must not exist, durable when this returns.

    Raises:
        StorageError: the file exists, or cannot be written.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            _check_journal(connection.execute(_JOURNAL).fetchone(), path)
            for pragma in _WRITER:
                connection.execute(pragma)
            connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
        finally:
            connection.close()
    except OSError as error:
        raise StorageError(f"{path} cannot be made: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise translated(error, path) from error


async def open_reader(path: Path) -> aiosqlite.Connection:
    """A connection that only reads, after checking that `path` is a log of this program.

    Raises:
        StorageError: there is no such file, or it cannot be read.
        IntegrityError: the file is no database, damaged, or another program's.
        NewerVersionError: a newer version of this program wrote it.
    """
    _check_magic(path)
    async with _opened(path, _READER) as connection:
        await check_identity(connection, path)
        return connection


async def open_writer(path: Path) -> aiosqlite.Connection:
    """A connection that appends: in autocommit mode, durable at every commit.

    Raises:
        LedgerError: as `open_reader`, or the file cannot be written safely where it is.
    """
    async with _opened(path, _WRITER) as connection:
        _check_journal(next(iter(await connection.execute_fetchall(_JOURNAL))), path)
        return connection


def connect_writer(path: Path) -> sqlite3.Connection:
    """The same for a thread that does nothing else: a connection that waits for the disk itself."""
    connection = sqlite3.connect(
        existing(path), uri=True, isolation_level=None, timeout=BUSY_TIMEOUT, check_same_thread=False
    )
    try:
        for pragma in _WRITER:
            connection.execute(pragma)
        _check_journal(connection.execute(_JOURNAL).fetchone(), path)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_filler(path: Path) -> sqlite3.Connection:
    """A connection that fills a log which nobody else can know of yet, in one transaction.

    What it writes can neither be undone nor is it durable: if anything goes wrong, the file is to be thrown
    away; and when all has gone well, `finish_filling` makes it a log as every other.
    """
    connection = sqlite3.connect(existing(path), uri=True, isolation_level=None, check_same_thread=False)
    try:
        for pragma in _FILLER:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def finish_filling(path: Path) -> None:
    """Make what a `connect_filler` has written durable, and to be appended to safely."""
    try:
        connect_writer(path).close()  # to change the journal is a commit: it syncs the whole file
    except sqlite3.Error as error:
        raise translated(error, path) from error


async def check_identity(connection: aiosqlite.Connection, path: Path) -> int:
    """Check that the file is a log that this program knows.

    Returns:
        Its format.

    Raises:
        IntegrityError: it is another program's, or damaged.
        NewerVersionError: a newer version of this program wrote it.
    """
    try:
        application, version = [
            next(iter(await connection.execute_fetchall(f"PRAGMA {name}")))[0]
            for name in ("application_id", "user_version")
        ]
    except sqlite3.Error as error:
        raise translated(error, path) from error
    if application != APPLICATION_ID:
        raise IntegrityError(f"{path} belongs to another program; it was left as it is.")
    if version < 1:
        raise IntegrityError(f"{path} is damaged: it says that it is of format {version}, which never was.")
    if version > SCHEMA_VERSION:
        raise NewerVersionError(
            f"{path} was written by a newer version of this program (format {version}; this one knows "
            f"{SCHEMA_VERSION})."
        )
    return int(version)


def translated(error: sqlite3.Error, path: Path) -> LedgerError:
    """What `error` means to a person."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LockedError(
            f"{path} is in use by another process for more than {BUSY_TIMEOUT:g} s; try again."
        )
    if name == "SQLITE_FULL":
        return StorageError(f"The disk with {path} is full; free some space and try again.")
    if name.startswith("SQLITE_READONLY"):
        return StorageError(f"{path} is read-only; nothing can be written.")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return IntegrityError(f"{path} is damaged: {error}.")
    if isinstance(error, sqlite3.IntegrityError):
        return StorageError(f"{path} refused the append: {error}.")
    return StorageError(f"{path}: {error}.")


def _opened(path: Path, pragmas: Sequence[str]) -> AbstractAsyncContextManager[aiosqlite.Connection]:
    return opened(path, pragmas, translated, timeout=BUSY_TIMEOUT, cached_statements=_STATEMENTS)


def _check_journal(answer: Sequence[object], path: Path) -> None:
    """Without shared memory, as on network drives, SQLite keeps another journal, and processes collide."""
    if answer[0] != "wal":
        raise StorageError(
            f"{path} is on a file system that cannot share it safely; move the ledger elsewhere."
        )


def _check_magic(path: Path) -> None:
    try:
        with path.open("rb") as file:
            beginning = file.read(len(_MAGIC))
    except FileNotFoundError:
        raise StorageError(f"There is no log at {path}.") from None
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}.") from error
    if beginning != _MAGIC:
        raise IntegrityError(f"{path} is no SQLite database; it was left as it is.")
