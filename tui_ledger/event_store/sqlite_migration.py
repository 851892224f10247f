"""Bringing a log of an older format to the one that this program writes: wholly, or not at all."""

import sqlite3
from contextlib import suppress
from pathlib import Path

import aiosqlite

from tui_ledger.errors import IntegrityError, LockedError, StorageError
from tui_ledger.event_store.sqlite_file import check_identity, open_writer, translated
from tui_ledger.event_store.sqlite_schema import MIGRATIONS, SCHEMA_VERSION


async def migrate(reader: aiosqlite.Connection, path: Path) -> None:
    """Bring the log at `path`, which `reader` has open, to this program's format if it is of an older one.

    Whoever has the log open already may go on. One that cannot be written now is left as it is until the
    next time, and can be read all the same: a later format has only ever made reading faster.

    Raises:
        NewerVersionError: meanwhile a newer version of this program has brought it to a format of its own.
    """
    if await check_identity(reader, path) == SCHEMA_VERSION:
        return
    with suppress(StorageError, LockedError, IntegrityError):
        writer = await open_writer(path)
        try:
            await _migrate(writer, path)
        finally:
            await writer.close()  # which rolls back what is not committed


async def _migrate(writer: aiosqlite.Connection, path: Path) -> None:
    try:
        await writer.execute_fetchall("BEGIN IMMEDIATE")
        # Asked again where nobody else can write: another process may have been faster.
        for older in range(await check_identity(writer, path), SCHEMA_VERSION):
            for statement in MIGRATIONS[older]:
                await writer.execute_fetchall(statement)
            await writer.execute_fetchall(f"PRAGMA user_version = {older + 1}")
        await writer.commit()
    except sqlite3.Error as error:
        raise translated(error, path) from error
