"""Opening a connection to SQLite, which happens in a thread of its own."""

import asyncio
import sqlite3
from contextlib import suppress
from typing import Any

import aiosqlite


async def connect(uri: str, **options: Any) -> aiosqlite.Connection:
    """A connection in autocommit mode; a caller who is cancelled meanwhile leaves none behind.

    By itself aiosqlite would leave its thread to finish alone, which may be after the event loop is gone.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    opening = asyncio.ensure_future(_opened(uri, options))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        with suppress(sqlite3.Error):
            await (await opening).close()
        raise


async def _opened(uri: str, options: dict[str, Any]) -> aiosqlite.Connection:
    return await aiosqlite.connect(uri, uri=True, isolation_level=None, **options)
