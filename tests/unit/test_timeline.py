"""A time line: when a position was reached, and an honest None where that is not known."""

import pytest

from tui_ledger.testing import VirtualClock
from tui_ledger.timeline import KEPT, Timeline


async def test_a_position_was_reached_when_it_was_first_passed(clock: VirtualClock) -> None:
    timeline = Timeline(clock)
    for position, seconds in ((2, 1.5), (3, 0.25), (7, 0.25)):
        await clock.advance(seconds)
        timeline.reach(position)
    moments = [timeline.when(position) for position in range(1, 9)]
    assert moments == [1.5, 1.5, 1.75, 2.0, 2.0, 2.0, 2.0, None]


async def test_what_is_said_twice_or_late_changes_nothing(clock: VirtualClock) -> None:
    timeline = Timeline(clock, kept=1)
    timeline.reach(5)
    await clock.advance(1)
    for position in (5, 3, 0):
        timeline.reach(position)
    assert [timeline.when(position) for position in (1, 3, 5, 6)] == [0.0, 0.0, 0.0, None]


async def test_what_was_reached_before_or_elsewhere_is_not_known(clock: VirtualClock) -> None:
    timeline = Timeline(clock)
    timeline.begin(100)
    timeline.reach(101)
    timeline.begin(101)  # nothing happened elsewhere
    timeline.begin(200)
    await clock.advance(1)
    timeline.reach(201)
    known = {position: timeline.when(position) for position in (1, 100, 101, 102, 200, 201, 202)}
    assert known == {1: None, 100: None, 101: 0.0, 102: None, 200: None, 201: 1.0, 202: None}


async def test_after_a_step_back_only_what_comes_then_counts(clock: VirtualClock) -> None:
    timeline = Timeline(clock)
    timeline.reach(10)
    timeline.begin(4)
    assert timeline.when(10) is None
    await clock.advance(1)
    timeline.reach(10)
    assert [timeline.when(position) for position in (4, 5, 10)] == [None, 1.0, 1.0]


@pytest.mark.parametrize("kept", [1, 3, KEPT])
def test_the_last_moments_are_kept_and_not_one_more(clock: VirtualClock, kept: int) -> None:
    timeline = Timeline(clock, kept)
    for position in range(1, kept + 6):
        timeline.reach(position)
    known = [position for position in range(kept + 10) if timeline.when(position) is not None]
    assert known == list(range(6, kept + 6))


def test_ten_thousand_moments_are_kept() -> None:
    assert KEPT == 10_000
