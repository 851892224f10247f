"""`open`, `demo`, and `tui-ledger` alone: the app, on a ledger that is made if there is none.

What to play is looked for behind the first frame: importing the ledger takes longer than importing Textual.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui_ledger.errors import LedgerError
from tui_ledger.ui import run_app

if TYPE_CHECKING:
    from tui_ledger.simulation.scenario import Scenario

STORY: Final = "moyin"
"""The scenario that a newcomer is shown."""


class NoTerminal(LedgerError):
    """The app was started where nobody could see it."""

    exit_status = 2

    def __init__(self) -> None:
        super().__init__("The app needs a terminal; for scripts there are the commands of: tui-ledger --help")


def open_story(path: Path) -> int:
    """The app on `path`, playing the story until it has been played to its end there."""
    _check_terminal()
    return run_app(path, scenario=lambda: _unfinished_story(path), traffic=None, seed=None)


def open_ledger(path: Path, *, scenario: str | None, traffic: float | None, seed: int | None) -> int:
    """The app on `path`, playing `scenario` if one is given, whose views are switched on."""
    _check_terminal()
    found = None if scenario is None else lambda: _prepared(path, scenario)
    return run_app(path, scenario=found, traffic=traffic, seed=seed)


def open_demo(scenario: str, *, traffic: float | None, seed: int | None) -> int:
    """The app on a ledger that is gone afterwards."""
    _check_terminal()
    return run_app(None, scenario=lambda: _loaded(scenario), traffic=traffic, seed=seed)


def _check_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):  # Textual draws on standard error
        raise NoTerminal


async def _loaded(name: str) -> Scenario:
    from tui_ledger.simulation.scenario import load_scenario  # noqa: PLC0415

    return load_scenario(name)


async def _prepared(path: Path, name: str) -> Scenario:
    from tui_ledger.simulation.prepared import prepare_ledger  # noqa: PLC0415

    scenario = await _loaded(name)
    prepare_ledger(path, scenario.views)
    return scenario


async def _unfinished_story(path: Path) -> Scenario | None:
    from tui_ledger.ledger import Ledger  # noqa: PLC0415
    from tui_ledger.simulation.player import is_beginning_of  # noqa: PLC0415

    story = await _loaded(STORY)
    async with Ledger.open(path, create=True, run_views=False) as ledger:
        return story if await is_beginning_of(story, ledger) else None
