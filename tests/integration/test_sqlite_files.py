"""Opening a log: what is no log is named for what it is, and left as it is."""

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tui_ledger.errors import IntegrityError, LedgerError, StorageError
from tui_ledger.event_store.port import Append
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.event_store.sqlite_file import create_log

NewAppend = Callable[..., Append]


async def open_error(path: Path) -> LedgerError:
    """The error with which `path` is not opened."""
    with pytest.raises(LedgerError) as error:
        async with open_store(path):
            pass
    return error.value


async def test_a_path_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    error = await open_error(path)
    assert type(error) is StorageError
    assert str(error) == f"There is no log at {path}."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"SQLite format 3", b"\0" * 8192, b"PK\x03\x04" + b"x" * 5000], ids=range(5)
)
async def test_what_is_no_database_is_left_as_it_is(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    path.write_bytes(content)
    error = await open_error(path)
    assert type(error) is IntegrityError
    assert "is no SQLite database; it was left as it is" in str(error)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


async def test_a_directory_is_no_log(tmp_path: Path) -> None:
    assert type(await open_error(tmp_path)) is StorageError


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
async def test_another_programs_database_is_left_as_it_is(journal: str, tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(f"PRAGMA journal_mode = {journal}")
        database.execute("CREATE TABLE bookmarks (url)")
    before = path.read_bytes()
    error = await open_error(path)
    assert type(error) is IntegrityError
    assert "belongs to another program" in str(error)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


async def test_a_truncated_log_is_damaged(log: Path, new_append: NewAppend) -> None:
    async with open_store(log) as store:
        await store.append(new_append(count=500))
    content = log.read_bytes()
    log.write_bytes(content[: len(content) // 2])
    with pytest.raises(IntegrityError, match="damaged"):
        async with open_store(log) as store:
            await store.read()


def test_the_files_are_for_their_owner_alone(log: Path) -> None:
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


async def test_the_files_beside_the_log_are_for_its_owner_alone(log: Path, new_append: NewAppend) -> None:
    async with open_store(log) as store:
        await store.append(new_append())
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in log.parent.iterdir()}
    assert modes == {"events.db": 0o600, "events.db-wal": 0o600, "events.db-shm": 0o600}


async def test_closing_leaves_one_file(log: Path, new_append: NewAppend) -> None:
    async with open_store(log) as store:
        await store.append(new_append())
    assert list(log.parent.iterdir()) == [log]


def test_a_log_is_never_made_over_something(log: Path) -> None:
    before = log.read_bytes()
    with pytest.raises(StorageError, match="cannot be made: File exists"):
        create_log(log)
    assert log.read_bytes() == before


def test_a_log_is_not_made_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="No such file or directory"):
        create_log(tmp_path / "nowhere" / "events.db")


async def test_a_path_is_a_path_whatever_is_in_it(tmp_path: Path, new_append: NewAppend) -> None:
    path = tmp_path / "odd ?mode=memory&x=%41#剣" / "events.db"
    path.parent.mkdir()
    create_log(path)
    async with open_store(path) as store:
        await store.append(new_append())
    async with open_store(path) as store:
        assert (await store.head()).position == 1


async def test_where_the_log_cannot_be_shared_safely_nothing_is_written(
    new_append: NewAppend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "events.db"
    create_log(path)
    monkeypatch.setattr("tui_ledger.event_store.sqlite_file._JOURNAL", "PRAGMA journal_mode = DELETE")
    async with open_store(path) as store:
        await store._reader.execute_fetchall("PRAGMA query_only = OFF")
        await store._reader.execute_fetchall("PRAGMA journal_mode = DELETE")
        with pytest.raises(StorageError, match="cannot share it safely"):
            await store.append(new_append())
        assert (await store.head()).position == 0
