"""Opening a connection to a SQLite file, which happens in a thread of its own."""

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiosqlite


async def connect(path: Path, **options: Any) -> aiosqlite.Connection:
    """A connection to the file at `path`, in autocommit mode.

    SQLite makes no file: at a mistyped path, or where somebody has just removed it, there is none. A caller
    who is cancelled meanwhile leaves nothing behind; by itself aiosqlite would leave its thread to finish
    alone, which may be after the event loop is gone.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    opening = asyncio.ensure_future(_opened(existing(path), options))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        with suppress(sqlite3.Error):
            await (await opening).close()
        raise


def identity(path: Path) -> tuple[int, int] | None:
    """Which file is at `path` now, or None: a connection to a file that was replaced serves the old one."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def existing(path: Path) -> str:
    """The URI of the file at `path`, which is not made if there is none."""
    return f"{path.absolute().as_uri()}?mode=rw"


async def _opened(uri: str, options: dict[str, Any]) -> aiosqlite.Connection:
    return await aiosqlite.connect(uri, uri=True, isolation_level=None, **options)
