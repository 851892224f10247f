"""What the line of an action can go on with while it is typed, and the form that it has to have."""

from collections.abc import Sequence

from tui_ledger.domain.command_completion import starting
from tui_ledger.simulation.actions import ACTIONS, DIALS, TRAFFIC_FORM, VIEW_FORMS, Surroundings

_SWITCHES = {"crash": ("before", "after"), "apart": ("on", "off"), "repair": ("on", "off")}


def complete_action(line: str, around: Surroundings) -> list[str]:
    """What the last word of `line` can become; a line that ends in a blank asks for the next word."""
    *before, last = _words(line)
    return starting(_choices(before, around), last)


def action_form(line: str) -> str:
    """The form of the action that `line` begins; empty if it begins none."""
    match line.split():
        case ["delay", *_]:
            return f"delay <view>{VIEW_FORMS['delay']}"
        case ["view", verb, *_] if verb in VIEW_FORMS:
            return f"view {verb} <view>{VIEW_FORMS[verb]}"
        case ["view", *_]:
            return "view <action> <view>"
        case ["bus", "calm", *_]:
            return "bus calm"
        case ["bus", *dial]:
            forms = (f"bus {name} <0 to {most:g}>" for name, most in DIALS.items() if name in dial[:1])
            return next(forms, "bus <dial> <value>")
        case ["traffic", *_]:
            return TRAFFIC_FORM
    return ""


def is_unfinished(line: str, around: Surroundings) -> bool:
    """Whether typing on can make an action of `line`: its last word may become one, or others are missing."""
    *before, last = _words(line)
    choices = _choices(before, around)
    if last and (choices or not before):
        return any(choice.startswith(last) for choice in choices)
    return not last and (bool(choices) or _wants_a_number(before))


def _choices(before: Sequence[str], around: Surroundings) -> list[str]:
    """The words of which one comes behind `before`, where they are known."""
    match before:
        case []:
            return [verb for verb in ACTIONS if verb != "load"]
        case ["delay"] | ["view", "delay"]:
            return [*around.views]
        case ["view"]:
            return [*VIEW_FORMS]
        case ["view", "add"]:
            return [view for view in around.addable if view not in around.views]
        case ["view", verb] if verb in VIEW_FORMS:
            return [*around.views]
        case ["view", verb, _] if verb in _SWITCHES:
            return [*_SWITCHES[verb]]
        case ["bus"]:
            return [*DIALS, "calm"]
    return []


def _wants_a_number(before: Sequence[str]) -> bool:
    match before:
        case ["delay", _] | ["view", "delay" | "seek", _] | ["traffic"]:
            return True
        case ["bus", dial]:
            return dial in DIALS
    return False


def _words(line: str) -> list[str]:
    """The words of `line`, the last of them empty if the next one is still to come."""
    words = line.split()
    return words if words and not line[-1].isspace() else [*words, ""]
