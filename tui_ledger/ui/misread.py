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
            return _unknown("verb", first, COMMANDS, others=ACTIONS)
        case ["view", verb, *_] if verb not in VIEW_FORMS:
            return _unknown("action", verb, VIEW_FORMS, first="view ")
        case ["bus", dial, *_] if dial not in (*DIALS, "calm"):
            return _unknown("action", dial, (*DIALS, "calm"), first="bus ")
        case ["view", "add", view, *_] if view not in around.addable:
            return _unknown("view", view, around.addable)
        case ["delay", view, *_] | ["view", _, view, *_]:
            if view not in around.views and view in around.addable:
                return Sentence("bar.view_off", {"view": view})
            if view not in around.views:
                return _unknown("view", view, around.views)
    return Sentence("bar.expected", {"form": action_form(line)})


def _unknown(
    what: str, given: str, known: Iterable[str], *, others: Iterable[str] = (), first: str = ""
) -> Sentence:
    """That there is nothing called `given`: what may have been meant, or else what there is."""
    near = nearest_name(given, [*known, *others])
    key = f"bar.near.{what}" if near else f"bar.unknown.{what}"
    values = {"given": first + shown(given), "near": first + near, "known": ", ".join(known)}
    return Sentence(key, values)
