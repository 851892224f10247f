"""Several stores on one file, as in several processes: each append is checked against the file."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path

import aiosqlite
import pytest

from tui_ledger.errors import CommandIdReused
from tui_ledger.event_store import sqlite_queries as queries
from tui_ledger.event_store.audit import audited
from tui_ledger.event_store.port import Append, Appended, Expected, StoredEvent, WrongExpectedVersion
from tui_ledger.event_store.sqlite import SqliteEventStore, open_store

NewAppend = Callable[..., Append]


@pytest.fixture
async def mine(sqlite_store: SqliteEventStore) -> SqliteEventStore:
    return sqlite_store


@pytest.fixture
async def theirs(log: Path) -> AsyncIterator[SqliteEventStore]:
    """Another store on the same file."""
    async with open_store(log) as store:
        yield store


async def test_two_stores_take_turns(
    mine: SqliteEventStore, theirs: SqliteEventStore, new_append: NewAppend
) -> None:
    for version in range(0, 20, 2):
        assert (await mine.append(new_append("a", version))).version == version + 1
        assert (await theirs.append(new_append("a", version + 1))).version == version + 2
    assert [event.position async for event in audited(mine)] == list(range(1, 21))


async def test_a_lost_position_is_no_conflict(
    mine: SqliteEventStore, theirs: SqliteEventStore, new_append: NewAppend
) -> None:
    await mine.append(new_append("a", 0))
    await theirs.append(new_append("b", 0, count=5))
    assert await mine.append(new_append("a", 1)) == Appended(7, 7, 2)


async def test_a_changed_stream_is_a_conflict_that_says_where_it_is(
    mine: SqliteEventStore, theirs: SqliteEventStore, new_append: NewAppend
) -> None:
    await mine.append(new_append("a", 0))
    await theirs.append(new_append("a", 1, count=2))
    with pytest.raises(WrongExpectedVersion) as conflict:
        await mine.append(new_append("a", 1))
    assert conflict.value.actual == 3
    assert (await mine.append(new_append("a", 3))).version == 4


@pytest.mark.parametrize("expected", [0, Expected.NO_STREAM])
async def test_a_stream_that_was_not_there_may_be_there_now(
    expected: int | Expected, mine: SqliteEventStore, theirs: SqliteEventStore, new_append: NewAppend
) -> None:
    with pytest.raises(WrongExpectedVersion):
        await mine.append(new_append("a", Expected.EXISTS))
    await theirs.append(new_append("a", 0))
    with pytest.raises(WrongExpectedVersion):
        await mine.append(new_append("a", expected))
    assert (await mine.append(new_append("a", Expected.EXISTS))).version == 2


async def test_another_stores_history_of_the_same_length_is_a_conflict(
    mine: SqliteEventStore, theirs: SqliteEventStore, new_append: NewAppend
) -> None:
    lost = new_append("a")
    await mine.append(new_append("b"))
    await theirs.append(new_append("a"))
    with pytest.raises(WrongExpectedVersion):
        await mine.append(new_append("a", 1, after=lost.events[0].id))


async def test_what_was_read_is_no_older_than_what_is_checked(
    mine: SqliteEventStore, theirs: SqliteEventStore, new_append: NewAppend
) -> None:
    await mine.append(new_append("b"))
    for version in range(20):
        assert len(await mine.read_stream("a")) == version
        await theirs.append(new_append("a", version))
        with pytest.raises(WrongExpectedVersion):
            await mine.append(new_append("a", version))
        assert [event.version for event in await mine.read_stream("a", version)] == [version + 1]


async def test_a_command_of_another_store_is_a_duplicate(
    mine: SqliteEventStore, theirs: SqliteEventStore, new_append: NewAppend
) -> None:
    await mine.append(new_append("b"))
    await theirs.append(new_append("a", 0, 2, command="c1"))
    for expected in (0, 2, Expected.ANY):
        assert await mine.append(new_append("a", expected, 2, command="c1")) == Appended(
            2, 3, 2, duplicate=True
        )
    with pytest.raises(CommandIdReused):
        await mine.append(new_append("a", command="c1", content="other"))
    assert len(await mine.read()) == 3


async def test_one_command_in_two_stores_at_once_is_done_once(
    mine: SqliteEventStore, theirs: SqliteEventStore, new_append: NewAppend
) -> None:
    for number in range(20):
        command = f"c{number}"
        done = await asyncio.gather(
            *(store.append(new_append("a", command=command)) for store in (mine, theirs) for _ in range(3))
        )
        assert [appended.duplicate for appended in done].count(False) == 1
        assert {appended.first for appended in done} == {number + 1}


async def test_two_stores_at_once_lose_nothing_and_keep_each_callers_order(
    mine: SqliteEventStore, theirs: SqliteEventStore, new_append: NewAppend
) -> None:
    order = random.Random(7)
    appends = [new_append(order.choice("abc"), count=order.randint(1, 3)) for _ in range(400)]
    stores = [order.choice((mine, theirs)) for _ in appends]

    async def send(store: SqliteEventStore, append: Append) -> Appended:
        if order.random() < 0.1:
            await mine.head()
        return await store.append(append)

    done = await asyncio.gather(*map(send, stores, appends))
    events = [event async for event in audited(mine)]
    by_id = {event.id: event.position for event in events}
    assert len(events) == sum(len(append.events) for append in appends)
    for appended, append in zip(done, appends, strict=True):
        positions = [by_id[event.id] for event in append.events]
        assert positions == list(range(appended.first, appended.last + 1))


async def test_a_writer_that_always_comes_too_late_takes_the_lock(
    mine: SqliteEventStore,
    theirs: SqliteEventStore,
    new_append: NewAppend,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    insert = queries.insert
    late = iter(["b", "a"])

    async def beaten(
        db: aiosqlite.Connection, rows: Sequence[StoredEvent], stream_ids: Iterable[int]
    ) -> None:
        if rows[0].stream == "mine" and (stream := next(late, None)):
            await theirs.append(new_append(stream))
        await insert(db, rows, stream_ids)

    monkeypatch.setattr(queries, "insert", beaten)
    done = await asyncio.gather(*map(mine.append, [new_append("mine", 0), new_append("mine", 1)]))
    assert done == [Appended(3, 3, 1), Appended(4, 4, 2)]
    assert [event.stream async for event in audited(mine)] == ["b", "a", "mine", "mine"]


async def test_a_batch_with_a_duplicate_and_a_conflict_in_it_takes_one_statement(
    mine: SqliteEventStore, new_append: NewAppend, monkeypatch: pytest.MonkeyPatch
) -> None:
    await mine.append(new_append("a", 0))
    insert = queries.insert
    batches: list[list[int]] = []

    async def noted(db: aiosqlite.Connection, rows: Sequence[StoredEvent], ids: Iterable[int]) -> None:
        batches.append([row.position for row in rows])
        await insert(db, rows, ids)

    monkeypatch.setattr(queries, "insert", noted)
    together = [
        new_append("a", 1, command="c1"),
        new_append("a", 1, command="c1"),
        new_append("a", 1),
        new_append("a", 2),
    ]
    outcomes = await asyncio.gather(*map(mine.append, together), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [Appended, Appended, WrongExpectedVersion, Appended]
    assert batches == [[2, 3]]


async def test_poll_sees_what_another_store_appends_and_listeners_do_not(
    mine: SqliteEventStore, theirs: SqliteEventStore, new_append: NewAppend
) -> None:
    heard: list[StoredEvent] = []
    mine.add_listener(heard.extend)
    for position in range(1, 30):
        await theirs.append(new_append())
        polled = [await mine.poll() for _ in range(10)]
        assert polled[-1] == position
    assert heard == []


async def test_an_idle_poll_does_not_read(
    mine: SqliteEventStore, log: Path, new_append: NewAppend, monkeypatch: pytest.MonkeyPatch
) -> None:
    await mine.append(new_append())
    os.utime(log.with_name("events.db-wal"), (1, 1))  # written long ago
    reads = 0
    select_head = queries.select_head

    async def counted(db: aiosqlite.Connection) -> object:
        nonlocal reads
        reads += 1
        return await select_head(db)

    monkeypatch.setattr(queries, "select_head", counted)
    assert {await mine.poll() for _ in range(50)} == {1}
    assert reads == 3, "the first, and each twenty-fifth"
