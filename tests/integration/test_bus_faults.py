"""What the bus withstands: whatever happens to what it hears, no event is left out and none comes twice."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_ledger.errors import IntegrityError, StorageError
from tui_ledger.event_bus import EventBus
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import Append, Expected, Listener, NewEvent, StoredEvent
from tui_ledger.testing import CountingIds, VirtualClock, breathe

pytestmark = pytest.mark.timeout(30)

Batches = AsyncIterator[list[StoredEvent]]
new_id = CountingIds()


class UnheardStore(MemoryEventStore):
    """Tells nobody of its appends: as if another process had made them, or every notification got lost.

    `say` delivers one of them after all, as often and as late as a test wants.
    """

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self.untold: list[list[StoredEvent]] = []
        self.poll_error: Exception | None = None
        self.read_error: Exception | None = None
        self.turns = 0
        self._tell: list[Listener] = []
        super().add_listener(lambda events: self.untold.append(list(events)))

    def add_listener(self, listener: Listener) -> None:
        self._tell.append(listener)

    def say(self, events: Sequence[StoredEvent]) -> None:
        for listener in self._tell:
            listener(events)

    async def poll(self) -> int:
        if self.poll_error is not None:
            raise self.poll_error
        return await super().poll()

    async def read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        """What is there now; it arrives `turns` turns of the event loop later."""
        if self.read_error is not None:
            raise self.read_error
        events = await super().read(after, limit)
        for _ in range(self.turns):
            await asyncio.sleep(0)
        return events


async def append(store: MemoryEventStore, count: int = 1) -> None:
    """Append `count` events at once."""
    events = tuple(
        NewEvent(new_id(), "MoneyDeposited", 1, '{"amount":1}', "2026-01-01T00:00:00.000000Z")
        for _ in range(count)
    )
    await store.append(Append(stream="wallet/moyin", expected=Expected.ANY, events=events))


async def follow(batches: Batches, seen: list[int]) -> None:
    """Note the position of every event, until the iteration ends."""
    async for batch in batches:
        seen += [event.position for event in batch]


@pytest.fixture
def store(clock: VirtualClock) -> UnheardStore:
    return UnheardStore(clock)


@pytest.fixture
def bus(store: UnheardStore, clock: VirtualClock) -> EventBus:
    return EventBus(store, clock=clock)


# Notifications


async def test_another_process_s_events_are_seen_within_100_ms(
    store: UnheardStore, bus: EventBus, clock: VirtualClock
) -> None:
    seen: list[int] = []
    async with bus.subscribe() as batches:
        following = asyncio.create_task(follow(batches, seen))
        await breathe()
        await append(store, 3)
        await breathe()
        assert seen == []
        await clock.advance(0.099)
        assert seen == [1, 2, 3]
    await following


async def test_they_are_still_seen_when_other_subscribers_have_left(
    store: UnheardStore, bus: EventBus, clock: VirtualClock
) -> None:
    seen: list[int] = []
    async with bus.subscribe() as batches:
        following = asyncio.create_task(follow(batches, seen))
        async with bus.subscribe():
            await breathe()
        await append(store, 3)
        await clock.advance(0.1)
    await following
    assert seen == [1, 2, 3]


async def test_they_are_seen_again_when_all_had_left_and_somebody_comes(
    store: UnheardStore, bus: EventBus, clock: VirtualClock
) -> None:
    seen: list[int] = []
    async with bus.subscribe():
        await breathe()
    async with bus.subscribe() as batches:
        following = asyncio.create_task(follow(batches, seen))
        await append(store, 3)
        await clock.advance(0.1)
    await following
    assert seen == [1, 2, 3]


async def test_a_subscriber_reads_no_further_than_it_has_heard(
    store: UnheardStore, bus: EventBus, clock: VirtualClock
) -> None:
    async with bus.subscribe() as batches:
        await breathe()
        await append(store, 3)
        bus.notify(1)
        assert [event.position for event in await anext(batches)] == [1]
        assert bus.head == 1
        await clock.advance(0.1)
        assert [event.position for event in await anext(batches)] == [2, 3]
        assert bus.head == 3


async def test_a_lost_notification_costs_latency_but_no_event(store: UnheardStore, bus: EventBus) -> None:
    seen: list[int] = []
    async with bus.subscribe() as batches:
        following = asyncio.create_task(follow(batches, seen))
        await breathe()
        for _ in range(3):
            await append(store)
        store.say(store.untold[-1])
        await breathe()
        assert seen == [1, 2, 3]
    await following


async def test_a_doubled_late_or_reordered_notification_makes_no_double(
    store: UnheardStore, bus: EventBus
) -> None:
    seen: list[int] = []
    async with bus.subscribe() as batches:
        following = asyncio.create_task(follow(batches, seen))
        for _ in range(3):
            await append(store, 2)
        first, second, third = store.untold
        for events in (second, second, first, third, second, first):
            store.say(events)
            await breathe()
    await following
    assert seen == [1, 2, 3, 4, 5, 6]


async def test_a_notification_of_something_that_cannot_be_read_yet_is_not_the_last_word(
    store: UnheardStore, bus: EventBus, clock: VirtualClock
) -> None:
    seen: list[int] = []
    async with bus.subscribe() as batches:
        following = asyncio.create_task(follow(batches, seen))
        bus.notify(1)
        await breathe()
        await append(store)
        await clock.advance(0.1)
    await following
    assert seen == [1]


async def test_a_notification_that_comes_while_a_subscriber_reads_wakes_it_again(
    store: UnheardStore, bus: EventBus
) -> None:
    seen: list[int] = []
    async with bus.subscribe() as batches:
        following = asyncio.create_task(follow(batches, seen))
        await breathe()
        store.turns = 10
        bus.notify(1)
        await breathe(5)
        await append(store)
        bus.notify(1)
        await breathe()
        assert seen == [1]
    await following


HAPPENINGS: Final = st.lists(
    st.tuples(st.just("append"), st.integers(1, 5))
    | st.tuples(st.just("say"), st.integers(0, 30))
    | st.tuples(st.just("say every other one"), st.integers(0, 30))
    | st.tuples(st.just("say backwards"), st.integers(0, 30))
    | st.tuples(st.just("notify"), st.integers(0, 60))
    | st.tuples(st.just("subscribe"), st.integers(0, 30))
    | st.tuples(st.just("wait"), st.integers(1, 8)),
    max_size=40,
)


async def happen(what: str, number: int, store: UnheardStore, bus: EventBus) -> None:
    told = store.untold[number % len(store.untold)] if store.untold else []
    match what:
        case "append":
            await append(store, number)
        case "say":
            store.say(told)
        case "say every other one":
            store.say(told[::2])
        case "say backwards":
            store.say(told[::-1])
        case "notify":
            bus.notify(number)
        case "wait":
            await breathe(number)


@given(happenings=HAPPENINGS, limit=st.integers(1, 7), tail=st.integers(1, 12), turns=st.integers(0, 3))
@settings(derandomize=True, deadline=None, max_examples=300)
async def test_whatever_is_heard_each_subscriber_gets_each_event_once_and_in_order(
    happenings: list[tuple[str, int]], limit: int, tail: int, turns: int
) -> None:
    clock = VirtualClock()
    store = UnheardStore(clock)
    store.turns = turns
    bus = EventBus(store, clock=clock, tail=tail)
    subscribers: list[tuple[int, list[int], asyncio.Task[None]]] = []

    async def subscriber(after: int, seen: list[int]) -> None:
        async with bus.subscribe(after=after, limit=limit) as batches:
            await follow(batches, seen)

    for what, number in [("subscribe", 0), *happenings]:
        if what == "subscribe":
            seen: list[int] = []
            subscribers.append((number, seen, asyncio.create_task(subscriber(number, seen))))
        else:
            await happen(what, number, store, bus)

    head = await store.poll()
    await clock.advance(0.1)
    await breathe(10 * head)
    await bus.close()
    for after, seen, task in subscribers:
        await task
        assert seen == list(range(after + 1, head + 1))


# The store fails


async def test_who_waits_is_told_when_the_store_cannot_be_asked(
    store: UnheardStore, bus: EventBus, clock: VirtualClock
) -> None:
    async with bus.subscribe() as one, bus.subscribe() as another:
        waiting = [asyncio.ensure_future(anext(batches)) for batches in (one, another)]
        await breathe()
        store.poll_error = StorageError("the disk is gone")
        await clock.advance(0.1)
        for task in waiting:
            with pytest.raises(StorageError, match="the disk is gone"):
                await task


async def test_after_an_error_a_subscriber_can_go_on_where_it_was(
    store: UnheardStore, bus: EventBus, clock: VirtualClock
) -> None:
    await append(store, 2)
    async with bus.subscribe(limit=1) as batches:
        await anext(batches)
        store.read_error = StorageError("the disk is gone")
        with pytest.raises(StorageError):
            await anext(batches)
        store.read_error = None
        assert [event.position for event in await anext(batches)] == [2]

        store.poll_error = StorageError("the disk is gone")
        with pytest.raises(StorageError):
            await asyncio.gather(anext(batches), clock.advance(0.1))
        store.poll_error = None
        await append(store)
        batch, _ = await asyncio.gather(anext(batches), clock.advance(0.1))
        assert [event.position for event in batch] == [3]


class StoreWithAHole(MemoryEventStore):
    """Somebody took event 2 out."""

    async def read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        return [event for event in await super().read(after, limit) if event.position != 2]


async def test_a_hole_in_the_log_is_not_passed_over(clock: VirtualClock) -> None:
    store = StoreWithAHole(clock)
    await append(store, 3)
    async with EventBus(store, clock=clock).subscribe() as batches:
        with pytest.raises(IntegrityError, match="From position 1 to 3 the log has 2 events"):
            await anext(batches)


async def test_one_subscriber_s_error_is_not_the_others(store: UnheardStore, bus: EventBus) -> None:
    await append(store)

    async def fail() -> None:
        async with bus.subscribe() as batches:
            await anext(batches)
            raise ZeroDivisionError

    async with bus.subscribe() as batches:
        with pytest.raises(ZeroDivisionError):
            await fail()
        assert [event.position for event in await anext(batches)] == [1]


async def test_two_tasks_that_share_a_subscription_get_each_event_once_between_them(
    store: UnheardStore, bus: EventBus
) -> None:
    store.turns = 2
    await append(store, 10)
    seen: list[int] = []
    async with bus.subscribe(limit=1) as batches:
        following = [asyncio.create_task(follow(batches, seen)) for _ in range(2)]
        await breathe(200)
    await asyncio.gather(*following)
    assert sorted(seen) == list(range(1, 11))
