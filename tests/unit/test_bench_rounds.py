"""How the benchmarks take turns and time."""

import asyncio
from collections.abc import Callable
from functools import partial

from tui_ledger.bench.figures import Sample
from tui_ledger.bench.rounds import drive, drive_alone, in_rounds


class _Steps:
    """Remembers how far a benchmark said that it was."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def expect(self, steps: int) -> None:
        self.said.append(f"{steps} steps")

    def step(self, doing: str) -> None:
        self.said.append(doing)


class _Timer:
    """A second goes by with each look at it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


async def test_the_cases_take_turns_in_each_round() -> None:
    order: list[str] = []
    steps = _Steps()

    async def case(name: str) -> Sample:
        order.append(name)
        return Sample(len(order), 1)

    samples = await in_rounds({name: partial(case, name) for name in "ab"}, 2, steps)

    assert order == ["a", "b", "a", "b"]
    assert [sample.seconds for sample in samples["b"]] == [2, 4]
    assert steps.said == ["round 1 of 2: a", "round 1 of 2: b", "round 2 of 2: a", "round 2 of 2: b"]


async def test_callers_act_at_once_and_each_waits_for_its_own_turn() -> None:
    under_way: set[int] = set()
    seen: list[tuple[int, int, int]] = []

    async def act(caller: int, turn: int) -> None:
        assert caller not in under_way
        under_way.add(caller)
        await asyncio.sleep(0)
        seen.append((turn, caller, len(under_way)))
        under_way.remove(caller)

    sample = await drive(3, 2, act, _Timer())

    assert sorted((turn, caller) for turn, caller, _ in seen) == [(t, c) for t in (0, 1) for c in (0, 1, 2)]
    assert max(others for _, _, others in seen) == 3
    assert (sample.events, len(sample.latencies)) == (6, 6)


async def test_the_timed_part_begins_before_the_first_caller_and_ends_after_the_last() -> None:
    async def act(caller: int, turn: int) -> None:
        pass

    alone = await drive(1, 3, act, _Timer())

    assert (alone.seconds, alone.latencies) == (7, [1, 1, 1])


def test_one_caller_without_a_loop_is_timed_in_the_same_way() -> None:
    turns: list[int] = []
    act: Callable[[int], object] = turns.append

    sample = drive_alone(3, act, _Timer())

    assert turns == [0, 1, 2]
    assert (sample.seconds, sample.events, sample.latencies) == (7, 3, [1, 1, 1])
