"""Copying a log while others append to it."""

from pathlib import Path

from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.port import Head
from tui_ledger.event_store.sqlite_file import open_reader
from tui_ledger.event_store.sqlite_queries import HEAD
from tui_ledger.sqlite_copy import Progress, copy_database


async def copy_log(source: Path, target: Path, progress: Progress | None = None) -> Head:
    """Copy the log at `source` as it is at one moment, and return where it ended then.

    Nothing in it is checked, except that it is a log. See `copy_database`.

    Raises:
        IntegrityError: it is no log of this program.
        NewerVersionError: a newer version of this program wrote it.
        StorageError: there is none.
        sqlite3.Error: it cannot be read, or the copy not written.
        OSError: the copy cannot be made.
    """
    reader = await open_reader(source)
    await reader.close()
    row = await copy_database(source, target, ask=HEAD, progress=progress)
    return Head(*row) if row else GENESIS
