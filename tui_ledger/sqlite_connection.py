"""Opening a connection to a SQLite file, which happens in a thread of its own."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
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
    opening = asyncio.ensure_future(_open(existing(path), options))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        with suppress(sqlite3.Error):
            await (await opening).close()
        raise


@asynccontextmanager
async def opened(
    path: Path,
    pragmas: Sequence[str],
    explained: Callable[[sqlite3.Error, Path], Exception],
    **options: Any,
) -> AsyncIterator[aiosqlite.Connection]:
    """A connection to the file at `path`, to be looked at in the block, after which it stays open.

    It is closed if the block raises, or is cancelled.

    Args:
        path: The file, see `connect`.
        pragmas: Its settings, each a statement.
        explained: What an error of SQLite's, here or in the block, is raised as.
        options: For SQLite.
    """
    try:
        connection = await connect(path, **options)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    try:
        for pragma in pragmas:
            await connection.execute_fetchall(pragma)
        yield connection
    except sqlite3.Error as error:
        await connection.close()
        raise explained(error, path) from error
    except BaseException:
        await connection.close()
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


async def _open(uri: str, options: dict[str, Any]) -> aiosqlite.Connection:
    return await aiosqlite.connect(uri, uri=True, isolation_level=None, **options)
