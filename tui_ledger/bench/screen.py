"""The benchmark `screen`: what the app costs while nothing happens, while events come, during a replay."""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tui_ledger.bench.figures import Aim, Figure, plain_figure
from tui_ledger.bench.history import deposit, open_wallet, wallet_names
from tui_ledger.bench.pipeline import execute
from tui_ledger.bench.port import Progress, Report, Setup
from tui_ledger.bench.terminal import Probed, probed
from tui_ledger.ledger import Ledger
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.simulation.history.plan import plan_history
from tui_ledger.simulation.history.writing import simulate

_EVENTS: Final = 200_000
_LOG: Final = 10_000  # events of the log on which nothing happens, and of that to which some are appended
_SHORT: Final = 1_000

_SECONDS: Final = 4.0
_CALM: Final = 7.0  # seconds until the last trace of the opening has left the screen
_RATE: Final = 1_000  # events a second
_BATCH: Final = 50  # of them at a time

_APP: Final = "tui_ledger.ui.probed"
_HEADLESS: Final = "tui_ledger.bench.headless"

_CORE: Final = "% of a core"
_IDLE: Final = "idle"
_IDLE_BASE: Final = "idle, no screen"
_LOAD: Final = f"{_RATE:,} events/s"
_LOAD_BASE: Final = f"{_RATE:,} events/s, no screen"
_SCREEN: Final = f"{_RATE:,} events/s, the screen alone"
_BYTES: Final = f"{_RATE:,} events/s, drawn"
_PAUSE: Final = "replay, longest pause of the event loop"
_WORK: Final = "replay, longest work of the loop in one go"
_TIME: Final = "replay into every view"
_MEMORY: Final = "memory, log of {:,} events"
_REPLAYED: Final = "memory after the replay"

_UNITS: Final = {_PAUSE: "ms", _WORK: "ms", _TIME: "s", _BYTES: "kB/s"}
_AIMS: Final = {
    _IDLE: Aim("value", at_most=1),
    _SCREEN: Aim("value", at_most=15),
    _PAUSE: Aim("value", at_most=16),
}

_NOTE: Final = (
    f"The events come from another process, {_BATCH} at a time. The screen alone is the app less the same "
    "ledger in a process without one."
)

_MS: Final = 1000
_KB: Final = 1000
_MIB: Final = 1 << 20

_Values = defaultdict[str, list[float]]


class ScreenBench:
    """The app in a terminal, beside the same ledger without a screen, each a process of its own."""

    name = "screen"
    title = "what the app costs, in a terminal of 120 by 40"

    async def run(self, setup: Setup, progress: Progress) -> Report:
        """See `Bench.run`."""
        events = max(setup.events or _EVENTS, _SHORT + 1)
        values: _Values = defaultdict(list)
        with TemporaryDirectory(prefix="tui-ledger-bench-", dir=setup.folder) as parent:
            folder = Path(parent)
            progress.expect(1 + 5 * setup.rounds)
            progress.step(f"making logs of up to {events:,} events")
            logs = {count: folder / str(count) for count in (_SHORT, _LOG, events)}
            for count, path in logs.items():
                await simulate(path, plan_history(count))
            for number in range(1, setup.rounds + 1):
                one = f"round {number} of {setup.rounds}"
                progress.step(f"{one}: idle")
                await _idle(logs[_LOG], values, setup)
                progress.step(f"{one}: events come")
                await _loaded(logs[_LOG], folder / "loaded", values, setup)
                progress.step(f"{one}: replay")
                await _replayed(logs[events], events, values, setup)
                for count in (_SHORT, events):
                    progress.step(f"{one}: memory")
                    await _looked_at(logs[count], count, values, setup)
        return Report(_figures(self.name, values, events), [_NOTE])


async def _idle(path: Path, values: _Values, setup: Setup) -> None:
    for case, program in ((_IDLE_BASE, _HEADLESS), (_IDLE, _APP)):
        async with _running(program, path, setup) as (_, probe):
            await asyncio.sleep(min(_CALM, _CALM * _watched(setup)))
            values[case].append(await _busy(probe, setup))


async def _loaded(source: Path, path: Path, values: _Values, setup: Setup) -> None:
    for case, program in ((_LOAD_BASE, _HEADLESS), (_LOAD, _APP)):
        shutil.copytree(source, path)
        try:
            async with _running(program, path, setup) as (written, probe), _customers(path):
                before = written()
                values[case].append(await _busy(probe, setup))
                drawn = (written() - before) / _watched(setup) / _KB
        finally:
            shutil.rmtree(path)
    values[_SCREEN].append(values[_LOAD][-1] - values[_LOAD_BASE][-1])
    values[_BYTES].append(drawn)


async def _replayed(path: Path, events: int, values: _Values, setup: Setup) -> None:
    """Have every view made anew from the log."""
    for file in LedgerFolder(path).views.glob("*.db*"):
        file.unlink()
    async with probed(setup, "-m", _APP, str(path), "0") as (_, probe):
        await probe.opened()
        began = setup.timer()
        await probe.watch()
        reading = await probe.caught_up(events)
    values[_TIME].append(setup.timer() - began)
    values[_PAUSE].append(reading.pause * _MS)
    values[_WORK].append(reading.work * _MS)
    values[_REPLAYED].append(reading.memory / _MIB)


async def _looked_at(path: Path, events: int, values: _Values, setup: Setup) -> None:
    """Page through the log from its beginning."""
    async with probed(setup, "-m", _APP, str(path), "0") as (screen, probe):
        await probe.opened()
        await probe.caught_up(events)
        for key in ("\x1b[H", *["\x1b[6~"] * 20, "\x1b[F"):
            screen.press(key)
            await asyncio.sleep(_watched(setup) / 100)
        values[_MEMORY.format(events)].append((await probe.read()).memory / _MIB)


@asynccontextmanager
async def _running(program: str, path: Path, setup: Setup) -> AsyncIterator[tuple[Callable[[], int], Probed]]:
    """A program on the ledger at `path` whose views are at the head, and how much it has drawn."""
    async with probed(setup, "-m", program, str(path), "0") as (screen, probe):
        await probe.opened()
        await probe.caught_up(_LOG)
        yield lambda: screen.written, probe


@asynccontextmanager
async def _customers(path: Path) -> AsyncIterator[None]:
    """Have deposits made at an even rate, by this process."""
    wallets = wallet_names(_BATCH)
    async with Ledger.open(path, run_views=False) as ledger:
        for wallet in wallets:
            await execute(ledger, open_wallet(wallet))
        sending = asyncio.create_task(_send(ledger, wallets))
        try:
            await asyncio.sleep(1)  # until the rate is what it is
            yield
        finally:
            sending.cancel()
            await asyncio.wait({sending})


async def _send(ledger: Ledger, wallets: Sequence[str]) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        await asyncio.gather(*(execute(ledger, deposit(wallet)) for wallet in wallets))
        due += _BATCH / _RATE
        await asyncio.sleep(due - loop.time())


async def _busy(probe: Probed, setup: Setup) -> float:
    """How many per cent of a core it takes."""
    began, before = setup.timer(), await probe.read()
    await asyncio.sleep(_watched(setup))
    after = await probe.read()
    return 100 * (after.cpu - before.cpu) / (setup.timer() - began)


def _watched(setup: Setup) -> float:
    return _SECONDS if setup.seconds is None else setup.seconds


def _figures(bench: str, values: Mapping[str, Sequence[float]], events: int) -> list[Figure]:
    short, long = _MEMORY.format(_SHORT), _MEMORY.format(events)
    bases = {long: {"short": values[short]}, _REPLAYED: {"short": values[short]}}
    units = _UNITS | dict.fromkeys((short, long, _REPLAYED), "MiB")
    aims = {name: (aim,) for name, aim in _AIMS.items()} | {long: (Aim("short", at_most=1.3),)}
    return [
        plain_figure(
            bench, case, units.get(case, _CORE), taken, events, bases.get(case, {}), aims.get(case, ())
        )
        for case, taken in values.items()
    ]
