"""The contract of every event store: what is read, and who is told."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.port import Append, CommandRecord, EventStore, Head, StoredEvent

NewAppend = Callable[..., Append]


async def test_an_empty_log_ends_at_0_and_64_zeros(store: EventStore) -> None:
    assert await store.head() == GENESIS
    assert str(await store.head()) == "0:" + "0" * 64
    assert await store.poll() == 0
    assert await store.read() == []
    assert await store.read_stream("a") == []
    assert await store.find_command("c1") is None


async def test_the_head_is_the_last_event(store: EventStore, new_append: NewAppend) -> None:
    await store.append(new_append(count=3))
    last = (await store.read())[-1]
    assert await store.head() == Head(3, last.hash)
    assert await store.poll() == 3


async def test_events_are_read_page_by_page(store: EventStore, new_append: NewAppend) -> None:
    for stream in "abcde":
        await store.append(new_append(stream))
    pages = [await store.read(after, 2) for after in (0, 2, 4, 5, 99)]
    assert [[event.position for event in page] for page in pages] == [[1, 2], [3, 4], [5], [], []]


async def test_a_page_has_a_thousand_events_unless_told(store: EventStore, new_append: NewAppend) -> None:
    await store.append(new_append(count=999))
    await store.append(new_append(count=999))
    assert len(await store.read()) == 1000


async def test_a_stream_is_read_alone_and_from_any_version(store: EventStore, new_append: NewAppend) -> None:
    for _ in range(5):
        await store.append(new_append("a"))
        await store.append(new_append("b"))
    everything = await store.read()
    own = [event for event in everything if event.stream == "a"]
    for after in (0, 1, 4, 5, 6):
        assert await store.read_stream("a", after) == own[after:]
    assert await store.read_stream("a b") == []


async def test_a_stream_is_the_same_whether_or_not_it_was_read_before(
    store: EventStore, new_append: NewAppend
) -> None:
    await store.append(new_append("a", count=3))
    for _ in range(3):
        assert [event.version for event in await store.read_stream("a", 2)] == [3]
        assert [event.version for event in await store.read_stream("a", 3)] == []
        assert [event.version for event in await store.read_stream("a")] == [1, 2, 3]


async def test_a_command_is_found_with_its_events(store: EventStore, new_append: NewAppend) -> None:
    await store.append(new_append("a"))
    await store.append(new_append("b", count=3, command="c1", content="one"))
    await store.append(new_append("b", command="c2", content="two"))
    await store.append(new_append("b"))
    assert await store.find_command("c1") == CommandRecord("c1", "one", 2, 4, 3)
    assert await store.find_command("c2") == CommandRecord("c2", "two", 5, 5, 4)
    assert await store.find_command("C1") is None


async def test_an_event_is_found_by_its_id(store: EventStore, new_append: NewAppend) -> None:
    await store.append(new_append("a", count=2))
    await store.append(new_append("b"))
    for event in await store.read():
        assert await store.find_event(event.id) == event
        assert await store.find_event(event.id[:-1]) is None
    assert await store.find_event("") is None


async def test_what_an_event_has_caused_is_found_in_order(store: EventStore, new_append: NewAppend) -> None:
    await store.append(new_append("a"))
    for stream, cause, count in (("b", "x", 1), ("a", "y", 1), ("c", "x", 2), ("b", None, 1), ("a", "x", 1)):
        await store.append(replace(new_append(stream, count=count), causation_id=cause))
    everything = await store.read()
    caused = [event for event in everything if event.causation_id == "x"]
    assert [event.position for event in caused] == [2, 4, 5, 7]
    assert await store.caused_by("x") == caused
    assert await store.caused_by("x", limit=2) == caused[:2]
    assert [event.position for event in await store.caused_by("y")] == [3]
    assert await store.caused_by("X") == await store.caused_by("z") == []


async def test_listeners_get_each_event_once_and_in_order(store: EventStore, new_append: NewAppend) -> None:
    heard: list[StoredEvent] = []
    also: list[StoredEvent] = []
    store.add_listener(heard.extend)
    store.add_listener(also.extend)
    await asyncio.gather(*(store.append(new_append(f"s{number}")) for number in range(250)))
    await store.append(new_append("s0", count=3))
    await asyncio.gather(store.append(new_append("s0", 99)), return_exceptions=True)
    await asyncio.gather(*(store.append(new_append("s1", command="c1")) for _ in range(2)))
    assert heard == also == await store.read()
    assert [event.position for event in heard] == list(range(1, 255))


async def test_listeners_have_heard_of_an_event_before_its_caller_goes_on(
    store: EventStore, new_append: NewAppend
) -> None:
    heard: list[StoredEvent] = []
    store.add_listener(heard.extend)
    appended = await store.append(new_append(count=2))
    assert [event.position for event in heard] == [appended.first, appended.last]


async def test_a_listener_that_fails_harms_nobody_else_and_is_reported(
    store: EventStore, new_append: NewAppend
) -> None:
    def fail(_: Sequence[StoredEvent]) -> None:
        raise RuntimeError("deaf")

    heard: list[StoredEvent] = []
    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    store.add_listener(fail)
    store.add_listener(heard.extend)
    assert (await store.append(new_append())).first == 1
    assert (await store.append(new_append())).first == 2
    assert [event.position for event in heard] == [1, 2]
    assert [str(context["exception"]) for context in reported] == ["deaf", "deaf"]


async def test_a_stream_is_read_from_any_of_its_events_on(store: EventStore, new_append: NewAppend) -> None:
    for _ in range(4):
        await store.append(new_append("a"))
        await store.append(new_append("b"))
    own = [event for event in await store.read() if event.stream == "b"]
    assert [await store.read_stream_from(event.position) for event in own] == [own[n:] for n in range(4)]
    assert await store.read_stream_from(0) == []
    assert await store.read_stream_from(9) == []


async def test_a_time_means_the_position_before_the_first_event_that_occurred_later(
    store: EventStore, new_append: NewAppend
) -> None:
    assert await store.position_at(_day(31)) == 0
    for day in (2, 5, 3, 5, 9, 1):  # it happened in another order than it was recorded
        append = new_append("a")
        await store.append(replace(append, events=(replace(append.events[0], occurred_at=_day(day)),)))
    found = [await store.position_at(_day(day)) for day in (1, 2, 3, 4, 5, 8, 9, 10)]
    assert found == [0, 1, 1, 1, 4, 4, 6, 6]
    assert await store.position_at("2026-01-04T23:59:59.999999Z") == 1


def _day(day: int) -> str:
    return f"2026-01-{day:02}T00:00:00.000000Z"
