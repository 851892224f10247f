"""The benchmark `view`: a view that is added to a ledger with a long history."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tui_ledger.bench.figures import Aim, Sample, latency_figure
from tui_ledger.bench.history import decade_at
from tui_ledger.bench.port import Progress, Report, Setup
from tui_ledger.bench.projecting import check_projected, frozen, longest_pause, projecting
from tui_ledger.query_side.views.spending import Spending

_EVENTS: Final = 1_000_000
_WALLETS: Final = 1000


class ViewBench:
    """`spending`, filled from the first event on, and for how long nothing else can happen meanwhile."""

    name = "view"
    title = "the view spending, added to a ledger with a long history"

    async def run(self, setup: Setup, progress: Progress) -> Report:
        """See `Bench.run`."""
        wanted = setup.events or _EVENTS
        progress.expect(1 + setup.rounds)
        filled, pauses = [], []
        with TemporaryDirectory(prefix="tui-ledger-bench-", dir=setup.folder) as folder:
            path = Path(folder) / "ledger"
            progress.step(f"making a log of {wanted:,} events")
            count = await decade_at(path, _WALLETS, wanted)
            for number in range(1, setup.rounds + 1):
                progress.step(f"round {number} of {setup.rounds}")
                seconds, pause = await _fill(path, count, setup)
                filled.append(Sample(seconds, count, (seconds,)))
                pauses.append(Sample(seconds, count, (pause,)))
        return Report(
            [
                latency_figure(self.name, f"{count:,} events", filled, {}, (Aim("p50_ms", at_most=2000),)),
                latency_figure(
                    self.name, "longest pause of the event loop", pauses, {}, (Aim("p50_ms", at_most=16),)
                ),
            ]
        )


async def _fill(path: Path, count: int, setup: Setup) -> tuple[float, float]:
    """Seconds until the view is at the head, and the longest pause meanwhile."""
    async with projecting(path, Spending()) as (projection, store):

        async def leap() -> None:
            while projection.state.checkpoint < count and projection.state.failed_at is None:
                await projection.leap(store, count)

        with frozen():
            began = setup.timer()
            pause = await longest_pause(asyncio.create_task(leap()), setup)
            seconds = setup.timer() - began
        check_projected(projection, count)
    return seconds, pause
