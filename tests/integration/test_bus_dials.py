"""The bus's fault dials: each does what it says, exactly, and none of them harms anybody."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tui_ledger.clock import GLANCE
from tui_ledger.errors import InputError
from tui_ledger.event_bus import EventBus
from tui_ledger.event_bus.faults import ROOM, BusFaults, FaultCounts
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import Append, Expected, Listener, NewEvent, StoredEvent
from tui_ledger.testing import CountingIds, VirtualClock
from tui_ledger.testing.clock import breathe

pytestmark = pytest.mark.timeout(10)

Arrivals = list[tuple[float, int]]
"""At which second, and up to which position."""


class Shared(MemoryEventStore):
    """A log to which another process appends while `elsewhere`: nobody here is told."""

    elsewhere = False

    def add_listener(self, listener: Listener) -> None:
        super().add_listener(lambda events: None if self.elsewhere else listener(events))


class Post:
    """A log, a bus with dials over it, and time."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.store = Shared(self.clock)
        self.bus = EventBus(self.store, clock=self.clock)
        self.faults = self.bus.faults
        self._new_id = CountingIds()

    async def append(self, count: int = 1) -> None:
        """Append `count` events, each by itself."""
        for _ in range(count):
            event = NewEvent(self._new_id(), "MoneyDeposited", 1, "{}", "2026-01-01T00:00:00.000000Z")
            await self.store.append(Append(stream="wallet/moyin", expected=Expected.ANY, events=(event,)))

    @asynccontextmanager
    async def subscriber(self, after: int = 0) -> AsyncIterator[Arrivals]:
        """What somebody gets who reads at once: when each batch came, and where it ended."""
        arrivals: Arrivals = []

        async def follow() -> None:
            at = after
            async with self.bus.subscribe(after=after) as batches:
                async for batch in batches:
                    assert [event.position for event in batch] == [*range(at + 1, at + 1 + len(batch))]
                    at = batch[-1].position
                    arrivals.append((self.clock.monotonic(), at))

        following = asyncio.create_task(follow())
        await breathe()
        try:
            yield arrivals
        finally:
            following.cancel()
            await asyncio.wait({following})


@pytest.fixture
def post() -> Post:
    return Post()


# The dials


async def test_dials_are_off_at_first_and_then_nothing_is_counted(post: Post) -> None:
    async with post.subscriber() as arrivals:
        await post.append(2)
        await breathe()
    assert arrivals == [(0.0, 2)]
    assert not post.faults.on
    assert post.faults.counts == FaultCounts()


@pytest.mark.parametrize(
    ("dial", "value"),
    [
        *(("delay", value) for value in (-0.1, 5.1, float("nan"), float("inf"))),
        *(("jitter", value) for value in (-1.0, 60.0)),
        *((dial, value) for dial in ("double", "drop", "reorder") for value in (-0.01, 1.01)),
    ],
)
def test_a_dial_stays_where_it_is_when_it_is_set_to_nonsense(post: Post, dial: str, value: float) -> None:
    setattr(post.faults, dial, 0.5)
    sentence = rf"The bus's dial {dial} goes from 0 to \d.*, and not to {value:g}\."
    with pytest.raises(InputError, match=sentence):
        setattr(post.faults, dial, value)
    assert getattr(post.faults, dial) == 0.5


async def test_a_delay_is_exact_for_each_announcement(post: Post) -> None:
    post.faults.delay = 2.0
    async with post.subscriber() as arrivals:
        for _ in range(3):
            await post.append()
            await post.clock.advance(0.5)
        assert post.bus.head == 3
        await post.clock.advance(0.499)
        assert arrivals == []
        await post.clock.advance(2.0)
    assert arrivals == [(2.0, 1), (2.5, 2), (3.0, 3)]
    assert post.faults.counts == FaultCounts(announced=3, delayed=3)


async def test_what_another_process_appends_is_late_too(post: Post) -> None:
    post.faults.delay = 2.0
    async with post.subscriber() as arrivals:
        post.store.elsewhere = True
        await post.append()
        await post.clock.advance(3.0)
    assert arrivals == [(2 + GLANCE, 1)]
    assert post.faults.counts == FaultCounts(found=1)


async def test_jitter_makes_each_late_by_another_time_and_lets_them_overtake_one_another(post: Post) -> None:
    post.faults.jitter = 1.0
    async with post.subscriber() as arrivals:
        for _ in range(20):
            await post.append()
            await post.clock.advance(0.1)
        await post.clock.advance(1.0)
    late = [moment - (position - 1) / 10 for moment, position in arrivals]
    assert all(0 < seconds < 1 for seconds in late)
    assert max(late) - min(late) > 0.3
    counts = post.faults.counts
    assert (counts.announced, counts.delayed, arrivals[-1][1]) == (20, 20, 20)
    assert counts.reordered == counts.ignored == 20 - len(arrivals) > 0


async def test_a_double_arrives_twice_and_takes_effect_once(post: Post) -> None:
    post.faults.double = 1.0
    async with post.subscriber() as arrivals:
        for _ in range(3):
            await post.append()
            await breathe()
    assert arrivals == [(0.0, 1), (0.0, 2), (0.0, 3)]
    assert post.faults.counts == FaultCounts(announced=3, doubled=3, ignored=3)


async def test_what_is_dropped_is_found_by_the_look_at_the_store_within_100_ms(post: Post) -> None:
    post.faults.drop = 1.0
    async with post.subscriber() as arrivals:
        for _ in range(3):
            await post.append()
        await breathe()
        assert arrivals == []
        await post.clock.advance(0.1)
    assert arrivals == [(GLANCE, 3)]
    assert post.faults.counts == FaultCounts(announced=3, dropped=3, found=1)


async def test_what_is_dropped_is_not_at_hand_either_but_in_the_store_only(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[int] = []
    read = post.store.read

    async def counted(after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        reads.append(after)
        return await read(after, limit)

    monkeypatch.setattr(post.store, "read", counted)
    async with post.subscriber():
        post.faults.double = 1.0
        await post.append()
        await post.clock.advance(0.1)
        assert reads == []
        post.faults.drop = 1.0
        await post.append()
        await post.clock.advance(0.1)
        assert reads == [1]


async def test_what_is_dropped_while_there_is_a_delay_is_found_and_late(post: Post) -> None:
    post.faults.drop, post.faults.delay = 1.0, 1.0
    async with post.subscriber() as arrivals:
        await post.append()
        await post.clock.advance(2.0)
    assert arrivals == [(1 + GLANCE, 1)]


async def test_a_reordered_announcement_arrives_after_the_next_one_and_says_nothing_new(post: Post) -> None:
    post.faults.reorder = 1.0
    async with post.subscriber() as arrivals:
        await post.append()
        await post.clock.advance(0.5)
        assert arrivals == []
        await post.append()
        await breathe()
        assert arrivals == [(0.5, 2)]
        assert post.faults.counts == FaultCounts(announced=2, reordered=1, ignored=1)


async def test_reordering_and_a_delay_go_together(post: Post) -> None:
    post.faults.reorder, post.faults.delay = 1.0, 2.0
    async with post.subscriber() as arrivals:
        await post.append()
        await post.clock.advance(0.25)
        await post.append()
        await post.clock.advance(3.0)
    assert arrivals == [(2.25, 2)]
    assert post.faults.counts == FaultCounts(announced=2, delayed=2, reordered=1, ignored=1)


async def test_an_announcement_that_nothing_overtakes_arrives_after_a_second(post: Post) -> None:
    post.faults.reorder = 1.0
    async with post.subscriber() as arrivals:
        await post.append()
        await post.clock.advance(1.5)
        await post.append()
        await post.clock.advance(1.5)
    assert arrivals == [(1.0, 1), (2.5, 2)]
    assert post.faults.counts == FaultCounts(announced=2)


async def test_who_subscribes_meanwhile_hears_no_sooner(post: Post) -> None:
    await post.append()
    post.faults.delay = 1.0
    async with post.subscriber() as first:
        await post.append()
        await post.clock.advance(0.5)
        async with post.subscriber() as second:
            await post.clock.advance(1.0)
    assert first == [(0.0, 1), (1.0, 2)]
    assert second == [(0.5, 1), (1.0, 2)]


async def test_to_say_once_more_what_is_known_passes_no_dial(post: Post) -> None:
    post.faults.drop = post.faults.double = 1.0
    async with post.subscriber() as arrivals:
        post.bus.notify(3)
        assert post.faults.counts == FaultCounts(announced=1, dropped=1)
        await post.append(3)
        post.bus.notify(3)
        await breathe()
    assert arrivals == [(0.0, 3)]


async def test_a_position_that_never_comes_does_not_keep_others_from_being_found(post: Post) -> None:
    post.faults.double = 1.0
    post.bus.notify(1000)
    post.faults.drop = 1.0
    async with post.subscriber() as arrivals:
        await post.append()
        await post.clock.advance(0.1)
    assert arrivals == [(GLANCE, 1)]


# By seed


async def fate(seed: int, turn: Callable[[BusFaults], None]) -> tuple[FaultCounts, Arrivals]:
    """What becomes of a hundred announcements."""
    post = Post()
    post.faults.seed = seed
    turn(post.faults)
    async with post.subscriber() as arrivals:
        for _ in range(100):
            await post.append()
            await post.clock.advance(0.01)
        await post.clock.advance(2.0)
        return post.faults.counts, arrivals


def half_of_everything(faults: BusFaults) -> None:
    faults.drop = faults.double = faults.reorder = faults.jitter = 0.5


async def test_the_same_seed_makes_the_same_faults_and_another_one_others() -> None:
    first = await fate(7, half_of_everything)
    assert await fate(7, half_of_everything) == first
    assert await fate(8, half_of_everything) != first


async def test_a_seed_that_is_set_again_begins_from_the_start(post: Post) -> None:
    post.faults.drop = 0.5
    dropped = []
    for _ in range(2):
        post.faults.seed = 3
        before = post.faults.counts.dropped
        await post.append(100)
        dropped.append(post.faults.counts.dropped - before)
    assert dropped[0] == dropped[1] > 30


async def test_a_dial_does_not_change_what_another_one_does() -> None:
    def drop(faults: BusFaults) -> None:
        faults.drop = 0.5

    def drop_and_more(faults: BusFaults) -> None:
        faults.drop = faults.double = faults.reorder = 0.5
        faults.delay = 0.1

    alone, _ = await fate(1, drop)
    among_others, _ = await fate(1, drop_and_more)
    assert alone.dropped == among_others.dropped
    assert 30 < alone.dropped < 70


async def test_a_probability_is_how_often() -> None:
    counts, _ = await fate(1, half_of_everything)
    kept = counts.announced - counts.dropped
    assert counts.announced == 100
    assert 0.3 * kept < counts.doubled < 0.7 * kept


# Turning them off, leaving and closing


def turn_all_off_one_by_one(faults: BusFaults) -> None:
    faults.drop = faults.delay = faults.reorder = 0.0


@pytest.mark.parametrize("turn_off", [BusFaults.reset, turn_all_off_one_by_one])
async def test_once_all_are_off_what_was_held_back_arrives_at_once(
    post: Post, turn_off: Callable[[BusFaults], None]
) -> None:
    post.faults.delay, post.faults.reorder = 5.0, 1.0
    async with post.subscriber() as arrivals:
        await post.append(3)
        await post.clock.advance(1.0)
        turn_off(post.faults)
        assert not post.faults.on
        await breathe()
        assert arrivals == [(1.0, 3)]
        await post.append()
        await breathe()
        assert arrivals == [(1.0, 3), (1.0, 4)]


async def test_a_reset_leaves_seed_and_counts(post: Post) -> None:
    post.faults.seed, post.faults.drop = 9, 1.0
    await post.append()
    post.faults.reset()
    assert (post.faults.seed, post.faults.drop, post.faults.counts.dropped) == (9, 0.0, 1)


async def test_counts_are_a_copy(post: Post) -> None:
    post.faults.counts.dropped = 1000
    assert post.faults.counts == FaultCounts()


async def test_a_shorter_delay_lets_later_announcements_overtake_earlier_ones(post: Post) -> None:
    post.faults.delay = 4.0
    async with post.subscriber() as arrivals:
        await post.append()
        post.faults.delay = 1.0
        await post.append()
        await post.clock.advance(5.0)
    assert arrivals == [(1.0, 2)]
    assert post.faults.counts.reordered == 1


async def test_when_nobody_listens_there_is_no_task_and_nothing_is_forgotten(post: Post) -> None:
    before = asyncio.all_tasks()
    post.faults.delay = 1.0
    async with post.subscriber():
        await post.append()
        await breathe()
        assert len(asyncio.all_tasks() - before) == 3  # the subscriber, the look at the store, the alarm
    assert asyncio.all_tasks() == before
    await post.append()
    await post.clock.advance(2.0)
    assert asyncio.all_tasks() == before
    async with post.subscriber() as arrivals:
        await post.clock.advance(0.01)
    assert arrivals == [(2.0, 2)]


async def test_who_comes_while_the_last_one_is_leaving_still_hears_of_what_is_late(post: Post) -> None:
    async def stay() -> None:
        async with post.bus.subscribe():
            await asyncio.Event().wait()

    post.faults.delay = 1.0
    last = asyncio.create_task(stay())
    await breathe()
    await post.append()
    last.cancel()
    await asyncio.sleep(0)  # the bus is just waiting for its tasks to end
    assert not last.done()
    async with post.subscriber() as arrivals:
        await post.clock.advance(2.0)
    assert arrivals == [(1.0, 1)]


async def test_a_closed_bus_leaves_no_task_whatever_is_on_its_way(post: Post) -> None:
    before = asyncio.all_tasks()
    post.faults.delay, post.faults.jitter = 2.0, 2.0
    async with post.bus.subscribe():
        await post.append(20)
        await post.bus.close()
        assert asyncio.all_tasks() == before
        await post.append()
        post.faults.reset()
        assert asyncio.all_tasks() == before


async def test_what_is_on_its_way_is_bounded(post: Post) -> None:
    heard: list[int] = []

    def hear(position: int) -> bool:
        heard.append(position)
        return True

    faults = BusFaults(hear, post.clock)
    faults.delay = 5.0
    for position in range(1, ROOM + 11):
        faults.announce(position)
    assert heard == list(range(1, 11))
