"""The contract of every event store: looking up many at once."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tui_ledger.event_store import sqlite_queries
from tui_ledger.event_store.port import Append, EventStore

NewAppend = Callable[..., Append]


async def test_events_are_found_by_their_ids_in_the_order_of_the_log(
    store: EventStore, new_append: NewAppend
) -> None:
    for stream in ("a", "b", "a", "c"):
        await store.append(new_append(stream))
    events = await store.read()
    wanted = [events[3].id, events[0].id, "no such id", events[0].id]
    assert await store.find_events(wanted) == [events[0], events[3]]
    assert await store.find_events([]) == []


async def test_commands_on_record_are_told_from_others(store: EventStore, new_append: NewAppend) -> None:
    await store.append(new_append(command="c1", count=2))
    await store.append(new_append(command="c2"))
    assert await store.known_commands({"c0", "c1", "c2", "c3"}) == {"c1", "c2"}
    assert await store.known_commands([]) == set()


async def test_a_stream_is_read_in_pages(store: EventStore, new_append: NewAppend) -> None:
    for stream in ("a", "b", "a", "a", "b", "a", "a"):
        await store.append(new_append(stream))
    pages = []
    after = 0
    while page := await store.read_stream_page("a", after, 2):
        pages.append([event.position for event in page])
        after = page[-1].position
    assert pages == [[1, 3], [4, 6], [7]]
    assert await store.read_stream_page("nobody", limit=2) == []


def test_no_lookup_reads_the_whole_log(log: Path) -> None:
    with closing(sqlite3.connect(log)) as database:
        for name in ("_BY_IDS", "_KNOWN_COMMANDS"):
            plan = database.execute(f"EXPLAIN QUERY PLAN {vars(sqlite_queries)[name]}", ("[]",)).fetchall()
            assert not [row for row in plan if row[3].startswith(("SCAN e", "SCAN events"))], plan
