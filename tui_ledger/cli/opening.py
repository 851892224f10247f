"""`open`, `demo`, and `tui-ledger` alone: the app, on a ledger that is made if there is none."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tui_ledger.errors import LedgerError
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.ledger_views import LedgerViews
from tui_ledger.simulation.player import is_beginning_of
from tui_ledger.simulation.scenario import Scenario, load_scenario
from tui_ledger.ui import run_app

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
    story = load_scenario(STORY)
    unfinished = asyncio.run(_is_beginning(story, path))
    return run_app(path, scenario=story if unfinished else None, traffic=None, seed=None)


def open_ledger(path: Path, *, scenario: str | None, traffic: float | None, seed: int | None) -> int:
    """The app on `path`, playing `scenario` if one is given, whose views are switched on."""
    _check_terminal()
    played = None if scenario is None else load_scenario(scenario)
    if played is not None:
        _switch_views_on(path, played.views)
    return run_app(path, scenario=played, traffic=traffic, seed=seed)


def open_demo(scenario: str, *, traffic: float | None, seed: int | None) -> int:
    """The app on a ledger that is gone afterwards."""
    _check_terminal()
    return run_app(None, scenario=load_scenario(scenario), traffic=traffic, seed=seed)


def _switch_views_on(path: Path, views: Sequence[str]) -> None:
    """Have `views` be on at `path`, where a ledger is made that has no others if there is none."""
    if not path.exists():
        create_ledger(path, views)
        return
    known = LedgerViews(LedgerFolder(path))
    for view in views:
        known.add(view)


def _check_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):  # Textual draws on standard error
        raise NoTerminal


async def _is_beginning(scenario: Scenario, path: Path) -> bool:
    async with Ledger.open(path, create=True, run_views=False) as ledger:
        return await is_beginning_of(scenario, ledger)
