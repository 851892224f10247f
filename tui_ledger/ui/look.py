"""How the screen has to look in this terminal, and how its owner likes it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal, NamedTuple

from rich.console import Console

from tui_ledger.ui.preferences import PreferencesFile, own_preferences

Colours = Literal["none", "few", "many"]


class Look(NamedTuple):
    """What the app has to keep to.

    Attributes:
        colours: None at all, the 16 of an old terminal, or more. With none or few, what is chosen is drawn in
            reverse, and the slices of a pie are letters.
        ascii_only: Whether to draw with ASCII alone.
        preferences: Where choices are kept; None forgets them at the end.
    """

    colours: Colours = "many"
    ascii_only: bool = False
    preferences: PreferencesFile | None = None


def look_here(*, ascii_only: bool) -> Look:
    """The look for this process's terminal and its owner."""
    return Look(colours_of(os.environ), ascii_only, own_preferences())


def colours_of(environment: Mapping[str, str]) -> Colours:
    """How many colours there may be; any `NO_COLOR` that is not empty asks for none (no-color.org)."""
    if environment.get("NO_COLOR"):
        return "none"
    console = Console(force_terminal=True, _environ=environment)
    return "few" if console.color_system in ("standard", None) else "many"
