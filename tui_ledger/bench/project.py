"""The benchmark `project`: what a batch saves, when its documents and the checkpoint are one commit."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tui_ledger.bench.figures import Aim, Sample, rate_figure
from tui_ledger.bench.history import decade_at
from tui_ledger.bench.port import Progress, Report, Setup
from tui_ledger.bench.projecting import check_projected, frozen, projecting
from tui_ledger.bench.rounds import Case, in_rounds
from tui_ledger.query_side.views.balances import Balances

_EVENTS: Final = 50_000
_WALLETS: Final = 100
_SINGLE_PART: Final = 20  # events one by one are so slow that this part of them is enough

_SINGLE: Final = "batches of 1"
_BATCHES: Final = "batches of 1,000"
_LEAPS: Final = "in leaps"


class ProjectBench:
    """The view `balances`, in a file of its own, in batches of a thousand and one event at a time."""

    name = "project"
    title = "events into the documents of a view, each batch with its checkpoint in one commit"

    async def run(self, setup: Setup, progress: Progress) -> Report:
        """See `Bench.run`."""
        wanted = setup.events or _EVENTS
        with TemporaryDirectory(prefix="tui-ledger-bench-", dir=setup.folder) as folder:
            path = Path(folder) / "ledger"
            cases: dict[str, Case] = {
                _SINGLE: lambda: _in_batches(path, 1, max(wanted // _SINGLE_PART, 1), setup),
                _BATCHES: lambda: _in_batches(path, 1000, wanted, setup),
                _LEAPS: lambda: _in_leaps(path, wanted, setup),
            }
            progress.expect(1 + setup.rounds * len(cases))
            progress.step(f"making a log of {wanted:,} events")
            await decade_at(path, _WALLETS, wanted)
            samples = await in_rounds(cases, setup.rounds, progress)
        bases = {"single": samples[_SINGLE]}
        aims = {_BATCHES: (Aim("single", at_least=15),)}
        return Report(
            [
                rate_figure(self.name, case, taken, bases, aims.get(case, ()))
                for case, taken in samples.items()
            ]
        )


async def _in_batches(path: Path, size: int, count: int, setup: Setup) -> Sample:
    async with projecting(path, Balances()) as (projection, store):
        batches = [await store.read(after, min(size, count - after)) for after in range(0, count, size)]
        with frozen():
            began = setup.timer()
            for batch in batches:
                await projection.apply(batch)
            seconds = setup.timer() - began
        check_projected(projection, count)
    return Sample(seconds, count)


async def _in_leaps(path: Path, count: int, setup: Setup) -> Sample:
    """With reading, as a worker does it that is far behind."""
    async with projecting(path, Balances()) as (projection, store):
        with frozen():
            began = setup.timer()
            while projection.state.checkpoint < count and projection.state.failed_at is None:
                await projection.leap(store, count)
            seconds = setup.timer() - began
        check_projected(projection, count)
    return Sample(seconds, count)
