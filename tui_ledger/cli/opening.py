"""`open`, `demo`, and `tui-ledger` alone: the app, on a ledger that is made if there is none.

What to play is looked for behind the first frame: importing the ledger takes longer than importing Textual.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui_ledger.content import LANGUAGES, preferred
from tui_ledger.errors import InputError, LedgerError
from tui_ledger.nearest import shown
from tui_ledger.ui import run_app

if TYPE_CHECKING:
    from tui_ledger.simulation.scenario import Scenario

STORY: Final = "moyin"
"""The scenario that a newcomer is shown."""


class NoTerminal(LedgerError):
    """The app was started where nobody could see it."""

    exit_status = 2

    def __init__(self, needed: str = "a terminal") -> None:
        super().__init__(f"The app needs {needed}; for scripts there are the commands of: tui-ledger --help")


def open_story(path: Path, *, lang: str | None, ascii_only: bool = False) -> int:
    """The app on `path`, playing the story until it has been played to its end there."""
    language = language_for(lang, os.environ)
    _check_terminal()
    return run_app(
        path,
        scenario=lambda: _unfinished_story(path),
        traffic=None,
        seed=None,
        language=language,
        ascii_only=ascii_only,
    )


def open_ledger(
    path: Path,
    *,
    scenario: str | None,
    traffic: float | None,
    seed: int | None,
    lang: str | None,
    ascii_only: bool = False,
) -> int:
    """The app on `path`, playing `scenario` if one is given, whose views are switched on."""
    language = language_for(lang, os.environ)
    _check_terminal()
    found = None if scenario is None else lambda: _prepared(path, scenario)
    return run_app(path, scenario=found, traffic=traffic, seed=seed, language=language, ascii_only=ascii_only)


def open_demo(
    scenario: str, *, traffic: float | None, seed: int | None, lang: str | None, ascii_only: bool = False
) -> int:
    """The app on a ledger that is gone afterwards."""
    language = language_for(lang, os.environ)
    _check_terminal()
    return run_app(
        None,
        scenario=lambda: _loaded(scenario),
        traffic=traffic,
        seed=seed,
        language=language,
        ascii_only=ascii_only,
    )


def language_for(lang: str | None, environment: Mapping[str, str]) -> str:
    """The language to speak: `lang`, or if it is not given, that of the environment's locale.

    Raises:
        InputError: there is no such language.
    """
    if lang is None:
        return preferred(environment)
    if lang not in LANGUAGES:
        raise InputError(f"There is no language {shown(lang)}; there are {' and '.join(LANGUAGES)}.")
    return lang


def _check_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):  # Textual draws on standard error
        raise NoTerminal
    if os.environ.get("TERM") == "dumb":
        raise NoTerminal("a terminal that can place the cursor, and this one is called dumb by TERM")


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
