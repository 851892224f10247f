"""Copying a SQLite file that others write to meanwhile, in a thread of its own."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final

from tui_ledger.sqlite_connection import existing
from tui_ledger.threads import in_thread

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much. What is counted is the teller's own business."""

_BUSY_TIMEOUT: Final = 5.0
_PAGES: Final = 1000  # copied at once; then it is seen whether anybody still waits for the copy
# The copy is there after a power failure, too, once it is made; fsync does that elsewhere than on macOS.
_TARGET: Final = ("PRAGMA synchronous = FULL", "PRAGMA fullfsync = ON")


class _Cancelled(Exception):
    """Nobody waits for the copy any more."""


async def copy_database(
    source: Path,
    target: Path,
    *,
    ask: str = "SELECT NULL",
    afterwards: Sequence[str] = (),
    progress: Progress | None = None,
) -> tuple[Any, ...] | None:
    """Copy the file at `source`, as it is at one moment, to `target`, where nothing may be yet.

    The copy is whole in a single file, durable, and for its owner only. All of it is read in one transaction:
    one that began anew whenever somebody has written would never end on a busy file. Writers do not wait for
    it. A caller who is cancelled leaves a part of a copy, and no thread.

    Args:
        source: The file.
        target: Where the copy is to be.
        ask: A query; its first row, as of the moment of the copy, is the answer.
        afterwards: Statements that are executed in the copy.
        progress: Told from time to time how many pages are copied.

    Raises:
        sqlite3.Error: the file cannot be read, or the copy not written.
        OSError: the copy cannot be made.
    """
    cancelled = threading.Event()
    loop = asyncio.get_running_loop()

    def tell(_: int, remaining: int, total: int) -> None:
        if cancelled.is_set():
            raise _Cancelled
        if progress is not None:
            loop.call_soon_threadsafe(progress, total - remaining, total)

    return await in_thread(partial(_copy, source, target, ask, afterwards, tell), cancelled.set)


def _copy(
    source: Path, target: Path, ask: str, afterwards: Sequence[str], tell: Callable[[int, int, int], None]
) -> tuple[Any, ...] | None:
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with closing(_connect(source)) as original, closing(_connect(target)) as copy:
        for setting in _TARGET:
            copy.execute(setting)
        original.execute("BEGIN")
        answer: tuple[Any, ...] | None = original.execute(ask).fetchone()
        original.backup(copy, pages=_PAGES, progress=tell)
        original.execute("COMMIT")
        for statement in afterwards:
            copy.execute(statement)
        return answer


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(existing(path), uri=True, isolation_level=None, timeout=_BUSY_TIMEOUT)
