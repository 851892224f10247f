"""Scenarios: what happens, when, and what is said about it."""

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import msgspec

from tui_ledger.content import LANGUAGE, placeholders, sentences
from tui_ledger.domain import command_language
from tui_ledger.domain.commands import COMMANDS, Command
from tui_ledger.errors import InputError
from tui_ledger.nearest import nearest, shown
from tui_ledger.simulation.demo_data import demo_data_file, demo_data_folder
from tui_ledger.simulation.scenario_file import StepTable, read_scenario_file

DELAY_LIMIT: Final = 5.0
"""The longest delay of a view, in seconds."""

_SECONDS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3})?", re.ASCII)


class SetDelay(msgspec.Struct, frozen=True):
    """The action `delay <view> <seconds>`: from now on, `view` applies events that much later."""

    view: str
    seconds: float


Action = Command | SetDelay


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a scenario: something to do, to say, or both.

    Attributes:
        number: Counts from 1.
        at: Seconds from the beginning.
        line: The action as the file has it; empty when there is none.
        action: What `line` means.
        say: The key of a sentence in `content`. Beside an action it is said once that is done; by itself,
            once every view has caught up.
    """

    number: int
    at: float
    line: str = ""
    action: Action | None = None
    say: str | None = None


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario whose every step was understood.

    Attributes:
        seed: For whatever is drawn at random while it plays.
        views: The views that it needs; none named means all.
    """

    title: str
    seed: int
    views: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands among its actions, in order."""
        return tuple(step.action for step in self.steps if isinstance(step.action, Command))


def load_scenario(name_or_path: str | Path) -> Scenario:
    """The scenario of that name in `demo_data`, or in that file.

    A text without a path separator and without `.toml` is a name.

    Raises:
        InputError: there is none, or it is no scenario; one sentence says what and where.
    """
    path = _locate(name_or_path)
    table = read_scenario_file(path)
    steps: list[Step] = []
    for number, entry in enumerate(table.step, 1):
        try:
            steps.append(_step(number, entry, table.views, steps))
        except InputError as error:
            raise InputError(f"{path}, step {number}: {error}", error.code) from None
    return Scenario(title=table.title, seed=table.seed, views=tuple(table.views), steps=tuple(steps))


def scenario_names() -> list[str]:
    """The scenarios that come along, by name."""
    return sorted(file.stem for file in demo_data_folder().glob("*.toml"))


def _locate(name_or_path: str | Path) -> Path:
    given = str(name_or_path)
    is_name = isinstance(name_or_path, str) and not given.endswith(".toml") and not re.search(r"[/\\]", given)
    names = scenario_names()
    if is_name and given in names:
        return demo_data_file(f"{given}.toml")
    path = Path(name_or_path)
    if not is_name and _exists(path):
        return path
    what = "scenario" if is_name else "file"
    near = get_close_matches(shown(path.stem).lower(), names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the scenarios that come along: {', '.join(names)}."
    raise InputError(f'There is no {what} "{given}"; {hint}', "no_scenario")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long, with a NUL, or behind a folder that cannot be searched
        return False


def _step(number: int, entry: StepTable, views: list[str], before: list[Step]) -> Step:
    if entry.do is None and entry.say is None:
        raise InputError("a step needs something to do or to say.")
    if before and entry.at < before[-1].at:
        raise InputError(f"it is at {entry.at:g} s, and the step before at {before[-1].at:g} s.")
    if entry.say is not None:
        _check_sentence(entry.say)
    action = None if entry.do is None else _action(entry.do, views)
    return Step(number=number, at=entry.at, line=entry.do or "", action=action, say=entry.say)


def _check_sentence(key: str) -> None:
    known = sentences(LANGUAGE)
    if key not in known:
        raise InputError(f"there is no sentence {shown(key)}{nearest(key, known)}")
    if placeholders(known[key]):
        raise InputError(f"the sentence {key} has blanks to fill in; a scenario cannot say it.")


def _action(line: str, views: list[str]) -> Action:
    verb, *words = line.split() or [""]
    if verb == "delay":
        return _delay(words, views)
    if verb not in COMMANDS:
        raise InputError(f"there is no command or action {shown(verb)}{nearest(verb, ['delay', *COMMANDS])}")
    return command_language.parse(line)


def _delay(words: list[str], views: list[str]) -> SetDelay:
    if len(words) != 2 or _SECONDS.fullmatch(words[1]) is None or float(words[1]) > DELAY_LIMIT:
        raise InputError(f"expected: delay <view> <seconds, 0 to {DELAY_LIMIT:g}>.")
    view, seconds = words
    if views and view not in views:
        raise InputError(f"there is no view {shown(view)}{nearest(view, views)}")
    return SetDelay(view, float(seconds))
