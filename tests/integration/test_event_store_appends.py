"""The contract of every event store: what an append may expect, and what becomes of it."""

import asyncio
from collections.abc import Callable

import msgspec
import pytest

from tui_ledger.errors import CommandIdReused, StorageError
from tui_ledger.event_store.port import (
    Append,
    Appended,
    EventStore,
    Expected,
    ExpectedVersion,
    WrongExpectedVersion,
)

NewAppend = Callable[..., Append]


async def refused(store: EventStore, append: Append) -> WrongExpectedVersion:
    """The conflict with which `append` is refused; nothing of it is stored."""
    before = await store.head()
    with pytest.raises(WrongExpectedVersion) as conflict:
        await store.append(append)
    assert await store.head() == before
    return conflict.value


# Positions, versions, links


async def test_positions_are_gapless_and_versions_count_within_each_stream(
    store: EventStore, new_append: NewAppend
) -> None:
    for stream, count in (("a", 1), ("b", 2), ("a", 2), ("b", 1), ("c", 1)):
        await store.append(new_append(stream, count=count))
    events = await store.read()
    assert [(event.position, event.stream, event.version, event.prev) for event in events] == [
        (1, "a", 1, None),
        (2, "b", 1, None),
        (3, "b", 2, 2),
        (4, "a", 2, 1),
        (5, "a", 3, 4),
        (6, "b", 3, 3),
        (7, "c", 1, None),
    ]


async def test_an_append_answers_where_its_events_are(store: EventStore, new_append: NewAppend) -> None:
    assert await store.append(new_append("a")) == Appended(1, 1, 1)
    assert await store.append(new_append("b", count=3)) == Appended(2, 4, 3)
    assert await store.append(new_append("a", count=2)) == Appended(5, 6, 3)


async def test_what_was_appended_is_read_as_it_was_given(store: EventStore, new_append: NewAppend) -> None:
    append = new_append(
        "wallet/剣", count=2, command="c1", content='{"verb":"x"}', data='{"note":"莫 \\u0000"}'
    )
    append = msgspec.structs.replace(append, causation_id="cause")
    await store.append(append)
    first, second = await store.read()
    assert (first.id, first.type, first.schema, first.data) == msgspec.structs.astuple(append.events[0])[:4]
    assert first.stream == "wallet/剣"
    assert (first.content, second.content) == ('{"verb":"x"}', None)
    for event in (first, second):
        assert (event.command_id, event.correlation_id, event.causation_id) == ("c1", "c1", "cause")
        assert event.occurred_at == event.recorded_at == "2026-01-01T00:00:00.000000Z"


# Expected versions: each kind, right and wrong


@pytest.mark.parametrize("expected", [0, Expected.NO_STREAM, Expected.ANY])
async def test_a_stream_that_does_not_exist_can_be_begun(
    expected: ExpectedVersion, store: EventStore, new_append: NewAppend
) -> None:
    assert (await store.append(new_append("a", expected))).version == 1


@pytest.mark.parametrize("expected", [1, 2, Expected.EXISTS])
async def test_a_stream_that_does_not_exist_is_no_other_version(
    expected: ExpectedVersion, store: EventStore, new_append: NewAppend
) -> None:
    assert (await refused(store, new_append("a", expected))).actual == 0


@pytest.mark.parametrize("expected", [2, Expected.EXISTS, Expected.ANY])
async def test_a_stream_is_continued_at_its_version(
    expected: ExpectedVersion, store: EventStore, new_append: NewAppend
) -> None:
    await store.append(new_append("a", count=2))
    assert (await store.append(new_append("a", expected))).version == 3


@pytest.mark.parametrize("expected", [0, 1, 3, Expected.NO_STREAM])
async def test_a_stream_is_at_no_other_version(
    expected: ExpectedVersion, store: EventStore, new_append: NewAppend
) -> None:
    await store.append(new_append("a", count=2))
    conflict = await refused(store, new_append("a", expected))
    assert (conflict.stream, conflict.expected, conflict.actual) == ("a", expected, 2)


async def test_another_history_of_the_same_length_is_a_conflict(
    store: EventStore, new_append: NewAppend
) -> None:
    mine, theirs = new_append("a"), new_append("a")
    await store.append(theirs)
    assert (await refused(store, new_append("a", 1, after=mine.events[-1].id))).actual == 1
    assert (await store.append(new_append("a", 1, after=theirs.events[-1].id))).version == 2


async def test_a_history_that_is_expected_of_no_stream_is_a_conflict(
    store: EventStore, new_append: NewAppend
) -> None:
    await refused(store, new_append("a", 0, after="some-event"))


# All or nothing


async def test_an_append_that_conflicts_leaves_none_of_its_events(
    store: EventStore, new_append: NewAppend
) -> None:
    await store.append(new_append("a"))
    await refused(store, new_append("a", 0, count=5))
    assert len(await store.read()) == 1


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_an_append_with_a_used_event_id_leaves_none_of_its_events(
    place: int, store: EventStore, new_append: NewAppend
) -> None:
    first = new_append("a")
    await store.append(first)
    append = new_append("b", count=3)
    events = list(append.events)
    events[place] = msgspec.structs.replace(events[place], id=first.events[0].id)
    with pytest.raises(StorageError):
        await store.append(msgspec.structs.replace(append, events=tuple(events)))
    assert len(await store.read()) == 1
    assert await store.read_stream("b") == []
    assert (await store.append(new_append("b", 0))).first == 2


async def test_an_append_that_uses_an_event_id_twice_leaves_none_of_its_events(
    store: EventStore, new_append: NewAppend
) -> None:
    append = new_append("a")
    with pytest.raises(StorageError):
        await store.append(msgspec.structs.replace(append, events=append.events * 2))
    assert await store.read() == []


async def test_a_thousand_events_are_appended_as_one_and_no_more(
    store: EventStore, new_append: NewAppend
) -> None:
    assert await store.append(new_append("a", count=1000)) == Appended(1, 1000, 1000)
    with pytest.raises(ValueError, match="1 to 1000 events, not 1001"):
        await store.append(new_append("a", count=1001))


async def test_an_append_of_nothing_is_refused(store: EventStore, new_append: NewAppend) -> None:
    with pytest.raises(ValueError, match="1 to 1000 events, not 0"):
        await store.append(new_append("a", count=0))
    assert await store.read_stream("a") == []


async def test_content_belongs_to_a_command(store: EventStore, new_append: NewAppend) -> None:
    with pytest.raises(ValueError, match="the command has no id"):
        await store.append(new_append("a", content="{}"))


# A command is done once


async def test_the_same_command_again_is_answered_with_its_first_positions(
    store: EventStore, new_append: NewAppend
) -> None:
    first = await store.append(new_append("a", 0, 2, command="c1"))
    await store.append(new_append("a"))
    again = await store.append(new_append("a", 0, 2, command="c1"))
    assert again == msgspec.structs.replace(first, duplicate=True)
    assert len(await store.read()) == 3


@pytest.mark.parametrize("expected", [0, 1, Expected.ANY, Expected.NO_STREAM, Expected.EXISTS])
async def test_a_command_done_before_is_a_duplicate_whatever_it_expects(
    expected: ExpectedVersion, store: EventStore, new_append: NewAppend
) -> None:
    await store.append(new_append("a", command="c1"))
    assert (await store.append(new_append("a", expected, command="c1"))).duplicate
    assert len(await store.read()) == 1


async def test_a_command_id_is_not_used_for_something_else(store: EventStore, new_append: NewAppend) -> None:
    await store.append(new_append("a", command="c1", content="one"))
    for stream in ("a", "b"):
        with pytest.raises(CommandIdReused) as reused:
            await store.append(new_append(stream, command="c1", content="other"))
        assert reused.value.command_id == "c1"
    assert len(await store.read()) == 1


async def test_a_command_that_was_refused_is_not_on_record(store: EventStore, new_append: NewAppend) -> None:
    await refused(store, new_append("a", 5, command="c1", content="one"))
    assert await store.find_command("c1") is None
    assert not (await store.append(new_append("a", 0, command="c1", content="other"))).duplicate


async def test_further_events_of_a_command_need_not_repeat_its_content(
    store: EventStore, new_append: NewAppend
) -> None:
    await store.append(new_append("a", command="c1"))
    further = msgspec.structs.replace(new_append("b", command="c1"), content=None)
    assert (await store.append(further)).first == 2


# Together


async def test_of_appends_that_come_together_each_succeeds_or_fails_by_itself(
    store: EventStore, new_append: NewAppend
) -> None:
    used = new_append("used")
    await store.append(used)
    stolen = msgspec.structs.replace(new_append("stolen"), events=used.events)
    together = [
        new_append("a", 0),
        new_append("a", 0),
        new_append("a", 1, 2, command="c1"),
        new_append("a", 1, 2, command="c1"),
        stolen,
        new_append("b", 1),
        new_append("b", count=0),
        new_append("surrogate \ud800"),
        new_append("a", 3, command="c1", content="other"),
        new_append("b", Expected.ANY),
    ]
    outcomes = await asyncio.gather(*map(store.append, together), return_exceptions=True)
    found = [outcome if isinstance(outcome, Appended) else type(outcome) for outcome in outcomes]
    assert found == [
        Appended(2, 2, 1),
        WrongExpectedVersion,
        Appended(3, 4, 3),
        Appended(3, 4, 3, duplicate=True),
        StorageError,
        WrongExpectedVersion,
        ValueError,
        UnicodeEncodeError,
        CommandIdReused,
        Appended(5, 5, 1),
    ]
    assert [event.position for event in await store.read()] == [1, 2, 3, 4, 5]


async def test_a_hundred_appends_that_expect_the_same_version_are_one_success_and_conflicts(
    store: EventStore, new_append: NewAppend
) -> None:
    outcomes = await asyncio.gather(
        *(store.append(new_append("a", 0)) for _ in range(100)), return_exceptions=True
    )
    assert outcomes[0] == Appended(1, 1, 1)
    assert all(isinstance(outcome, WrongExpectedVersion) for outcome in outcomes[1:])
    assert len(await store.read()) == 1


async def test_a_thousand_appends_at_once_are_placed_in_the_order_of_the_calls(
    store: EventStore, new_append: NewAppend
) -> None:
    appends = [new_append(f"s{number % 7}") for number in range(1000)]
    done = await asyncio.gather(*map(store.append, appends))
    assert [appended.first for appended in done] == list(range(1, 1001))
    assert [event.id for event in await store.read()] == [append.events[0].id for append in appends]


async def test_one_command_a_hundred_times_at_once_is_done_once(
    store: EventStore, new_append: NewAppend
) -> None:
    done = await asyncio.gather(*(store.append(new_append("a", command="c1")) for _ in range(100)))
    assert {(appended.first, appended.last) for appended in done} == {(1, 1)}
    assert [appended.duplicate for appended in done].count(False) == 1
    assert len(await store.read()) == 1


async def test_what_was_decided_on_an_append_that_fails_fails_too(
    store: EventStore, new_append: NewAppend
) -> None:
    lost, other = new_append("a", 1), new_append("a", 0)
    follower = new_append("a", 1, after=lost.events[0].id)
    outcomes = await asyncio.gather(*map(store.append, (lost, other, follower)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [WrongExpectedVersion, Appended, WrongExpectedVersion]


async def test_the_append_of_a_cancelled_caller_settles(store: EventStore, new_append: NewAppend) -> None:
    async def call() -> Appended:
        return await store.append(new_append("a", command="c1"))

    caller = asyncio.create_task(call())
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    assert (await store.append(new_append("a"))).version == 2
    record = await store.find_command("c1")
    assert record is not None
    assert record.first == 1


# The end


async def test_a_closed_store_takes_nothing_more_and_says_so_in_the_future(
    store: EventStore, new_append: NewAppend
) -> None:
    await store.append(new_append())
    await store.close()
    outcome = store.append(new_append())
    with pytest.raises(StorageError, match="closed"):
        await outcome


async def test_what_was_accepted_before_closing_is_appended(store: EventStore, new_append: NewAppend) -> None:
    outcomes = [store.append(new_append()) for _ in range(300)]
    await store.close()
    assert [(await outcome).first for outcome in outcomes] == list(range(1, 301))
