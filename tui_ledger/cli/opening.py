"""`open`, `demo`, and `tui-ledger` alone: the app, on a ledger that is made if there is none."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tui_ledger.content import LANGUAGES, preferred
from tui_ledger.errors import InputError, LedgerError
from tui_ledger.ledger import Ledger
from tui_ledger.nearest import shown
from tui_ledger.simulation.player import is_beginning_of
from tui_ledger.simulation.prepared import prepare_ledger
from tui_ledger.simulation.scenario import Scenario, load_scenario
from tui_ledger.ui import run_app

STORY: Final = "moyin"
"""The scenario that a newcomer is shown."""


class NoTerminal(LedgerError):
    """The app was started where nobody could see it."""

    exit_status = 2

    def __init__(self) -> None:
        super().__init__("The app needs a terminal; for scripts there are the commands of: tui-ledger --help")


def open_story(path: Path, *, lang: str | None) -> int:
    """The app on `path`, playing the story until it has been played to its end there."""
    language = language_for(lang, os.environ)
    _check_terminal()
    story = load_scenario(STORY)
    unfinished = asyncio.run(_is_beginning(story, path))
    return run_app(path, scenario=story if unfinished else None, traffic=None, seed=None, language=language)


def open_ledger(
    path: Path, *, scenario: str | None, traffic: float | None, seed: int | None, lang: str | None
) -> int:
    """The app on `path`, playing `scenario` if one is given, whose views are switched on."""
    language = language_for(lang, os.environ)
    _check_terminal()
    played = None if scenario is None else load_scenario(scenario)
    if played is not None:
        prepare_ledger(path, played.views)
    return run_app(path, scenario=played, traffic=traffic, seed=seed, language=language)


def open_demo(scenario: str, *, traffic: float | None, seed: int | None, lang: str | None) -> int:
    """The app on a ledger that is gone afterwards."""
    language = language_for(lang, os.environ)
    _check_terminal()
    return run_app(None, scenario=load_scenario(scenario), traffic=traffic, seed=seed, language=language)


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


async def _is_beginning(scenario: Scenario, path: Path) -> bool:
    async with Ledger.open(path, create=True, run_views=False) as ledger:
        return await is_beginning_of(scenario, ledger)
