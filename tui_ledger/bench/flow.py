"""The benchmarks `flow` and `latency`: from a command to the views that show it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tui_ledger.bench.figures import Aim, Sample, latency_figure, rate_figure
from tui_ledger.bench.history import deposit, open_wallet, purchase, wallet_names
from tui_ledger.bench.pipeline import execute
from tui_ledger.bench.port import Progress, Report, Setup
from tui_ledger.bench.projecting import frozen
from tui_ledger.bench.rounds import drive, in_rounds
from tui_ledger.domain.commands import Command
from tui_ledger.errors import LedgerError
from tui_ledger.ledger import Ledger

_VIEWS: Final = ("balances", "statement", "spending", "top_items")
_CALLERS: Final = 100
_EVENTS: Final = 20_000
_ALONE: Final = 500
_SEEN: Final = 10_000  # of how many of the last events the ledger keeps when they were applied


class FlowBench:
    """Callers that buy and are paid, against the same with no view that runs."""

    name = "flow"
    title = f"{_CALLERS} callers, and {len(_VIEWS)} views in files of their own that keep up with them"

    async def run(self, setup: Setup, progress: Progress) -> Report:
        """See `Bench.run`."""
        each = max((setup.events or _EVENTS) // _CALLERS, 1)
        cases = {
            "no view": lambda: _flow(setup, _CALLERS, each, ()),
            "1 view, balances": lambda: _flow(setup, _CALLERS, each, _VIEWS[:1]),
            f"{len(_VIEWS)} views": lambda: _flow(setup, _CALLERS, each, _VIEWS),
        }
        progress.expect(setup.rounds * len(cases))
        samples = await in_rounds(cases, setup.rounds, progress)
        alone, _, _ = samples.values()
        aims = {list(cases)[-1]: (Aim("events_per_s", at_least=33_000), Aim("p99_ms", at_most=20))}
        return Report(
            [
                rate_figure(self.name, case, taken, {"no view": alone}, aims.get(case, ()))
                for case, taken in samples.items()
            ],
            ["The waits are from when a command comes in until every view has applied its event."],
        )


class LatencyBench:
    """One command at a time, with nothing else going on."""

    name = "latency"
    title = f"one event on an idle ledger: from accepted to applied in {len(_VIEWS)} views"

    async def run(self, setup: Setup, progress: Progress) -> Report:
        """See `Bench.run`."""
        count = min(setup.events or _ALONE, _SEEN)
        case = "accepted to applied in all views"
        progress.expect(setup.rounds)
        samples = await in_rounds({case: lambda: _alone(setup, count)}, setup.rounds, progress)
        return Report([latency_figure(self.name, case, samples[case], {}, (Aim("p99_ms", at_most=5),))])


async def _flow(setup: Setup, callers: int, each: int, views: tuple[str, ...]) -> Sample:
    """Events until the views have applied the last of them, and how long each was on its way."""
    wallets = wallet_names(callers)
    with TemporaryDirectory(prefix="tui-ledger-bench-", dir=setup.folder) as folder:
        async with Ledger.open(Path(folder) / "ledger", create=True, views=views) as ledger:
            for make in (open_wallet, lambda wallet: deposit(wallet, 100_000_000)):
                await _all(ledger, make, wallets)
            await ledger.settle()
            with frozen():
                before, began = (await ledger.head()).position, setup.timer()
                sample = await drive(
                    callers,
                    each,
                    lambda caller, turn: ledger.execute(_next(wallets[caller], turn)),
                    setup.timer,
                )
                await ledger.settle()
                seconds = setup.timer() - began
            head = (await ledger.head()).position
            if head - before != sample.events:
                raise LedgerError("A command was refused, so this is no measurement.")
            first = max(before, head - _SEEN) + 1
            waits = _waits(ledger, range(first, head + 1)) if views else sample.latencies
    return Sample(seconds, sample.events, waits)


async def _alone(setup: Setup, count: int) -> Sample:
    [wallet] = wallet_names(1)
    with TemporaryDirectory(prefix="tui-ledger-bench-", dir=setup.folder) as folder:
        async with Ledger.open(Path(folder) / "ledger", create=True, views=_VIEWS) as ledger:
            await execute(ledger, open_wallet(wallet))
            await execute(ledger, deposit(wallet, 100_000_000))
            await ledger.settle()
            waits, began = [], setup.timer()
            with frozen():
                for turn in range(count):
                    receipt = await ledger.execute(_next(wallet, turn))
                    accepted = setup.timer()
                    await ledger.settle()
                    waits.append(max(setup.timer() - accepted, 0.0))
                    if not receipt.accepted:
                        raise LedgerError("A command was refused, so this is no measurement.")
            return Sample(setup.timer() - began, count, waits)


async def _all(ledger: Ledger, make: Callable[[str], Command], wallets: list[str]) -> None:
    await asyncio.gather(*(execute(ledger, make(wallet)) for wallet in wallets))


def _next(wallet: str, turn: int) -> Command:
    return deposit(wallet) if turn % 3 == 2 else purchase(wallet)


def _waits(ledger: Ledger, positions: range) -> list[float]:
    """From when a command came in until all views had applied its event, for each that is known."""
    waits = []
    for position in positions:
        hops = ledger.hops(position)
        times = [] if hops is None else list(hops.applied.values())
        if hops is not None and None not in times:
            waits.append(max(time for time in times if time is not None) - hops.received)
    if not waits:
        raise LedgerError("No view has applied anything, so this is no measurement.")
    return waits
