"""What a step of a scenario can do besides a command, and how a line says it."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

import msgspec

from tui_ledger.domain import command_language
from tui_ledger.domain.commands import COMMANDS, Command
from tui_ledger.errors import InputError
from tui_ledger.event_bus.faults import LONGEST as LONGEST_FLIGHT
from tui_ledger.ledger_views import BUILT_IN_NAMES
from tui_ledger.nearest import nearest, shown
from tui_ledger.query_side.control import LONGEST as DELAY_LIMIT
from tui_ledger.query_side.wishes import Moment

if TYPE_CHECKING:
    from tui_ledger.simulation.scenario import Scenario

TRAFFIC_LIMIT: Final = 10_000
"""The most commands of simulated customers in one action."""


ACTIONS: Final = ("delay", "view", "bus", "traffic", "load")
"""How the line of an action begins."""

Dial = Literal["delay", "jitter", "double", "drop", "reorder"]
SimpleVerb = Literal["pause", "resume", "step", "restart", "rebuild", "park", "retry"]


class SetDelay(msgspec.Struct, frozen=True):
    """`delay <view> <seconds> [<jitter>]`: from now on, `view` applies events that much later."""

    view: str
    seconds: float
    jitter: float = 0.0


class Steer(msgspec.Struct, frozen=True):
    """`view <verb> <view>` of a verb that takes nothing more: pause, resume, step and so on."""

    verb: SimpleVerb
    view: str


class Crash(msgspec.Struct, frozen=True):
    """`view crash <view> [before|after]`: at its next write."""

    view: str
    when: Moment = "after"


class Seek(msgspec.Struct, frozen=True):
    """`view seek <view> <position>`."""

    view: str
    position: int


class KeepApart(msgspec.Struct, frozen=True):
    """`view apart <view> on|off`: keep the checkpoint apart from the documents, which is wrong."""

    view: str
    on: bool


class Repair(msgspec.Struct, frozen=True):
    """`view repair <view> [on|off]`: switch the bug of a view off that has one for teaching."""

    view: str
    on: bool = True


class SwitchView(msgspec.Struct, frozen=True):
    """`view add <view>`, filled from the first event on, and `view drop <view>`."""

    view: str
    on: bool


class TurnDial(msgspec.Struct, frozen=True):
    """`bus <dial> <value>`: a fault dial of the bus; seconds or a probability."""

    dial: Dial
    value: float


class CalmBus(msgspec.Struct, frozen=True):
    """`bus calm`: every dial off."""


class Customers(msgspec.Struct, frozen=True):
    """`traffic <count>`: so many commands of simulated customers, one after the other, at once.

    That some are refused is part of what they do.
    """

    count: int


class Load(msgspec.Struct, frozen=True):
    """`load <data set or file>`: take in the events of a file."""

    path: Path


class Include(msgspec.Struct, frozen=True):
    """`load <scenario>`: do at once what another scenario does, without its pauses and expectations."""

    name: str
    scenario: "Scenario"


Steering = SetDelay | Steer | Crash | Seek | KeepApart | Repair
"""What is done to a view's worker."""

Action = Command | Steering | SwitchView | TurnDial | CalmBus | Customers | Load | Include


class Surroundings(msgspec.Struct, frozen=True):
    """What the lines of a scenario can refer to.

    Attributes:
        views: The names of views that may be there at some time of the scenario.
        addable: The names of views that can be switched on.
        load: What `load` with a word means.
    """

    views: Iterable[str]
    addable: Iterable[str]
    load: Callable[[str], "Load | Include"]


def parse_action(line: str, around: Surroundings) -> Action:
    """The action, or the command, that `line` says.

    Raises:
        InputError: it says none; the sentence names what was expected and the nearest match.
    """
    verb, *words = line.split() or [""]
    match verb:
        case "delay":
            return _delay(words, around, "delay")
        case "view":
            return _view(words, around)
        case "bus":
            return _bus(words)
        case "traffic":
            return _traffic(words)
        case "load":
            if len(words) != 1:
                raise InputError("expected: load <data set, scenario or file>.")
            return around.load(words[0])
        case _ if verb not in COMMANDS:
            known = [*ACTIONS, *COMMANDS]
            raise InputError(f"there is no command or action {shown(verb)}{nearest(verb, known)}")
    return command_language.parse(line)


_WITH_ARGUMENT: Final = frozenset({"crash", "seek", "apart", "repair"})
VIEW_FORMS: Final = {
    **dict.fromkeys(get_args(SimpleVerb), ""),
    "delay": f" <seconds, 0 to {DELAY_LIMIT:g}> [<jitter>]",
    "crash": " [before|after]",
    "seek": " <position>",
    "apart": " on|off",
    "repair": " [on|off]",
    "add": "",
    "drop": "",
}
"""What can be done to a view, and what a line says behind its name."""

DIALS: Final[dict[Dial, float]] = {
    "delay": LONGEST_FLIGHT,
    "jitter": LONGEST_FLIGHT,
    "double": 1.0,
    "drop": 1.0,
    "reorder": 1.0,
}
"""The bus's dials, and the most that each can be turned to: seconds or a probability."""

TRAFFIC_FORM: Final = f"traffic <count of commands, 1 to {TRAFFIC_LIMIT:,}>"
"""What a line says that lets simulated customers act."""

_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,15}", re.ASCII)


def _view(words: list[str], around: Surroundings) -> Action:
    verb, *rest = words or [""]
    if verb not in VIEW_FORMS:
        raise InputError(f"there is no action view {shown(verb)}{nearest(verb, VIEW_FORMS)}")
    if verb == "delay":
        return _delay(rest, around, "view delay")
    if not rest:
        raise _expected(verb)
    view = _known_view(rest[0], around.addable if verb == "add" else around.views)
    if verb in {"add", "drop"}:
        return _alone(SwitchView(view, verb == "add"), verb, rest)
    if verb in _WITH_ARGUMENT:
        return _steer_with(verb, view, rest[1:])
    return _alone(Steer(cast(SimpleVerb, verb), view), verb, rest)


def _alone(action: Action, verb: str, words: list[str]) -> Action:
    """`action`, if a view is all that its line names."""
    if len(words) > 1:
        raise _expected(verb)
    return action


def _steer_with(verb: str, view: str, arguments: list[str]) -> Action:
    match verb, arguments:
        case "crash", []:
            return Crash(view)
        case "crash", [("before" | "after") as when]:
            return Crash(view, when)
        case "seek", [position] if _COUNT.fullmatch(position):
            return Seek(view, int(position))
        case "apart", [("on" | "off") as switch]:
            return KeepApart(view, switch == "on")
        case "repair", []:
            return Repair(view)
        case "repair", [("on" | "off") as switch]:
            return Repair(view, switch == "on")
    raise _expected(verb)


def _delay(words: list[str], around: Surroundings, verb: str) -> SetDelay:
    values = [_number(word, DELAY_LIMIT) for word in words[1:]]
    if not 1 <= len(values) <= 2 or None in values:
        raise InputError(f"expected: {verb} <view>{VIEW_FORMS['delay']}.")
    return SetDelay(_known_view(words[0], around.views), *(value for value in values if value is not None))


def _bus(words: list[str]) -> Action:
    if words == ["calm"]:
        return CalmBus()
    name = words[0] if words else ""
    for dial, most in DIALS.items():
        if dial == name:
            value = _number(words[1], most) if len(words) == 2 else None
            if value is None:
                raise InputError(f"expected: bus {dial} <0 to {most:g}>.")
            return TurnDial(dial, value)
    raise InputError(f"there is no action bus {shown(name)}{nearest(name, [*DIALS, 'calm'])}")


def _traffic(words: list[str]) -> Customers:
    if len(words) != 1 or not _COUNT.fullmatch(words[0]) or not 1 <= int(words[0]) <= TRAFFIC_LIMIT:
        raise InputError(f"expected: {TRAFFIC_FORM}.")
    return Customers(int(words[0]))


def _expected(verb: str) -> InputError:
    return InputError(f"expected: view {verb} <view>{VIEW_FORMS[verb]}.")


def _known_view(name: str, known: Iterable[str]) -> str:
    if name not in known:
        raise no_view(name, known)
    return name


def no_view(name: str, known: Iterable[str]) -> InputError:
    """That a line names a view that is not among those that are `known` there."""
    if name in BUILT_IN_NAMES:
        return InputError(f"{name} is not on; view add {name} switches it on.")
    return InputError(f"there is no view {shown(name)}{nearest(name, known)}")


def _number(word: str, most: float) -> float | None:
    """The number that `word` says, from 0 to `most`; None if it says none."""
    if _NUMBER.fullmatch(word) is None or float(word) > most:
        return None
    return float(word)
