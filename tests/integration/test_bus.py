"""How the bus is used, and what a subscriber can rely on. What it withstands is in test_bus_faults.py."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator

import pytest

from tui_ledger.errors import InputError
from tui_ledger.event_bus import EventBus
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import Append, Expected, Listener, NewEvent, StoredEvent
from tui_ledger.testing import CountingIds, VirtualClock, breathe

pytestmark = pytest.mark.timeout(10)

Batches = AsyncIterator[list[StoredEvent]]
new_id = CountingIds()


async def append(store: MemoryEventStore, count: int = 1) -> None:
    """Append `count` events at once."""
    events = tuple(
        NewEvent(new_id(), "MoneyDeposited", 1, '{"amount":1}', "2026-01-01T00:00:00.000000Z")
        for _ in range(count)
    )
    await store.append(Append(stream="wallet/moyin", expected=Expected.ANY, events=events))


async def take(batches: Batches, count: int) -> list[int]:
    """The positions of the next `count` events, and of those that came in the last one's batch."""
    positions: list[int] = []
    async for batch in batches:
        positions += [event.position for event in batch]
        if len(positions) >= count:
            break
    return positions


async def follow(batches: Batches, seen: list[int]) -> None:
    """Note the position of every event, until the iteration ends."""
    async for batch in batches:
        seen += [event.position for event in batch]


class CountedReads(MemoryEventStore):
    """Notes from where it is read."""

    def __init__(self) -> None:
        super().__init__(VirtualClock())
        self.reads: list[int] = []

    async def read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        self.reads.append(after)
        return await super().read(after, limit)


@pytest.fixture
def store(clock: VirtualClock) -> MemoryEventStore:
    return MemoryEventStore(clock)


@pytest.fixture
def bus(store: MemoryEventStore, clock: VirtualClock) -> EventBus:
    return EventBus(store, clock=clock)


# What a subscriber gets


async def test_a_bus_needs_a_store_and_nothing_else() -> None:
    store = MemoryEventStore()
    bus = EventBus(store)
    await append(store, 3)
    async with bus.subscribe(after=0, name="demo") as batches:
        assert [event.position for event in await anext(batches)] == [1, 2, 3]


async def test_a_subscriber_gets_what_is_there_and_then_what_comes(
    store: MemoryEventStore, bus: EventBus
) -> None:
    await append(store, 3)
    async with bus.subscribe() as batches:
        assert await take(batches, 3) == [1, 2, 3]
        await append(store, 2)
        assert await take(batches, 2) == [4, 5]


async def test_what_was_appended_before_the_bus_was_made_is_there_too(
    store: MemoryEventStore, clock: VirtualClock
) -> None:
    await append(store, 3)
    async with EventBus(store, clock=clock).subscribe() as batches:
        assert await take(batches, 3) == [1, 2, 3]


async def test_a_subscriber_begins_after_the_position_that_it_names(
    store: MemoryEventStore, bus: EventBus
) -> None:
    await append(store, 5)
    async with bus.subscribe(after=3) as batches:
        assert await take(batches, 2) == [4, 5]


async def test_a_subscription_beyond_the_head_waits_until_something_above_it_comes(
    store: MemoryEventStore, bus: EventBus
) -> None:
    seen: list[int] = []
    async with bus.subscribe(after=3) as batches:
        following = asyncio.create_task(follow(batches, seen))
        for _ in range(3):
            await append(store)
            await breathe()
        assert seen == []
        await append(store)
        await breathe()
        assert seen == [4]
    await following


async def test_a_batch_is_no_larger_than_was_asked_for(store: MemoryEventStore, bus: EventBus) -> None:
    await append(store, 5)
    async with bus.subscribe(limit=2) as batches:
        assert [len(await anext(batches)) for _ in range(3)] == [2, 2, 1]


async def test_every_subscriber_gets_every_event(store: MemoryEventStore, bus: EventBus) -> None:
    async with bus.subscribe(name="balances") as one, bus.subscribe(name="statement") as another:
        await append(store, 3)
        assert await take(one, 3) == [1, 2, 3]
        assert await take(another, 3) == [1, 2, 3]


async def test_who_comes_later_finds_all_of_it_at_once(store: MemoryEventStore, bus: EventBus) -> None:
    async with bus.subscribe() as early:
        await append(store, 3)
        await take(early, 3)
        async with bus.subscribe() as late:
            assert await take(late, 3) == [1, 2, 3]


@pytest.mark.parametrize("wrong", [{"after": -1}, {"limit": 0}])
def test_a_subscription_that_makes_no_sense_is_refused(bus: EventBus, wrong: dict[str, int]) -> None:
    with pytest.raises(InputError):
        bus.subscribe(**wrong)  # type: ignore[arg-type]


def test_a_bus_without_a_tail_is_refused(store: MemoryEventStore) -> None:
    with pytest.raises(InputError):
        EventBus(store, tail=0)


async def test_the_head_is_the_highest_position_that_the_bus_has_heard_of(
    store: MemoryEventStore, bus: EventBus
) -> None:
    assert bus.head == 0
    await append(store, 3)
    assert bus.head == 3
    bus.notify(2)
    assert bus.head == 3


# Slow subscribers, and what the tail is for


async def test_a_slow_subscriber_holds_nobody_up(store: MemoryEventStore, bus: EventBus) -> None:
    async with bus.subscribe(name="stuck") as stuck, bus.subscribe(name="quick") as quick:
        await append(store)
        assert await take(stuck, 1) == [1]
        for _ in range(48):
            await append(store)
            assert await take(quick, 1)
        assert await take(stuck, 48) == list(range(2, 50))


async def test_a_subscriber_that_never_waits_leaves_others_their_turn(
    store: MemoryEventStore, bus: EventBus
) -> None:
    await append(store, 100)
    turns: list[str] = []

    async def busy(name: str) -> None:
        async with bus.subscribe(limit=10) as batches:
            async for batch in batches:
                turns.append(name)
                if batch[-1].position == 100:
                    break

    await asyncio.gather(busy("a"), busy("b"))
    assert turns == ["a", "b"] * 10


async def test_recent_events_come_from_memory(clock: VirtualClock) -> None:
    store = CountedReads()
    seen: list[int] = []
    async with EventBus(store, clock=clock).subscribe() as batches:
        following = asyncio.create_task(follow(batches, seen))
        for _ in range(100):
            await append(store)
            await breathe(5)
    await following
    assert seen == list(range(1, 101))
    assert store.reads == []


async def test_a_false_alarm_costs_one_read(clock: VirtualClock) -> None:
    store = CountedReads()
    bus = EventBus(store, clock=clock)
    async with bus.subscribe() as batches:
        following = asyncio.create_task(follow(batches, []))
        bus.notify(1)
        await clock.advance(1.0)
    await following
    assert store.reads == [0]


async def test_what_has_left_the_memory_comes_from_the_store(clock: VirtualClock) -> None:
    store = CountedReads()
    bus = EventBus(store, clock=clock, tail=10)
    await append(store, 100)
    async with bus.subscribe(limit=50) as batches:
        assert await take(batches, 100) == list(range(1, 101))
    assert store.reads == [0, 50]
    async with bus.subscribe(after=90) as batches:
        assert await take(batches, 10) == list(range(91, 101))
    assert store.reads == [0, 50]


class WatchedEvent(StoredEvent, frozen=True, gc=True, weakref=True):
    """An event of which can be seen whether anybody still holds it."""


class Forgetful(MemoryEventStore):
    """Publishes events and keeps none, so that whatever is left of them the bus must be keeping."""

    def __init__(self) -> None:
        super().__init__(VirtualClock())
        self.held: weakref.WeakSet[WatchedEvent] = weakref.WeakSet()
        self._publish: list[Listener] = []

    def add_listener(self, listener: Listener) -> None:
        self._publish.append(listener)

    def publish(self, position: int) -> None:
        event = WatchedEvent(
            position, "wallet/moyin", position, None, "", "", 1, "{}", None, "", "", None, None, None, ""
        )
        self.held.add(event)
        for listener in self._publish:
            listener([event])


async def test_a_stuck_subscriber_costs_no_memory(clock: VirtualClock) -> None:
    store = Forgetful()
    bus = EventBus(store, clock=clock, tail=100)
    async with bus.subscribe(name="stuck"):
        for position in range(1, 5_001):
            store.publish(position)
        gc.collect()
        assert len(store.held) == 100


# Leaving and closing


async def test_a_bus_with_no_subscriber_does_nothing(store: MemoryEventStore, bus: EventBus) -> None:
    before = asyncio.all_tasks()
    async with bus.subscribe(), bus.subscribe():
        assert len(asyncio.all_tasks() - before) == 1
    assert asyncio.all_tasks() == before


async def test_a_subscriber_that_is_cancelled_leaves_nothing_behind(
    store: MemoryEventStore, bus: EventBus
) -> None:
    before = asyncio.all_tasks()

    async def subscriber() -> None:
        async with bus.subscribe() as batches:
            await follow(batches, [])

    task = asyncio.create_task(subscriber())
    await breathe()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.all_tasks() == before


async def test_a_wait_that_is_given_up_costs_no_event(store: MemoryEventStore, bus: EventBus) -> None:
    async with bus.subscribe() as batches:
        waiting = asyncio.ensure_future(take(batches, 1))
        await breathe()
        await append(store)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await take(batches, 1) == [1]


async def test_leaving_ends_the_iteration_wherever_it_goes_on(store: MemoryEventStore, bus: EventBus) -> None:
    seen: list[int] = []
    async with bus.subscribe() as batches:
        following = asyncio.create_task(follow(batches, seen))
        await append(store)
        await breathe()
    await following
    await append(store)
    assert seen == [1]


async def test_closing_the_bus_ends_every_iteration(store: MemoryEventStore, bus: EventBus) -> None:
    before = asyncio.all_tasks()
    seen: list[int] = []
    async with bus.subscribe() as one, bus.subscribe() as another:
        following = [asyncio.create_task(follow(batches, seen)) for batches in (one, another)]
        await breathe()
        await bus.close()
        await asyncio.gather(*following)
    await bus.close()
    assert asyncio.all_tasks() == before


async def test_a_subscription_to_a_closed_bus_ends_at_once(store: MemoryEventStore, bus: EventBus) -> None:
    await append(store)
    await bus.close()
    before = asyncio.all_tasks()
    async with bus.subscribe() as batches:
        assert [batch async for batch in batches] == []
        assert asyncio.all_tasks() == before
