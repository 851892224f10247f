"""The contract of every event store: taking in events that were recorded elsewhere."""

import asyncio
import itertools
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from tui_ledger.errors import StorageError
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import Append, Appended, EventStore, HeadMoved, PastEvent, StoredEvent
from tui_ledger.event_store.restored import Restored, Row
from tui_ledger.event_store.sqlite import SqliteEventStore
from tui_ledger.event_store.sqlite_file import create_log
from tui_ledger.event_store.sqlite_restore import fill_new_log

NewAppend = Callable[..., Append]


def past(stored: StoredEvent) -> PastEvent:
    return PastEvent(*(getattr(stored, name) for name in PastEvent.__struct_fields__))


@pytest.fixture
async def elsewhere(new_append: NewAppend) -> list[PastEvent]:
    """What another log recorded: three streams, one event that was caused, a command of two events."""
    store = MemoryEventStore()
    await store.append(new_append("a", command="c1", content='{"verb":"x"}', count=2))
    await store.append(new_append("b", command="c2", content='{"verb":"y"}'))
    [cause] = await store.read(2, limit=1)
    await store.append(msgspec.structs.replace(new_append("a"), causation_id=cause.id))
    await store.append(new_append("c"))
    return [past(event) for event in await store.read()]


async def test_they_keep_everything_and_get_places(store: EventStore, elsewhere: list[PastEvent]) -> None:
    head = await store.restore(elsewhere, GENESIS)
    events = await store.read()
    assert [past(event) for event in events] == elsewhere
    assert [(event.position, event.version, event.prev) for event in events] == [
        (1, 1, None),
        (2, 2, 1),
        (3, 1, None),
        (4, 3, 2),
        (5, 1, None),
    ]
    assert await store.head() == head
    assert head.position == 5


async def test_the_same_events_give_the_same_hash_in_every_store(
    store: EventStore, elsewhere: list[PastEvent]
) -> None:
    assert await store.restore(elsewhere, GENESIS) == await MemoryEventStore().restore(elsewhere, GENESIS)


async def test_they_continue_streams_that_are_there_and_are_continued_by_appends(
    store: EventStore, new_append: NewAppend, elsewhere: list[PastEvent]
) -> None:
    await store.append(new_append("a", count=2))
    await store.restore(elsewhere, await store.head())
    assert [event.version for event in await store.read_stream("a")] == [1, 2, 3, 4, 5]
    assert await store.append(new_append("a", 5)) == Appended(8, 8, 6)
    assert await store.append(new_append("c", 1)) == Appended(9, 9, 2)


async def test_their_commands_are_on_record(store: EventStore, elsewhere: list[PastEvent]) -> None:
    await store.restore(elsewhere, GENESIS)
    first = await store.find_command("c1")
    assert first is not None
    assert (first.content, first.first, first.last, first.version) == ('{"verb":"x"}', 1, 2, 2)
    [caused] = await store.caused_by(elsewhere[2].id)
    assert caused.position == 4


async def test_a_log_that_has_grown_meanwhile_is_left_as_it_is(
    store: EventStore, new_append: NewAppend, elsewhere: list[PastEvent]
) -> None:
    await store.append(new_append("z"))
    head = await store.head()
    with pytest.raises(HeadMoved) as moved:
        await store.restore(elsewhere, GENESIS)
    assert (moved.value.expected, moved.value.actual) == (GENESIS, head)
    assert await store.head() == head


async def test_an_id_that_is_used_undoes_all_of_them(store: EventStore, elsewhere: list[PastEvent]) -> None:
    await store.restore(elsewhere[-1:], GENESIS)
    head = await store.head()
    with pytest.raises(StorageError, match="used"):
        await store.restore(elsewhere, head)
    assert await store.head() == head


async def test_a_command_id_that_is_used_undoes_all_of_them(
    store: EventStore, elsewhere: list[PastEvent]
) -> None:
    await store.restore(elsewhere[:1], GENESIS)
    head = await store.head()
    again = msgspec.structs.replace(elsewhere[0], id="another")
    with pytest.raises(StorageError, match="used"):
        await store.restore([*elsewhere[1:], again], head)
    assert await store.head() == head


async def test_what_their_source_raises_undoes_all_of_them(
    store: EventStore, new_append: NewAppend, elsewhere: list[PastEvent]
) -> None:
    def broken() -> Iterator[PastEvent]:
        yield from elsewhere
        raise OSError("the disk with the events is gone")

    with pytest.raises(OSError, match="gone"):
        await store.restore(broken(), GENESIS)
    assert await store.head() == GENESIS
    await store.append(new_append("a"))


async def test_who_is_cancelled_leaves_nothing(
    sqlite_store: SqliteEventStore, elsewhere: list[PastEvent]
) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def endless() -> Iterator[PastEvent]:
        for number in itertools.count():
            if number == 3000:
                loop.call_soon_threadsafe(begun.set)
            yield msgspec.structs.replace(elsewhere[-1], id=f"event-{number}")

    restoring = asyncio.create_task(sqlite_store.restore(endless(), GENESIS))
    await begun.wait()
    restoring.cancel()
    with pytest.raises(asyncio.CancelledError):
        await restoring
    assert await sqlite_store.head() == GENESIS
    await sqlite_store.restore(elsewhere, GENESIS)


async def test_a_store_that_writes_goes_on_behind_them(
    sqlite_store: SqliteEventStore, new_append: NewAppend, elsewhere: list[PastEvent]
) -> None:
    await sqlite_store.append(new_append("a"))
    await sqlite_store.restore(elsewhere, await sqlite_store.head())
    assert await sqlite_store.append(new_append("a", 4)) == Appended(7, 7, 5)
    assert await sqlite_store.poll() == 7


def schema(log: Path) -> set[tuple[str, ...]]:
    with closing(sqlite3.connect(log)) as connection:
        return set(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))


async def test_a_log_that_was_filled_refuses_what_every_log_refuses(
    sqlite_store: SqliteEventStore, log: Path, empty_log: Path, elsewhere: list[PastEvent]
) -> None:
    await sqlite_store.restore(elsewhere, GENESIS)
    assert schema(log) == schema(empty_log)
    with closing(sqlite3.connect(log)) as connection, pytest.raises(sqlite3.IntegrityError, match="stale"):
        connection.execute(
            "INSERT INTO events SELECT position + 2, stream_id, stream, version, prev, 'new', type, schema, "
            "data, NULL, occurred_at, recorded_at, NULL, NULL, NULL, hash FROM events WHERE position = 5"
        )


def misplaced(changes: Mapping[tuple[int, int], object]) -> Callable[[Restored, PastEvent], Row]:
    """`Restored.place`, but with other values, by position and column."""
    place = Restored.place

    def wrong(self: Restored, event: PastEvent) -> Row:
        row = place(self, event)
        return tuple(changes.get((row[0], column), value) for column, value in enumerate(row))

    return wrong


@pytest.mark.parametrize(
    "changes",
    [
        {(4, 0): 9},
        {(4, 1): 3},
        {(4, 2): "a"},
        {(4, 3): 1},
        {(4, 3): 2},
        {(4, 4): None},
        {(4, 4): 1},
        {(4, 4): 3},
        {(2, 3): 3, (2, 4): 4, (4, 3): 2, (4, 4): 1},
    ],
    ids=["position", "stream", "name", "begun", "version", "nothing", "older", "other", "later"],
)
async def test_rows_out_of_place_undo_all_of_them(
    sqlite_store: SqliteEventStore,
    log: Path,
    empty_log: Path,
    elsewhere: list[PastEvent],
    monkeypatch: pytest.MonkeyPatch,
    changes: Mapping[tuple[int, int], object],
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Restored, "place", misplaced(changes))
        with pytest.raises(StorageError, match="refused"):
            await sqlite_store.restore(elsewhere, GENESIS)
    assert await sqlite_store.head() == GENESIS
    assert schema(log) == schema(empty_log)
    await sqlite_store.restore(elsewhere, GENESIS)


async def test_a_new_log_is_filled_as_every_other(
    log: Path, sqlite_store: SqliteEventStore, elsewhere: list[PastEvent], tmp_path: Path
) -> None:
    create_log(tmp_path / "new.db")
    head = await fill_new_log(tmp_path / "new.db", elsewhere)
    assert head == await sqlite_store.restore(elsewhere, GENESIS)
    assert dump(tmp_path / "new.db") == dump(log)


def dump(log: Path) -> list[str]:
    with closing(sqlite3.connect(log)) as connection:
        [journal] = connection.execute("PRAGMA journal_mode").fetchone()
        return [journal, *connection.iterdump()]


async def test_a_new_log_refuses_rows_out_of_place_too(
    tmp_path: Path, elsewhere: list[PastEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    create_log(tmp_path / "new.db")
    monkeypatch.setattr(Restored, "place", misplaced({(4, 4): 3}))
    with pytest.raises(StorageError, match="refused"):
        await fill_new_log(tmp_path / "new.db", elsewhere)
