"""The benchmark `hot`: what a long history costs a wallet's next command."""

import gc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from tui_ledger.bench.figures import Aim, Sample, latency_figure
from tui_ledger.bench.history import deposit, fill, one_busy_wallet, open_wallet, purchase
from tui_ledger.bench.pipeline import execute
from tui_ledger.bench.port import Progress, Report, Setup
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.ledger_folder import LedgerFolder

HISTORY: Final = 18_615
"""The events of the hot wallet: more than five a day for ten years."""

_COMMANDS: Final = 200
_HOT: Final = "hot"


class HotBench:
    """A purchase by a wallet that has bought 18,613 times, and one by a wallet that is new."""

    name = "hot"
    title = f"a command on a wallet of {HISTORY:,} events, against a fresh wallet"

    async def run(self, setup: Setup, progress: Progress) -> Report:
        """See `Bench.run`."""
        progress.expect(1 + setup.rounds)
        warm, cold = _Pairs([], []), _Pairs([], [])
        with TemporaryDirectory(prefix="tui-ledger-bench-", dir=setup.folder) as folder:
            progress.step(f"making a wallet of {HISTORY:,} events")
            path = Path(folder) / "ledger"
            create_ledger(path)
            async with open_store(LedgerFolder(path).log) as store:
                await fill(store, one_busy_wallet(_HOT, HISTORY))
            for number in range(1, setup.rounds + 1):
                progress.step(f"round {number} of {setup.rounds}")
                fresh = f"fresh-{number}"
                await _prepare(path, fresh)
                cold.hot.append(await _first_command(path, _HOT, setup))
                cold.fresh.append(await _first_command(path, fresh, setup))
                await _alternate(path, fresh, warm, setup)
        aims = (Aim("fresh", at_most=1.2),)
        return Report(
            [
                latency_figure(self.name, "fresh wallet", warm.fresh, {}),
                latency_figure(self.name, "hot wallet", warm.hot, {"fresh": warm.fresh}, aims),
                latency_figure(self.name, "fresh wallet, first command after opening", cold.fresh, {}),
                latency_figure(
                    self.name, "hot wallet, first command after opening", cold.hot, {"fresh": cold.fresh}
                ),
            ]
        )


class _Pairs(msgspec.Struct, frozen=True):
    """The samples of each round, of both wallets."""

    hot: list[Sample]
    fresh: list[Sample]


async def _prepare(path: Path, wallet: str) -> None:
    async with Ledger.open(path, run_views=False) as ledger:
        await execute(ledger, open_wallet(wallet))
        await execute(ledger, deposit(wallet, 100_000_000))


async def _first_command(path: Path, wallet: str, setup: Setup) -> Sample:
    """The first command after the ledger was opened: it has to read the wallet's history."""
    gc.collect()
    async with Ledger.open(path, run_views=False) as ledger:
        seconds = await _time(ledger, wallet, setup)
    return Sample(seconds, 1, (seconds,))


async def _alternate(path: Path, fresh: str, into: _Pairs, setup: Setup) -> None:
    """Commands on both wallets in turns, in a ledger that has loaded both."""
    waits: dict[str, list[float]] = {_HOT: [], fresh: []}
    count = setup.events or _COMMANDS
    async with Ledger.open(path, run_views=False) as ledger:
        for wallet in waits:
            await execute(ledger, purchase(wallet))
        gc.collect()
        for _ in range(count):
            for wallet, taken in waits.items():
                taken.append(await _time(ledger, wallet, setup))
    into.hot.append(Sample(sum(waits[_HOT]), count, waits[_HOT]))
    into.fresh.append(Sample(sum(waits[fresh]), count, waits[fresh]))


async def _time(ledger: Ledger, wallet: str, setup: Setup) -> float:
    began = setup.timer()
    await execute(ledger, purchase(wallet))
    return setup.timer() - began
