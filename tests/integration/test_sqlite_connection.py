"""Opening a connection, and being cancelled while it opens."""

import asyncio
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tui_ledger.sqlite_connection import connect


def assert_ended(before: set[threading.Thread]) -> None:
    """Check that every thread that was started since has ended, or does so now."""
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=5)
        assert not thread.is_alive()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An empty file, which is an empty database."""
    path = tmp_path / "new.db"
    path.touch()
    return path


async def test_a_connection_is_in_autocommit_mode(file: Path) -> None:
    connection = await connect(file)
    await connection.execute("CREATE TABLE t (n)")
    assert not connection.in_transaction
    await connection.close()


@pytest.mark.parametrize("turns", range(4))
async def test_who_is_cancelled_while_it_opens_leaves_no_thread_behind(file: Path, turns: int) -> None:
    before = set(threading.enumerate())
    opening = asyncio.create_task(connect(file))
    for _ in range(turns):
        await asyncio.sleep(0)
    opening.cancel()
    with suppress(asyncio.CancelledError):
        await (await opening).close()  # it was faster
    assert_ended(before)


async def test_what_cannot_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with pytest.raises(sqlite3.Error):
        await connect(tmp_path / "missing" / "new.db")
    assert_ended(before)
