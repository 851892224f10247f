"""`bench`: the benchmarks, as tables or as JSON."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from tui_ledger.bench.figures import Figure, Judgement
from tui_ledger.bench.file_system import IN_MEMORY, file_system
from tui_ledger.bench.port import Bench, Report, Setup
from tui_ledger.bench.registry import find_benches
from tui_ledger.cli.output import complain, say, say_json, say_table
from tui_ledger.cli.progress import progress_bar
from tui_ledger.errors import InputError

_MEASURES: Final = {
    "p50_ms": ("p50 ", " ms"),
    "p95_ms": ("p95 ", " ms"),
    "p99_ms": ("p99 ", " ms"),
    "events_per_s": ("", " events/s"),
}


async def bench(
    names: Sequence[str],
    *,
    rounds: int,
    events: int | None,
    seconds: float | None = None,
    preload: int,
    folder: Path | None,
    as_json: bool,
) -> int:
    """Run the benchmarks of these names, or all, and print what each measured as soon as it is done.

    Raises:
        InputError: there is no benchmark of a name, or `folder` is none.
    """
    benches = find_benches(names)
    place = folder or Path(tempfile.gettempdir())
    if not place.is_dir():
        raise InputError(f"{place} is no folder; --folder takes one that exists.")
    kind = file_system(place)
    if kind in IN_MEMORY:
        complain(f"{place} is in memory ({kind}), where a sync costs nothing: name a disk with --folder.")
    setup = Setup(folder=place, rounds=rounds, events=events, seconds=seconds, preload=preload)
    where = f"Medians of {rounds} {'round' if rounds == 1 else 'rounds'} in {place}"
    if kind is not None:
        where += f" ({kind})"
    figures: list[Figure] = []
    for number, one in enumerate(benches):
        with _progress(one) as progress:
            report = await one.run(setup, progress)
        if as_json:
            _say_objects(report)
        else:
            if number:
                say("")
            say(f"{one.name}: {one.title}")
            say(where)
            _say_report(report)
        figures += report.figures
    if not as_json:
        say("")
        say(_closing([judgement for figure in figures for judgement in figure.aims]))
    return 0


class _Bar:
    """A progress bar that moves only between the measurements: a thread that draws would be measured."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task
        self._begun = False

    def expect(self, steps: int) -> None:
        self._progress.update(self._task, total=steps)

    def step(self, doing: str) -> None:
        self._progress.update(self._task, description=doing, advance=int(self._begun), refresh=True)
        self._begun = True


@contextmanager
def _progress(one: Bench) -> Iterator[_Bar]:
    columns = (
        TextColumn("{task.fields[bench]}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with progress_bar(*columns) as bar:
        yield _Bar(bar, bar.add_task("", total=None, bench=one.name))


def _say_objects(report: Report) -> None:
    for figure in report.figures:
        say_json(msgspec.to_builtins(figure))
    for note in report.notes:
        complain(note)


def _say_report(report: Report) -> None:
    figures = report.figures
    bases = list(dict.fromkeys(base for figure in figures for base in figure.ratios))
    units = {figure.unit for figure in figures}
    values = [_value(figure.value) for figure in figures]
    if len(units) > 1:
        values = [f"{value} {figure.unit}" for value, figure in zip(values, figures, strict=True)]
    columns = [
        ["case", *(figure.case for figure in figures)],
        _numbers(figures[0].unit if len(units) == 1 else "figure", values),
        *(_numbers(f"x {base}", [_value(figure.ratios.get(base)) for figure in figures]) for base in bases),
        _numbers("p50 ms", [_value(figure.p50_ms) for figure in figures]),
        _numbers("p99 ms", [_value(figure.p99_ms) for figure in figures]),
        ["aim", *("; ".join(_aim(aim, figure.unit) for aim in figure.aims) for figure in figures)],
    ]
    head, *rows = zip(*(column for column in columns if any(map(str.strip, column[1:]))), strict=True)
    say_table(head, rows)
    for note in report.notes:
        say(note)


def _numbers(head: str, cells: Sequence[str]) -> list[str]:
    """A column to the right, also where some cells are empty."""
    width = max(map(len, (head, *cells)))
    return [cell.rjust(width) for cell in (head, *cells)]


def _value(value: float | None) -> str:
    """Three digits, or all of a large number."""
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _aim(judgement: Judgement, own: str) -> str:
    measure, unit = _MEASURES.get(judgement.of, ("", f"x {judgement.of}"))
    if judgement.of == "value":
        unit = f" {own}"
    bounds = (("at least", judgement.at_least), ("at most", judgement.at_most))
    limits = " and ".join(f"{word} {limit:,.6g}{unit}" for word, limit in bounds if limit is not None)
    text = f"{measure}{limits}"
    if judgement.value is None:
        return f"{text}: not measured"
    return f"{text}: {'met' if judgement.met else 'missed'} ({_value(judgement.value)})"


def _closing(aims: Sequence[Judgement]) -> str:
    missed = sum(aim.met is False for aim in aims)
    met = sum(aim.met is True for aim in aims)
    if not missed:
        return f"Every aim that could be judged is met: {met} of {len(aims)}."
    return (
        f"Missed are {missed} of {met + missed} aims: this version is slower than it should be here, or "
        "something else ran on this machine at the same time. Run it again on a quiet machine, with more "
        "--rounds, before you believe it."
    )
