"""A log of an older format is brought to the present one: wholly or not at all, and no event changes."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from tests.integration.command_line import run
from tests.integration.format_1 import contents, create_format_1, fill, open_as_it_is, rows
from tui_ledger import sqlite_connection
from tui_ledger.errors import IntegrityError, LedgerError, NewerVersionError, StorageError
from tui_ledger.event_store import sqlite_file, sqlite_migration
from tui_ledger.event_store.audit import audited
from tui_ledger.event_store.port import Append
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.event_store.sqlite_file import create_log, open_writer
from tui_ledger.event_store.sqlite_schema import MIGRATIONS, SCHEMA_VERSION
from tui_ledger.ledger import create_ledger

NewAppend = Callable[..., Append]

EVENTS = 50


@pytest.fixture
async def old(tmp_path: Path) -> Path:
    """A log of format 1 with events."""
    path = tmp_path / "old.db"
    create_format_1(path)
    await fill(path, EVENTS)
    assert contents(path)["format"] == 1
    return path


@pytest.fixture
def other(old: Path) -> Iterator[sqlite3.Connection]:
    """Another process's connection to it."""
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        yield connection


# Done


async def test_a_log_of_format_1_is_of_the_present_format_once_it_was_opened(old: Path) -> None:
    async with open_store(old):
        assert contents(old)["format"] == SCHEMA_VERSION == 2


async def test_a_migrated_log_is_one_that_was_made_today(old: Path, log: Path) -> None:
    async with open_store(old):
        pass
    assert contents(old) == contents(log)


async def test_every_row_stays_byte_for_byte_and_the_log_goes_on(old: Path, new_append: NewAppend) -> None:
    before = rows(old)
    async with open_store(old) as store:
        assert rows(old) == before
        assert (await store.append(new_append("s1"))).first == EVENTS + 1
        assert len([event async for event in audited(store)]) == EVENTS + 1
    assert rows(old)[:EVENTS] == before


async def test_what_an_event_has_caused_is_found_by_an_index(old: Path) -> None:
    async with open_store(old):
        pass
    question = "SELECT position FROM events WHERE causation_id = 'e0'"
    with closing(sqlite3.connect(old)) as database:
        assert database.execute(question).fetchall() == [(2,)]
        plan = str(database.execute(f"EXPLAIN QUERY PLAN {question}").fetchall())
    assert "events_caused" in plan


async def test_a_log_of_the_present_format_is_not_written_when_it_is_opened(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_migration, "open_writer", None)
    before = log.read_bytes()
    async with open_store(log):
        pass
    assert log.read_bytes() == before


def test_there_is_a_way_from_every_older_format() -> None:
    assert list(MIGRATIONS) == list(range(1, SCHEMA_VERSION))


def test_a_ledger_of_an_older_version_is_used_as_if_nothing_had_been(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    create_ledger(ledger)
    (ledger / "events.db").unlink()
    create_format_1(ledger / "events.db")
    assert run("exec", ledger, "create moyin", "deposit moyin 5").status == 0
    assert contents(ledger / "events.db")["format"] == SCHEMA_VERSION
    verified = run("verify", ledger)
    assert (verified.status, verified.err) == (0, "")


# At the same time


async def test_whoever_has_the_log_open_meanwhile_goes_on(old: Path, new_append: NewAppend) -> None:
    async with open_as_it_is(old) as writing, open_as_it_is(old) as reading:
        await writing.append(new_append("s1"))
        await reading.read_stream("s1")
        async with open_store(old) as store:
            assert contents(old)["format"] == 2
            await writing.append(new_append("s1"))
            await reading.append(new_append("s1"))
            await store.append(new_append("s1"))
            for each in (writing, reading, store):
                assert await each.poll() == EVENTS + 4
                assert [event.position async for event in audited(each)] == list(range(1, EVENTS + 5))
    assert contents(old)["format"] == 2


async def test_two_that_open_it_at_once_both_work(
    old: Path, other: sqlite3.Connection, new_append: NewAppend
) -> None:
    async def use() -> None:
        async with open_store(old) as store:
            await store.append(new_append("s1"))

    other.execute("BEGIN IMMEDIATE")
    users = [asyncio.create_task(use()) for _ in range(3)]
    done, _ = await asyncio.wait(users, timeout=0.2)
    assert not done
    other.execute("ROLLBACK")
    await asyncio.gather(*users)
    assert contents(old)["format"] == 2
    assert len(rows(old)) == EVENTS + 3


async def test_the_second_one_finds_it_done(old: Path) -> None:
    statements: list[str] = []
    for _ in range(2):
        writer = await open_writer(old)
        try:
            await writer.set_trace_callback(statements.append)
            await sqlite_migration._migrate(writer, old)
        finally:
            await writer.close()
    assert [text for text in statements if text.startswith(("CREATE", "PRAGMA user_version ="))] == [
        MIGRATIONS[1][0],
        "PRAGMA user_version = 2",
    ]


async def test_a_log_that_a_newer_version_migrates_meanwhile_is_refused(
    old: Path, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(path: Path) -> aiosqlite.Connection:
        other.execute("PRAGMA user_version = 3")
        return await open_writer(path)

    monkeypatch.setattr(sqlite_migration, "open_writer", late)
    with pytest.raises(NewerVersionError):
        async with open_store(old):
            pass
    assert contents(old)["format"] == 3


# Wholly or not at all


async def check_untouched(path: Path, before: list[tuple[Any, ...]], definitions: dict[str, Any]) -> None:
    """The file is what it was, and it is usable; the next time that it is opened, it is migrated."""
    assert contents(path) == definitions
    assert rows(path) == before
    async with open_store(path) as store:
        assert contents(path)["format"] == 2
        assert rows(path) == before
        assert len([event async for event in audited(store)]) == len(before)


@pytest.mark.parametrize("step", [0, 1, 2])
async def test_a_migration_that_fails_in_the_middle_leaves_the_old_log(
    step: int, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, definitions = rows(old), contents(old)
    steps = [*MIGRATIONS[1], "CREATE TABLE more (x)"]
    steps.insert(step, "SELECT broken FROM nowhere")
    with monkeypatch.context() as patch:
        patch.setattr(sqlite_migration, "MIGRATIONS", {1: steps})
        async with open_store(old) as store:
            assert len(await store.read()) == EVENTS
    await check_untouched(old, before, definitions)


async def test_a_commit_that_fails_leaves_the_old_log(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: aiosqlite.Connection) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    before, definitions = rows(old), contents(old)
    with monkeypatch.context() as patch:
        patch.setattr(aiosqlite.Connection, "commit", fail)
        async with open_store(old) as store:
            assert len(await store.read()) == EVENTS
    await check_untouched(old, before, definitions)


async def test_an_opening_that_is_cancelled_leaves_the_old_log_or_the_new_one_and_no_lock(old: Path) -> None:
    async def use() -> None:
        async with open_store(old):
            pass

    before = rows(old)
    for turns in range(40):
        opening = asyncio.create_task(use())
        for _ in range(turns):
            await asyncio.sleep(0)
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        with closing(sqlite3.connect(old, timeout=0, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
        assert rows(old) == before
    await use()
    assert contents(old)["format"] == 2


async def test_a_commit_of_which_only_a_part_reached_the_disk_is_none(old: Path, tmp_path: Path) -> None:
    before, definitions = rows(old), contents(old)
    async with open_as_it_is(old), open_store(old):
        log = old.with_name(f"{old.name}-wal").read_bytes()
        after = contents(old)
        found = []
        for length in [*range(0, len(log), 997), len(log)]:
            copy = tmp_path / f"cut-{length}" / "events.db"
            copy.parent.mkdir()
            shutil.copy(old, copy)
            copy.with_name("events.db-wal").write_bytes(log[:length])
            found.append(contents(copy))
            assert rows(copy) == before
    assert found[0] == definitions
    assert found[-1] == after
    assert all(one in (definitions, after) for one in found)


# Not now, or not at all


async def test_a_log_that_cannot_be_written_is_read_as_it_is(
    old: Path, new_append: NewAppend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_connection, "existing", lambda path: f"{path.as_uri()}?mode=ro")
    async with open_store(old) as store:
        assert len([event async for event in audited(store)]) == EVENTS
        with pytest.raises(StorageError, match="is read-only; nothing can be written"):
            await store.append(new_append())
    assert contents(old)["format"] == 1


async def test_a_log_that_somebody_holds_for_too_long_is_read_as_it_is(
    old: Path, other: sqlite3.Connection, new_append: NewAppend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT", 0.05)
    other.execute("BEGIN IMMEDIATE")
    async with open_store(old) as store:
        assert len(await store.read()) == EVENTS
        other.execute("ROLLBACK")
        await store.append(new_append())
    assert contents(old)["format"] == 1


async def test_a_log_on_a_full_disk_is_read_as_it_is(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, definitions = rows(old), contents(old)
    with monkeypatch.context() as patch:
        patch.setattr(sqlite_file, "_WRITER", (*sqlite_file._WRITER, "PRAGMA max_page_count = 1"))
        async with open_store(old) as store:
            assert len(await store.read()) == EVENTS
    await check_untouched(old, before, definitions)


@pytest.mark.parametrize(
    ("format_", "error", "reason"),
    [
        (SCHEMA_VERSION + 1, NewerVersionError, "newer version of this program (format 3; this one knows 2)"),
        (2**31 - 1, NewerVersionError, "newer version of this program"),
        (0, IntegrityError, "is damaged: it says that it is of format 0, which never was"),
        (-1, IntegrityError, "is damaged: it says that it is of format -1, which never was"),
    ],
)
@pytest.mark.parametrize("make", [create_format_1, create_log])
async def test_a_log_of_a_format_that_we_do_not_know_is_left_as_it_is(
    make: Callable[[Path], None], format_: int, error: type[LedgerError], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "strange.db"
    make(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {format_}")
    before = path.read_bytes()
    with pytest.raises(error) as refused:
        async with open_store(path):
            pass
    assert reason in str(refused.value)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
