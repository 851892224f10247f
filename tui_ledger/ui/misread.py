"""Why a line of the bar says nothing, in the language that is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui_ledger.content import Sentence
from tui_ledger.domain.command_language import CommandSyntaxError, usage
from tui_ledger.domain.commands import COMMANDS
from tui_ledger.nearest import nearest_name, shown
from tui_ledger.simulation.action_completion import action_form
from tui_ledger.simulation.actions import ACTIONS, DIALS, VIEW_FORMS
from tui_ledger.ui.translation import misspelt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_ledger.simulation.actions import Surroundings
    from tui_ledger.ui.translation import Translation

ELSEWHERE: Final = {
    "?": "help",
    "help": "help",
    "q": "quit",
    "quit": "quit",
    "exit": "quit",
    "undo": "undo",
    "delete": "undo",
    "remove": "undo",
    "show": "ask",
    "list": "ask",
    "balance": "ask",
    "query": "ask",
    "transfer": "transfer",
    "pay": "pay",
    "open": "open",
    "load": "load",
}
"""What people type who expect another language, and the sentence that answers it."""


def why_no_command(error: CommandSyntaxError) -> Translation:
    """Why a line is no command, without the form that it would have to have."""
    form = f" Expected: {usage(error.verb)}" if error.verb in COMMANDS else ""
    return misspelt(error, str(error).removesuffix(form))


def why_no_action(line: str, around: Surroundings) -> Sentence:
    """Why a line that is no command is no action either."""
    match line.split():
        case [first, *_] if first not in ACTIONS:
            return _near("verb", first, [*COMMANDS, *ACTIONS])
        case ["view", verb, *_] if verb not in VIEW_FORMS:
            return _near("action", f"view {verb}", [f"view {one}" for one in VIEW_FORMS])
        case ["bus", dial, *_] if dial not in (*DIALS, "calm"):
            return _near("action", f"bus {dial}", [f"bus {one}" for one in (*DIALS, "calm")])
        case ["delay", view, *_] | ["view", _, view, *_]:
            adds = line.split()[:2] == ["view", "add"]
            if not adds and view in around.addable and view not in around.views:
                return Sentence("bar.view_off", {"view": view})
            if view not in (around.addable if adds else around.views):
                return _near("view", view, around.addable if adds else around.views)
    return Sentence("bar.expected", {"form": action_form(line) or " ".join(ACTIONS)})


def _near(what: str, given: str, known: Iterable[str]) -> Sentence:
    near = nearest_name(given, known)
    key = f"bar.near.{what}" if near else f"bar.unknown.{what}"
    return Sentence(key, {"given": shown(given), "near": near})
