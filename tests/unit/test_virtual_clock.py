"""The clock that the tests turn by hand."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tui_ledger.testing import VirtualClock, breathe
from tui_ledger.testing.clock import START


async def note(clock: VirtualClock, seconds: float, moments: list[float]) -> None:
    await clock.sleep(seconds)
    moments.append(clock.monotonic())


async def test_time_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock()
    moments: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(note(clock, 0.001, moments))
        await breathe()
        assert (clock.now(), clock.monotonic(), moments) == (START, 0.0, [])
        await clock.advance(0.001)
    assert moments == [0.001]


async def test_the_time_of_day_moves_with_it() -> None:
    clock = VirtualClock(datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC))
    await clock.advance(1.001)
    assert clock.now() == datetime(2026, 3, 1, 0, 0, 0, 1_000, tzinfo=UTC)


def test_it_starts_at_a_moment_that_is_the_same_everywhere() -> None:
    morning_in_tokyo = datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    assert VirtualClock(morning_in_tokyo).now().isoformat() == "2026-01-01T00:00:00+00:00"
    with pytest.raises(ValueError, match="with a time zone"):
        VirtualClock(morning_in_tokyo.replace(tzinfo=None))


async def test_sleepers_wake_in_order_and_each_sees_its_own_moment() -> None:
    clock = VirtualClock()
    moments: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        for seconds in (3.0, 1.0, 2.0):
            tasks.create_task(note(clock, seconds, moments))
        await clock.advance(10.0)
    assert moments == [1.0, 2.0, 3.0]
    assert clock.now() == START + timedelta(seconds=10)


async def test_those_who_sleep_until_the_same_moment_wake_in_the_order_in_which_they_lay_down() -> None:
    clock = VirtualClock()
    woken: list[str] = []

    async def sleeper(name: str) -> None:
        await clock.sleep(1.0)
        woken.append(name)

    async with asyncio.TaskGroup() as tasks:
        for name in "abc":
            tasks.create_task(sleeper(name))
        await clock.advance(1.0)
    assert woken == ["a", "b", "c"]


async def test_who_sleeps_again_and_again_wakes_as_often_as_the_time_has_room_for() -> None:
    clock = VirtualClock()
    ticks = 0

    async def ticker() -> None:
        nonlocal ticks
        while True:
            await clock.sleep(0.05)
            ticks += 1

    task = asyncio.create_task(ticker())
    await clock.advance(1.0)
    task.cancel()
    assert ticks == 20


async def test_a_sleeper_that_was_cancelled_is_no_trouble() -> None:
    clock = VirtualClock()
    moments: list[float] = []
    task = asyncio.create_task(note(clock, 1.0, moments))
    await breathe()
    task.cancel()
    await clock.advance(2.0)
    assert task.cancelled()
    assert moments == []


async def test_two_who_advance_it_at_once_take_turns() -> None:
    clock = VirtualClock()
    moments: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        for seconds in (0.5, 5.0):
            tasks.create_task(note(clock, seconds, moments))
        await breathe()
        tasks.create_task(clock.advance(10.0))
        await clock.advance(1.0)
    assert moments == [0.5, 5.0]
    assert clock.monotonic() == 11.0


async def test_it_can_be_advanced_to_the_next_wake_up_and_no_further() -> None:
    clock = VirtualClock()
    moments: list[float] = []
    tasks = [asyncio.create_task(note(clock, seconds, moments)) for seconds in (3.0, 2.0, 1.0)]
    await breathe()
    tasks.pop().cancel()
    await clock.advance_to_next_wake_up()
    assert (moments, clock.monotonic()) == ([2.0], 2.0)
    await clock.advance_to_next_wake_up()
    assert (moments, clock.monotonic()) == ([2.0, 3.0], 3.0)


async def test_the_next_wake_up_may_be_that_of_someone_who_is_about_to_lie_down() -> None:
    clock = VirtualClock()
    moments: list[float] = []
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(note(clock, 2.0, moments))
        await breathe()
        tasks.create_task(note(clock, 1.0, moments))
        await clock.advance_to_next_wake_up()
        assert (moments, clock.monotonic()) == ([1.0], 1.0)
        await clock.advance_to_next_wake_up()


async def test_no_time_passes_until_a_next_wake_up_where_nobody_sleeps() -> None:
    clock = VirtualClock()
    await clock.advance_to_next_wake_up()
    assert clock.monotonic() == 0.0


async def test_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="does not go back"):
        await VirtualClock().advance(-1.0)


async def test_no_time_to_sleep_only_gives_way() -> None:
    clock = VirtualClock()
    await clock.sleep(0)
    assert clock.monotonic() == 0.0


async def test_in_a_leap_everyone_wakes_at_its_end_and_in_order() -> None:
    clock = VirtualClock()
    moments: list[float] = []
    sleepers = [asyncio.create_task(note(clock, seconds, moments)) for seconds in (3, 1, 9)]
    await breathe()
    await clock.leap(5)
    await breathe()
    assert moments == [5, 5]
    assert clock.monotonic() == 5
    await clock.leap(4)
    await asyncio.gather(*sleepers)
    assert moments == [5, 5, 9]


async def test_a_leap_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="time does not go back"):
        await VirtualClock().leap(-1)


async def test_it_tells_how_long_it_is_until_the_next_wake_up() -> None:
    clock = VirtualClock()
    assert clock.until_next_wake_up() == 0
    gone, later = (asyncio.create_task(clock.sleep(seconds)) for seconds in (1, 2.5))
    await breathe()
    assert clock.until_next_wake_up() == 1
    gone.cancel()
    await breathe()
    assert clock.until_next_wake_up() == 2.5
    await clock.advance(2.5)
    await later
