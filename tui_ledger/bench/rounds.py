"""Running the cases of a benchmark in turns, and many callers at once."""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Mapping

from tui_ledger.bench.figures import Sample
from tui_ledger.bench.port import Progress

Case = Callable[[], Awaitable[Sample]]
"""Prepares what it needs, times one round, and removes it all again."""


async def in_rounds(cases: Mapping[str, Case], rounds: int, progress: Progress) -> dict[str, list[Sample]]:
    """Run each of `cases` once a round, so that whatever slows the machine down slows all of them."""
    samples: dict[str, list[Sample]] = {name: [] for name in cases}
    for number in range(1, rounds + 1):
        for name, case in cases.items():
            progress.step(f"round {number} of {rounds}: {name}")
            samples[name].append(await case())
    return samples


async def drive(
    callers: int, each: int, act: Callable[[int, int], Awaitable[object]], timer: Callable[[], float]
) -> Sample:
    """Let `callers` act at once, each `each` times, one after the other.

    Args:
        act: Called with the number of the caller, from 0, and of its turn, from 0.
    """
    latencies: list[float] = []

    async def call(caller: int) -> None:
        for turn in range(each):
            began = timer()
            await act(caller, turn)
            latencies.append(timer() - began)

    gc.collect()
    began = timer()
    await asyncio.gather(*map(call, range(callers)))
    return Sample(timer() - began, callers * each, latencies)


def drive_alone(count: int, act: Callable[[int], object], timer: Callable[[], float]) -> Sample:
    """Let one caller act `count` times without an event loop: as fast as that can be."""
    latencies: list[float] = []
    gc.collect()
    began = timer()
    for turn in range(count):
        before = timer()
        act(turn)
        latencies.append(timer() - before)
    return Sample(timer() - began, count, latencies)
