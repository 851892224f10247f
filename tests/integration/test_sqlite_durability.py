"""Acknowledged means durable, and an error means what it says: nothing stored, or not known."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from tui_ledger.errors import LockedError, OutcomeUnknown, StorageError
from tui_ledger.event_store import sqlite_file, sqlite_writer
from tui_ledger.event_store import sqlite_queries as queries
from tui_ledger.event_store.audit import audited
from tui_ledger.event_store.port import Append, Appended, Expected, StoredEvent
from tui_ledger.event_store.sqlite import SqliteEventStore, open_store

NewAppend = Callable[..., Append]
Insert = Callable[[aiosqlite.Connection, Sequence[StoredEvent], Iterable[int]], Any]


@pytest.fixture
def writers(monkeypatch: pytest.MonkeyPatch) -> list[aiosqlite.Connection]:
    """The connections through which stores append, in the order in which they were opened."""
    opened: list[aiosqlite.Connection] = []
    open_writer = sqlite_file.open_writer

    async def noted(path: Path) -> aiosqlite.Connection:
        opened.append(await open_writer(path))
        return opened[-1]

    monkeypatch.setattr(sqlite_writer, "open_writer", noted)
    return opened


@pytest.fixture
def other(log: Path) -> Iterator[sqlite3.Connection]:
    """Another program's connection to the log."""
    with closing(sqlite3.connect(log, isolation_level=None)) as connection:
        yield connection


def replace_insert(monkeypatch: pytest.MonkeyPatch, make: Callable[[Insert], Insert]) -> None:
    """Have the store insert through what `make` makes of its own insert."""
    monkeypatch.setattr(queries, "insert", make(queries.insert))


def disk_error(name: str) -> sqlite3.OperationalError:
    """An error of the kind that SQLite raises when the disk fails."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name
    return error


async def pragma(connection: aiosqlite.Connection, name: str) -> object:
    """A setting of a connection."""
    return next(iter(await connection.execute_fetchall(f"PRAGMA {name}")))[0]


# Durable


async def test_every_connection_that_appends_syncs_at_each_commit(
    log: Path, new_append: NewAppend, writers: list[aiosqlite.Connection]
) -> None:
    async with open_store(log) as store:
        await store.append(new_append())
        assert len(writers) == 1
        assert await pragma(writers[0], "synchronous") == 2  # FULL
        assert await pragma(writers[0], "journal_mode") == "wal"
        assert await pragma(writers[0], "recursive_triggers") == 1


async def test_whoever_reads_cannot_write(log: Path) -> None:
    reader = await sqlite_file.open_reader(log)
    try:
        assert await pragma(reader, "query_only") == 1
    finally:
        await reader.close()


async def test_an_append_is_acknowledged_when_others_can_see_it_and_not_before(
    log: Path, new_append: NewAppend, other: sqlite3.Connection
) -> None:
    def visible() -> int:
        return int(other.execute("SELECT count(*) FROM events").fetchone()[0])

    async with open_store(log) as store:
        seen: list[int] = []
        for _ in range(20):
            outcome = store.append(new_append(count=3))
            outcome.add_done_callback(lambda _: seen.append(visible()))
            await outcome
        await asyncio.gather(*(store.append(new_append()) for _ in range(3)))
    assert seen == [3 * number for number in range(1, 21)]


async def test_while_another_process_holds_the_lock_nothing_is_acknowledged(
    sqlite_store: SqliteEventStore, new_append: NewAppend, other: sqlite3.Connection
) -> None:
    heard: list[StoredEvent] = []
    sqlite_store.add_listener(heard.extend)
    other.execute("BEGIN IMMEDIATE")
    outcome = sqlite_store.append(new_append())
    done, _ = await asyncio.wait([outcome], timeout=0.2)
    assert not done
    assert heard == []
    assert await sqlite_store.read() == []
    other.execute("ROLLBACK")
    assert (await outcome).first == 1
    assert len(heard) == 1


async def test_nothing_is_acknowledged_while_the_commit_is_under_way(
    sqlite_store: SqliteEventStore, new_append: NewAppend, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: list[asyncio.Future[Appended]] = []
    acknowledged: list[bool] = []

    def make(insert: Insert) -> Insert:
        async def checked(*arguments: Any) -> None:
            acknowledged.extend(outcome.done() for outcome in outcomes)
            await insert(*arguments)
            acknowledged.extend(outcome.done() for outcome in outcomes)

        return checked

    replace_insert(monkeypatch, make)
    outcomes += [sqlite_store.append(new_append()) for _ in range(5)]
    await asyncio.gather(*outcomes)
    assert acknowledged == [False] * 10


# Locked


async def test_a_log_that_another_process_holds_for_too_long_is_locked(
    sqlite_store: SqliteEventStore,
    new_append: NewAppend,
    other: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT", 0.05)
    other.execute("BEGIN IMMEDIATE")
    appends = [new_append("a", 0, command="c1"), new_append("b", 0)]
    outcomes = await asyncio.gather(*map(sqlite_store.append, appends), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [LockedError, LockedError]
    assert "in use by another process for more than 0.05 s" in str(outcomes[0])
    other.execute("ROLLBACK")
    assert await sqlite_store.read() == []
    assert await asyncio.gather(*map(sqlite_store.append, appends)) == [Appended(1, 1, 1), Appended(2, 2, 1)]


async def test_readers_do_not_wait_for_writers(
    sqlite_store: SqliteEventStore, new_append: NewAppend, other: sqlite3.Connection
) -> None:
    await sqlite_store.append(new_append(command="c1"))
    other.execute("BEGIN IMMEDIATE")
    assert len(await sqlite_store.read()) == len(await sqlite_store.read_stream("wallet/moyin")) == 1
    assert await sqlite_store.find_command("c1") is not None
    assert await sqlite_store.poll() == 1
    other.execute("ROLLBACK")


# Full


async def test_a_full_disk_stores_nothing_and_is_forgotten_when_there_is_space(
    log: Path, new_append: NewAppend, writers: list[aiosqlite.Connection]
) -> None:
    async with open_store(log) as store:
        await store.append(new_append("a", 0))
        pages = await pragma(writers[0], "page_count")
        await writers[0].execute_fetchall(f"PRAGMA max_page_count = {pages}")
        large = new_append("a", 1, 50, data=f'{{"note":"{"x" * 1000}"}}')
        small = new_append("b", 0)
        outcomes = await asyncio.gather(*map(store.append, (large, small)), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [StorageError, StorageError]
        assert "is full; free some space and try again" in str(outcomes[0])
        assert len(await store.read()) == 1
        await writers[0].execute_fetchall("PRAGMA max_page_count = 1073741823")
        assert await asyncio.gather(*map(store.append, (large, small))) == [
            Appended(2, 51, 51),
            Appended(52, 52, 1),
        ]
        assert len([event async for event in audited(store)]) == 52


async def test_a_disk_that_is_full_at_the_locked_attempt_leaves_no_transaction_open(
    sqlite_store: SqliteEventStore,
    new_append: NewAppend,
    other: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = new_append("a", command="c1")
    await sqlite_store.append(first)

    def make(insert: Insert) -> Insert:
        async def full(db: aiosqlite.Connection, *arguments: Any) -> None:
            if db.in_transaction:
                raise disk_error("SQLITE_FULL")
            await insert(db, *arguments)

        return full

    with monkeypatch.context() as patch:
        replace_insert(patch, make)
        # A command id that is used is found out under the lock; the append beside it goes in by then.
        outcomes = await asyncio.gather(
            sqlite_store.append(first), sqlite_store.append(new_append("b")), return_exceptions=True
        )
    assert [type(outcome) for outcome in outcomes] == [StorageError, StorageError]
    other.execute("BEGIN IMMEDIATE")
    other.execute("ROLLBACK")
    assert (await sqlite_store.append(new_append("b"))).first == 2


# Broken


@pytest.mark.parametrize("name", ["SQLITE_IOERR_FSYNC", "SQLITE_IOERR_WRITE"])
async def test_after_a_failed_sync_what_is_stored_is_acknowledged(
    name: str,
    sqlite_store: SqliteEventStore,
    new_append: NewAppend,
    writers: list[aiosqlite.Connection],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def make(insert: Insert) -> Insert:
        async def stored_and_failed(*arguments: Any) -> None:
            await insert(*arguments)
            raise disk_error(name)

        return stored_and_failed

    heard: list[StoredEvent] = []
    sqlite_store.add_listener(heard.extend)
    with monkeypatch.context() as patch:
        replace_insert(patch, make)
        appends = [new_append("a"), new_append("a")]
        outcomes = await asyncio.gather(*map(sqlite_store.append, appends))
    assert outcomes == [Appended(1, 1, 1), Appended(2, 2, 2)]
    assert len(writers) == 2, "the file was opened anew"
    assert [event.position for event in heard] == [1, 2]
    assert (await sqlite_store.append(new_append("a", 2))).first == 3
    assert len([event async for event in audited(sqlite_store)]) == 3


async def test_after_a_failed_sync_what_is_not_stored_is_an_error(
    sqlite_store: SqliteEventStore, new_append: NewAppend, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sqlite_store.append(new_append("a", 0))

    def make(_: Insert) -> Insert:
        async def failed(*_: Any) -> None:
            raise disk_error("SQLITE_IOERR_FSYNC")

        return failed

    with monkeypatch.context() as patch:
        replace_insert(patch, make)
        with pytest.raises(StorageError, match="nothing was stored") as error:
            await sqlite_store.append(new_append("a", 1))
    assert type(error.value) is StorageError
    assert (await sqlite_store.append(new_append("a", 1))).first == 2


async def test_if_it_cannot_be_looked_up_the_outcome_is_unknown(
    sqlite_store: SqliteEventStore, new_append: NewAppend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(insert: Insert) -> Insert:
        async def stored_and_failed(*arguments: Any) -> None:
            await insert(*arguments)
            raise disk_error("SQLITE_IOERR_FSYNC")

        return stored_and_failed

    async def fail(*_: object) -> int:
        raise disk_error("SQLITE_IOERR_READ")

    with monkeypatch.context() as patch:
        replace_insert(patch, make)
        patch.setattr(queries, "count_stored", fail)
        with pytest.raises(OutcomeUnknown, match="whether the last command is stored is not known"):
            await sqlite_store.append(new_append("a", 0, command="c1"))
    again = await sqlite_store.append(new_append("a", 0, command="c1"))
    assert again.duplicate, "the command id tells the truth"


async def test_a_failed_commit_under_the_lock_is_looked_up_too(
    sqlite_store: SqliteEventStore, new_append: NewAppend, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = new_append("a", command="c1")
    await sqlite_store.append(first)
    commit = aiosqlite.Connection.commit

    async def committed_and_failed(self: aiosqlite.Connection) -> None:
        await commit(self)
        raise disk_error("SQLITE_IOERR_FSYNC")

    with monkeypatch.context() as patch:
        patch.setattr(aiosqlite.Connection, "commit", committed_and_failed)
        outcomes = await asyncio.gather(*map(sqlite_store.append, [first, new_append("b")]))
    assert outcomes == [Appended(1, 1, 1, duplicate=True), Appended(2, 2, 1)]
    assert (await sqlite_store.append(new_append("b", 1))).first == 3


async def test_a_read_that_fails_under_the_lock_harms_only_its_callers(
    sqlite_store: SqliteEventStore, new_append: NewAppend, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = new_append("a", command="c1")
    await sqlite_store.append(first)

    async def fail(*_: object) -> None:
        raise disk_error("SQLITE_IOERR_READ")

    with monkeypatch.context() as patch:
        patch.setattr(queries, "select_since", fail)
        with pytest.raises(StorageError, match="disk I/O error"):
            await sqlite_store.append(first)
    assert (await sqlite_store.append(first)).duplicate


async def test_when_the_file_cannot_be_opened_for_writing_the_next_append_tries_again(
    log: Path, new_append: NewAppend, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: aiosqlite.Connection) -> None:
        raise disk_error("SQLITE_IOERR_READ")

    async with open_store(log) as store:
        with monkeypatch.context() as patch:
            patch.setattr(queries, "select_head", fail)
            with pytest.raises(StorageError):
                await store.append(new_append())
        assert (await store.append(new_append())).first == 1


# Nobody can stop it half-way


async def test_closing_that_is_cancelled_still_appends_what_was_accepted(
    log: Path, new_append: NewAppend, other: sqlite3.Connection
) -> None:
    async with open_store(log) as store:
        other.execute("BEGIN IMMEDIATE")
        outcome = store.append(new_append())
        closing_ = asyncio.create_task(store.close())
        await asyncio.wait([closing_], timeout=0.05)
        closing_.cancel()
        await asyncio.gather(closing_, return_exceptions=True)
        other.execute("ROLLBACK")
        assert (await outcome).first == 1


async def test_callers_cancelled_at_any_moment_leave_the_writer_well(
    sqlite_store: SqliteEventStore, new_append: NewAppend
) -> None:
    async def call(number: int) -> Appended:
        return await sqlite_store.append(new_append("a", Expected.ANY, command=f"c{number}"))

    for turns in range(1, 41):
        caller = asyncio.create_task(call(turns))
        for _ in range(turns):
            await asyncio.sleep(0)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
    assert (await sqlite_store.append(new_append("a"))).version == 41
    assert len([event async for event in audited(sqlite_store)]) == 41
