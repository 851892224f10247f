"""Scenarios: what happens, when, what is said about it, and what has to be true then."""

import re
from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from tui_ledger.clock import parse_timestamp
from tui_ledger.content import LANGUAGES, placeholders, sentences
from tui_ledger.domain.command_language import parse
from tui_ledger.domain.commands import Command
from tui_ledger.errors import InputError
from tui_ledger.ledger_views import BUILT_IN_NAMES
from tui_ledger.nearest import nearest, shown
from tui_ledger.query_side.views import FOR_TEACHING
from tui_ledger.simulation.actions import Action, Include, Load, Surroundings, SwitchView, parse_action
from tui_ledger.simulation.demo_data import demo_data_file, demo_data_folder
from tui_ledger.simulation.expectations import Expectation, parse_expectation
from tui_ledger.simulation.places import RECEIPT_ROOTS, check_place
from tui_ledger.simulation.scenario_file import Places, ScenarioTable, StepTable, read_scenario_file

COUNTER: Final = "{n}"
"""In the commands of a step with `times`: which time it is, from 1."""

ENDINGS: Final = (".jsonl.gz", ".jsonl")
"""How a file with events ends."""

_COME_ALONG: Final = (*BUILT_IN_NAMES, *(view.name for view in FOR_TEACHING))


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a scenario: something to do, to say, to expect, or all of it.

    Attributes:
        number: Counts from 1.
        at: Seconds from the beginning.
        line: Where it begins in its file; 0 if that is not known.
        do: What to do, as the file has it. Several lines are done at the same moment.
        actions: What those lines mean, the first time.
        times: How often they are done, one time after the other.
        say: The key of a sentence in `content`. Beside an action it is said once that is done; by itself,
            once every view has caught up.
        expect: What has to be true once everything has come to rest after it ...
        within: ... or, if this is given, at some moment within so many seconds.
    """

    number: int
    at: float
    line: int = 0
    do: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    times: int = 1
    say: str | None = None
    expect: tuple[Expectation, ...] = ()
    within: float | None = None

    def rounds(self) -> Iterator[tuple[Action, ...]]:
        """What to do each time: commands in which `{n}` stands say something else each time."""
        counts = self.times > 1 and any(COUNTER in line for line in self.do)
        for count in range(1, self.times + 1):
            yield self._round(count) if counts else self.actions

    def _round(self, count: int) -> tuple[Action, ...]:
        return tuple(
            parse(line.replace(COUNTER, str(count))) if isinstance(action, Command) else action
            for line, action in zip(self.do, self.actions, strict=True)
        )

    @property
    def allows_refusals(self) -> bool:
        """Whether it says itself what is to become of its commands."""
        return any(expectation.path.root in RECEIPT_ROOTS for expectation in self.expect)


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario whose every step was understood.

    Attributes:
        seed: For whatever is drawn at random while it plays.
        views: The views that it begins with; none named means all built-in ones.
        start: When it begins in virtual time; None: whenever that does.
    """

    title: str
    seed: int
    views: tuple[str, ...]
    steps: tuple[Step, ...]
    start: datetime | None = None

    @property
    def commands(self) -> tuple[Command, ...]:
        """The commands among its actions, in order."""
        return tuple(
            action
            for step in self.steps
            for actions in step.rounds()
            for action in actions
            if isinstance(action, Command)
        )


def load_scenario(name_or_path: str | Path) -> Scenario:
    """The scenario of that name in `demo_data`, or in that file.

    A text without a path separator and without `.toml` is a name.

    Raises:
        InputError: there is none, or it is no scenario; one sentence says what and where.
    """
    return _load(_locate(name_or_path), {})


def scenario_names() -> list[str]:
    """The scenarios that come along, by name."""
    return sorted(file.stem for file in demo_data_folder().glob("*.toml"))


def data_set_names() -> list[str]:
    """The files with events that come along, by name."""
    files = demo_data_folder().iterdir()
    return sorted({_stem(file.name) for file in files if file.name.endswith(ENDINGS)})


_Loaded = dict[Path, Scenario] | None


def _load(path: Path, loaded: _Loaded) -> Scenario:
    """The scenario at `path`.

    Args:
        loaded: Those that it has loaded; None if it is loaded itself, and may load none.
    """
    table, places = read_scenario_file(path)
    reading = _Reading(path, table, places, loaded)
    return Scenario(
        title=table.title,
        seed=table.seed,
        views=tuple(table.views),
        steps=reading.steps(),
        start=None if table.start is None else parse_timestamp(table.start),
    )


class _Reading:
    """Makes steps of what stands in a file."""

    def __init__(self, path: Path, table: ScenarioTable, places: Places, loaded: _Loaded) -> None:
        self._path = path
        self._table = table
        self._places = places
        self._views = dict.fromkeys(table.views or BUILT_IN_NAMES)
        self._around = Surroundings(
            views=self._views.keys(),
            addable=[*dict.fromkeys([*_COME_ALONG, *table.views])],
            load=partial(_find_load, path=path, loaded=loaded),
        )

    def steps(self) -> tuple[Step, ...]:
        """The steps, each checked.

        Raises:
            InputError: something is wrong with one.
        """
        for view in self._table.views:
            near = nearest(view, _COME_ALONG)
            if view not in _COME_ALONG and near != ".":  # else it may be one of the user's own
                where = self._places.of_key("views", None)
                raise InputError(f"{self._path}, {where}there is no view {view}{near}")
        made: list[Step] = []
        for index, entry in enumerate(self._table.step):
            made.append(self._step(index, entry, made))
        return tuple(made)

    def _step(self, index: int, entry: StepTable, before: list[Step]) -> Step:
        if not (entry.do or entry.say or entry.expect):
            raise self._wrong(index, "at", "a step needs something to do, to say or to expect.")
        if before and entry.at < before[-1].at:
            then = f"{before[-1].at:g} s"
            raise self._wrong(index, "at", f"it is at {entry.at:g} s, and the step before at {then}.")
        if entry.within is not None and not entry.expect:
            raise self._wrong(index, "within", "there is nothing to expect within that time.")
        if entry.times is not None and not entry.do:
            raise self._wrong(index, "times", "there is nothing to do so often.")
        try:
            if entry.say is not None:
                _check_sentence(entry.say)
        except InputError as error:
            raise self._wrong(index, "say", error) from None
        actions = tuple(self._action(index, line, entry.times) for line in entry.do)
        receipts = (entry.times or 1) * sum(isinstance(action, Command) for action in actions)
        return Step(
            number=index + 1,
            at=entry.at,
            line=self._places.of_step(index),
            do=tuple(entry.do),
            actions=actions,
            times=entry.times or 1,
            say=entry.say,
            expect=tuple(self._expectation(index, text, receipts) for text in entry.expect),
            within=entry.within,
        )

    def _action(self, index: int, line: str, times: int | None) -> Action:
        try:
            if times is None or COUNTER not in line:
                action = parse_action(line, self._around)
            else:
                action = parse_action(line.replace(COUNTER, "1"), self._around)
                if not isinstance(action, Command):
                    raise InputError(f"{COUNTER} counts in commands only.")
                parse(line.replace(COUNTER, str(times)))
        except InputError as error:
            raise InputError(
                f"{self._path}, {self._places.of_text(line, 'do', index)}{error}", error.code
            ) from None
        if isinstance(action, SwitchView) and action.on:
            self._views[action.view] = None
        return action

    def _expectation(self, index: int, text: str, receipts: int) -> Expectation:
        try:
            expectation = parse_expectation(text)
            check_place(expectation, self._views)
            if expectation.path.root in RECEIPT_ROOTS and int(expectation.path.key or 1) > receipts:
                commands = "1 command" if receipts == 1 else f"{receipts} commands"
                raise InputError(f"this step has {commands}, and no such receipt.")
        except InputError as error:
            raise InputError(
                f"{self._path}, {self._places.of_text(text, 'expect', index)}{error}", error.code
            ) from None
        return expectation

    def _wrong(self, index: int, key: str, reason: object) -> InputError:
        return InputError(f"{self._path}, {self._places.of_key(key, index)}{reason}")


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


def _find_load(word: str, path: Path, loaded: _Loaded) -> Load | Include:
    """What `load` with `word` means in the scenario at `path`.

    A name is that of a data set or else of a scenario of `demo_data`; all else is a file, beside the one
    that names it.
    """
    is_file = word.endswith((*ENDINGS, ".toml")) or re.search(r"[/\\]", word)
    if is_file:
        found = path.parent / word
        if not _exists(found):
            raise InputError(f"there is no file {shown(word)} beside this one.")
        return _include(found, word, loaded) if word.endswith(".toml") else Load(found)
    for ending in ENDINGS:
        if _exists(demo_data_file(word + ending)):
            return Load(demo_data_file(word + ending))
    names = [*data_set_names(), *scenario_names()]
    if word not in names:
        raise InputError(f"there is no data set and no scenario {shown(word)}{nearest(word, names)}")
    return _include(demo_data_file(f"{word}.toml"), word, loaded)


def _include(path: Path, name: str, loaded: _Loaded) -> Include:
    if loaded is None:
        raise InputError(f"it loads the scenario {shown(name)}, and is loaded itself: one or the other.")
    if path not in loaded:
        loaded[path] = _load(path, None)
    return Include(name, loaded[path])


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long, with a NUL, or behind a folder that cannot be searched
        return False


def _stem(name: str) -> str:
    return next(name.removesuffix(ending) for ending in ENDINGS if name.endswith(ending))


def _check_sentence(key: str) -> None:
    known = sentences(LANGUAGES[0])
    if key not in known:
        raise InputError(f"there is no sentence {shown(key)}{nearest(key, known)}")
    if placeholders(known[key]):
        raise InputError(f"the sentence {key} has blanks to fill in; a scenario cannot say it.")
