"""The benchmark `append`: from a command to an event that is durable."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tui_ledger.bench import eventsourcing_library, raw_sqlite
from tui_ledger.bench.figures import Aim, Sample, rate_figure
from tui_ledger.bench.history import Appends, fill, interleaved, wallet_names
from tui_ledger.bench.pipeline import measure_exec, measure_pipeline, measure_store
from tui_ledger.bench.port import Progress, Report, Setup
from tui_ledger.bench.rounds import Case, in_rounds
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ledger import create_ledger
from tui_ledger.ledger_folder import LedgerFolder

_EVENTS: Final = 20_000
_WALLETS: Final = 1000  # of `exec`, and of a log that is filled before
_BASE_WALLETS: Final = 100

# The slower a case, the fewer events it has: this part of them.
_RAW_PART: Final = 5
_ES_PART: Final = 10
_EXEC_TIMES: Final = 5  # a process starts and ends: a file that is worth one is long
_PARTS: Final = {1: 10, 10: 2, 100: 1, 1000: 1}

_STORE: Final = "store alone, 100 callers"
_PIPELINE: Final = "100 callers"
_EXEC: Final = "exec of a file"

_AIMS: Final[Mapping[str, tuple[Aim, ...]]] = {
    _STORE: (Aim("es", at_least=16),),
    "1 caller": (Aim("es", at_least=0.9), Aim("p99_ms", at_most=1)),
    _PIPELINE: (Aim("es", at_least=13),),
    "1,000 callers": (Aim("es", at_least=15),),
    _EXEC: (Aim("pipeline", at_least=0.5),),
}
_AIMS_PRELOADED: Final = (Aim("es", at_least=12),)


class AppendBench:
    """The whole pipeline and its parts, against SQLite alone and against the eventsourcing library.

    All of them write the same deposits, sync each to the disk before it counts, and start on a new file.
    """

    name = "append"
    title = "from a command to an event that is durable, in new logs"

    async def run(self, setup: Setup, progress: Progress) -> Report:
        """See `Bench.run`."""
        with TemporaryDirectory(prefix="tui-ledger-bench-", dir=setup.folder) as folder:
            preloaded = Path(folder) / "preloaded"
            bases = _bases(setup)
            cases = {**bases, **_cases(setup)}
            aims = dict(_AIMS)
            if setup.preload:
                case = f"{_PIPELINE}, log of {max(setup.preload, _WALLETS):,}"
                cases[case] = lambda: measure_pipeline(
                    preloaded, 100, _each(setup, 100), setup, preloaded=True
                )
                aims[case] = _AIMS_PRELOADED
            progress.expect(setup.rounds * len(cases) + bool(setup.preload))
            if setup.preload:
                progress.step(f"filling a log with {setup.preload:,} events")
                create_ledger(preloaded)
                async with open_store(LedgerFolder(preloaded).log) as store:
                    await fill(store, interleaved(wallet_names(_WALLETS), setup.preload))
            samples = await in_rounds(cases, setup.rounds, progress)
        measured = {name: samples[name] for name in bases}
        figures = [
            rate_figure(
                self.name,
                case,
                taken,
                measured | ({"pipeline": samples[_PIPELINE]} if case == _EXEC else {}),
                aims.get(case, ()),
            )
            for case, taken in samples.items()
        ]
        return Report(figures, [eventsourcing_library.note()])


def _bases(setup: Setup) -> dict[str, Case]:
    cases: dict[str, Case] = {"raw": _in_new_folder(setup, lambda path: _measure_raw(path, setup))}
    if eventsourcing_library.version() is not None:
        cases["es"] = _in_new_folder(setup, lambda path: _measure_es(path, setup))
    return cases


def _cases(setup: Setup) -> dict[str, Case]:
    cases = {
        _STORE: _in_new_folder(setup, lambda path: measure_store(path, 100, _each(setup, 100), setup)),
    }
    for callers in _PARTS:
        cases["1 caller" if callers == 1 else f"{callers:,} callers"] = _pipeline_case(setup, callers)
    cases[_EXEC] = _in_new_folder(
        setup, lambda path: measure_exec(path, _WALLETS, _EXEC_TIMES * (setup.events or _EVENTS), setup)
    )
    return cases


def _pipeline_case(setup: Setup, callers: int) -> Case:
    each = _each(setup, callers)
    return _in_new_folder(setup, lambda path: measure_pipeline(path, callers, each, setup))


async def _measure_raw(path: Path, setup: Setup) -> Sample:
    appends = Appends()
    wallets = wallet_names(_BASE_WALLETS)
    count = _part(setup, _RAW_PART)
    return raw_sqlite.measure(
        path, [appends.deposit(wallets[number % _BASE_WALLETS]) for number in range(count)], setup
    )


async def _measure_es(path: Path, setup: Setup) -> Sample:
    return eventsourcing_library.measure(path, wallet_names(_BASE_WALLETS), _part(setup, _ES_PART), setup)


def _in_new_folder(setup: Setup, measure: Callable[[Path], Awaitable[Sample]]) -> Case:
    async def case() -> Sample:
        with TemporaryDirectory(prefix="tui-ledger-bench-", dir=setup.folder) as folder:
            return await measure(Path(folder) / "log")

    return case


def _part(setup: Setup, part: int) -> int:
    return max((setup.events or _EVENTS) // part, 1)


def _each(setup: Setup, callers: int) -> int:
    """How many events each of `callers` has."""
    return max(_part(setup, _PARTS[callers]) // callers, 1)
