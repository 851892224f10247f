"""The outbox in a file of its own: `outbox.db`, beside the log and not among what is derived from it."""

import asyncio
import os
import sqlite3
from pathlib import Path
from typing import Any, Final

import aiosqlite

from tui_ledger.errors import IntegrityError, NewerVersionError, StorageError
from tui_ledger.event_store.port import Head
from tui_ledger.event_store.sqlite_file import BUSY_TIMEOUT, translated
from tui_ledger.reactors.outbox import SentMail
from tui_ledger.reactors.reactor import Mail
from tui_ledger.sqlite_connection import identity, opened

APPLICATION_ID: Final = 0x544C4F31
"""`TLO1`, in the file's header: this is the outbox of a ledger."""

SCHEMA_VERSION: Final = 1
"""The file's `user_version`."""

# IF NOT EXISTS: two processes may find the file empty at the same time.
_SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS mails (
    number    INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    reactor   TEXT NOT NULL,
    position  INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    text      TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS reactors (
    name     TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    hash     TEXT NOT NULL
) STRICT;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""
# FULL: a mail that was sent is sent, whatever becomes of the power. Elsewhere than on macOS fsync does that.
_SETTINGS: Final = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA fullfsync = ON")

_SINCE: Final = "SELECT position, hash FROM reactors WHERE name = ?"
_REGISTER: Final = "INSERT OR REPLACE INTO reactors (name, position, hash) VALUES (?, ?, ?)"
_SEND: Final = (
    "INSERT INTO mails (id, reactor, position, recipient, text) "
    "VALUES (coalesce(?, lower(hex(randomblob(16)))), ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING 1"
)
_SENT: Final = "SELECT id, reactor, position, recipient, text FROM mails ORDER BY number"


class SqliteOutbox:
    """See `Outbox`. Each call is a single statement in autocommit mode, and so can be cancelled anywhere."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: aiosqlite.Connection | None = None
        self._opened: tuple[int, int] | None = None
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        async with self._opening:
            if self._connection is not None and identity(self._path) == self._opened:
                return
            await self._close()
            _make_private(self._path)
            self._connection = await _connect(self._path, *_SETTINGS, make=True)
            self._opened = identity(self._path)

    async def since(self, reactor: str) -> Head | None:
        rows = await self._execute(_SINCE, reactor)
        return Head(*rows[0]) if rows else None

    async def register(self, reactor: str, since: Head) -> None:
        await self._execute(_REGISTER, reactor, since.position, since.hash)

    async def send(self, mail_id: str | None, reactor: str, position: int, mail: Mail) -> bool:
        return bool(await self._execute(_SEND, mail_id, reactor, position, mail.to, mail.text))

    async def sent(self) -> list[SentMail]:
        if identity(self._path) is None:
            return []
        connection = await _connect(self._path, "PRAGMA query_only = ON", make=False)
        try:
            rows = await connection.execute_fetchall(_SENT)
        except sqlite3.Error as error:
            raise translated(error, self._path) from error
        finally:
            await connection.close()
        return [SentMail(key, reactor, at, Mail(to, text)) for key, reactor, at, to, text in rows]

    async def close(self) -> None:
        async with self._opening:
            await self._close()

    async def _execute(self, sql: str, *parameters: Any) -> list[Any]:
        if self._connection is None:
            raise StorageError(f"{self._path} is not open.")
        if identity(self._path) != self._opened:
            raise StorageError(f"{self._path} was removed or replaced while it was in use.")
        try:
            return list(await self._connection.execute_fetchall(sql, parameters))
        except sqlite3.Error as error:
            raise translated(error, self._path) from error

    async def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def _make_private(path: Path) -> None:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageError(f"{path} cannot be made: {error.strerror}.") from error


async def _connect(path: Path, *settings: str, make: bool) -> aiosqlite.Connection:
    """A connection to the outbox at `path`; with `make`, its tables are made in an empty file.

    Raises:
        IntegrityError: the file is damaged, or no outbox; it is left as it is.
        NewerVersionError: a newer version of this program wrote it.
        StorageError: it cannot be opened.
    """
    async with opened(path, (), translated, timeout=BUSY_TIMEOUT) as connection:
        rows = await connection.execute_fetchall(
            "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) "
            "FROM pragma_application_id, pragma_user_version"
        )
        application, version, size = next(iter(rows))
        empty = application == 0 and size == 0
        if application != APPLICATION_ID and not (empty and make):
            raise IntegrityError(f"{path} is no outbox of a ledger; it was left as it is.")
        if version > SCHEMA_VERSION:
            raise NewerVersionError(
                f"{path} was written by a newer version of this program (format {version}; this one knows "
                f"{SCHEMA_VERSION})."
            )
        for setting in settings:  # not before: they write, and the file may be somebody else's
            await connection.execute_fetchall(setting)
        if empty:
            await connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        return connection
