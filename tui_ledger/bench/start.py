"""The benchmark `start`: from the start of the process to the first frame, and to the first key."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tui_ledger.bench.figures import Aim, Sample, latency_figure
from tui_ledger.bench.port import Progress, Report, Setup
from tui_ledger.bench.rounds import Case, in_rounds
from tui_ledger.bench.terminal import ended, terminal
from tui_ledger.content import sentences
from tui_ledger.simulation.history.plan import plan_history
from tui_ledger.simulation.history.writing import simulate

_EVENTS: Final = 1000

_EMPTY: Final = ("-m", "tui_ledger.ui.empty")
_EMPTY_READY: Final = "ready"
_EMPTY_ANSWER: Final = "answered"

_PYTHON: Final = "python"
_HELP: Final = "tui-ledger --help"
_FIRST: Final = "first frame"
_KEY: Final = "first key answered"
_EVENTS_SHOWN: Final = "first events shown"
_EMPTY_FIRST: Final = "empty app, first frame"
_EMPTY_KEY: Final = "empty app, first key answered"


class StartBench:
    """The app in a terminal, beside an app of Textual that has nothing in it."""

    name = "start"
    title = "from the start of the process to what it shows, in a terminal of 120 by 40"

    async def run(self, setup: Setup, progress: Progress) -> Report:
        """See `Bench.run`."""
        with TemporaryDirectory(prefix="tui-ledger-bench-", dir=setup.folder) as folder:
            path = Path(folder) / "ledger"
            app = ("-m", "tui_ledger", "open", str(path), "--lang", "en")
            cases: dict[str, Case] = {
                _PYTHON: lambda: _run(("-c", "pass"), setup),
                _HELP: lambda: _run(("-m", "tui_ledger", "--help"), setup),
                _EMPTY_FIRST: lambda: _show(_EMPTY, [_EMPTY_READY], setup),
                _FIRST: lambda: _show(app, ["tui-ledger"], setup),
                _EMPTY_KEY: lambda: _show(_EMPTY, [_EMPTY_READY, _EMPTY_ANSWER], setup),
                _KEY: lambda: _show(app, ["tui-ledger", _in_english("help.title")], setup),
                _EVENTS_SHOWN: lambda: _show(app, [_in_english("screen.header.live")], setup),
            }
            progress.expect(1 + setup.rounds * len(cases))
            progress.step("making a log")
            await simulate(path, plan_history(setup.events or _EVENTS))
            samples = await in_rounds(cases, setup.rounds, progress)
        bases = {
            _FIRST: {"empty": samples[_EMPTY_FIRST]},
            _KEY: {"empty": samples[_EMPTY_KEY]},
        }
        aims = {_FIRST: (Aim("empty", at_most=1.2),)}
        return Report(
            [
                latency_figure(self.name, case, taken, bases.get(case, {}), aims.get(case, ()))
                for case, taken in samples.items()
            ],
            ["The first key is pressed when the first frame is there; in the app it opens the help."],
        )


async def _run(arguments: tuple[str, ...], setup: Setup) -> Sample:
    began = setup.timer()
    await ended(*arguments)
    return _sample(setup.timer() - began)


async def _show(arguments: tuple[str, ...], texts: Sequence[str], setup: Setup) -> Sample:
    """Seconds until the last of `texts` is there; a key is pressed when one before it is."""
    async with terminal(setup, *arguments) as screen:
        seen = screen.began
        for number, text in enumerate(texts):
            if number:
                screen.press("?")
            seen = await screen.seen(text)
        return _sample(seen - screen.began)


def _sample(seconds: float) -> Sample:
    return Sample(seconds, 1, (seconds,))


def _in_english(key: str) -> str:
    return sentences("en")[key]
