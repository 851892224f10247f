"""From a path to tables of the right shape. Nobody vouches for whoever wrote the file."""

import re
from datetime import MAXYEAR
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from tui_ledger.clock import parse_timestamp
from tui_ledger.domain.commands import Moment
from tui_ledger.errors import InputError
from tui_ledger.nearest import nearest, shown
from tui_ledger.toml_file import line_of, read_toml
from tui_ledger.toml_mistakes import first_mistake, reason_of

TIMES_LIMIT: Final = 100_000
"""The most repetitions of a step."""

LINE_LIMIT: Final = 1000
"""The longest command, action, sentence or expectation, in characters."""

_VIEW_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_STEP_HEADER = re.compile(r"\s*\[\[\s*step\s*\]\]")


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _view_name(value: str) -> str:
    if _VIEW_NAME.fullmatch(value) is None:
        raise ValueError(f"{shown(value)} can be no view's name, which is a-z, 0-9 and _")
    return value


def _in_the_calendar(value: str) -> str:
    if parse_timestamp(value).year == MAXYEAR:
        raise ValueError("time goes on from there, and the calendar ends with that year")
    return value


_Line = Annotated[str, StringConstraints(min_length=1, max_length=LINE_LIMIT)]
_Lines = Annotated[list[_Line], BeforeValidator(_as_list), Field(min_length=1, max_length=100)]
_ViewName = Annotated[str, AfterValidator(_view_name)]
_Seconds = Field(ge=0, le=24 * 60 * 60, allow_inf_nan=False)


class StepTable(BaseModel):
    """A `[[step]]` as it stands in the file."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    at: Annotated[float, _Seconds]
    do: _Lines = []
    times: Annotated[int, Field(ge=1, le=TIMES_LIMIT)] | None = None
    say: _Line | None = None
    expect: _Lines = []
    within: Annotated[float, _Seconds] | None = None


class ScenarioTable(BaseModel):
    """A scenario as it stands in the file."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    title: _Line
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    start: Annotated[Moment, AfterValidator(_in_the_calendar)] | None = None
    views: list[_ViewName] = []
    step: Annotated[list[StepTable], Field(min_length=1)]


class Places:
    """Which line of the file is whose."""

    def __init__(self, text: str, steps: int) -> None:
        self._lines = text.split("\n")
        headers = [number for number, line in enumerate(self._lines) if _STEP_HEADER.match(line)]
        found = len(headers) == steps  # not so in a file that has its steps in another form
        self._bounds = [*headers, len(self._lines)] if found else []
        self._top = headers[0] if headers else len(self._lines)

    def of_step(self, index: int) -> int:
        """The line on which the step of that index begins; 0 if it was not found."""
        return self._bounds[index] + 1 if self._bounds else 0

    def of_key(self, key: str, index: int | None) -> str:
        """`line N: `, where `key` is set in the step of that index, or at the top."""
        if index is None:
            return line_of(key, self._lines, range(self._top)) or self._of_header(key)
        if not self._bounds:
            return self._of_unknown(index)
        found = line_of(key, self._lines, range(self._bounds[index], self._bounds[index + 1]))
        return found or f"line {self.of_step(index)}: "

    def of_text(self, text: str, key: str, index: int) -> str:
        """`line N: `, where `text`, a value of `key`, stands in the step of that index."""
        if not self._bounds:
            return self._of_unknown(index)
        within = range(self._bounds[index], self._bounds[index + 1])
        for written in (f'"{text}"', f"'{text}'", text):  # one text can be the beginning of another
            for number in within:
                if written in self._lines[number]:
                    return f"line {number + 1}: "
        return self.of_key(key, index)

    def _of_header(self, key: str) -> str:
        """`line N: `, where a table is called `key`; empty if none is."""
        header = re.compile(rf"\s*\[\[?\s*{re.escape(key)}\s*\]")
        numbers = (number for number, line in enumerate(self._lines, 1) if header.match(line))
        return next((f"line {number}: " for number in numbers), "")

    def _of_unknown(self, index: int) -> str:
        return f"{line_of('step', self._lines, range(len(self._lines)))}step {index + 1}: "


def read_scenario_file(path: Path) -> tuple[ScenarioTable, Places]:
    """The tables of the file `path`, and where they are in it.

    Raises:
        InputError: it cannot be read or is no scenario; one sentence says why and where.
    """
    table, text = read_toml(path, "a scenario")
    steps = table.get("step")
    places = Places(text, len(steps) if isinstance(steps, list) else 0)
    try:
        return ScenarioTable.model_validate(table), places
    except ValidationError as error:
        raise InputError(f"{path}, {_explain(error, places)}") from None


def _explain(error: ValidationError, places: Places) -> str:
    """The first thing that is wrong: where it is, and what was meant."""
    first = first_mistake(error)
    step, field = _place(first["loc"])
    where = places.of_key(field, step)
    if first["type"] == "extra_forbidden":
        known = ScenarioTable.model_fields if step is None else StepTable.model_fields
        return f"{where}there is no key {shown(field)}{nearest(field, known)}"
    if first["type"] == "missing":
        return f"{where}{field} is missing."
    if field == "step" and first["type"] == "list_type":
        return f"{where}a step begins with [[step]], in double brackets."
    return f"{where}{field}: {reason_of(first)}"


def _place(location: tuple[Any, ...]) -> tuple[int | None, str]:
    """The index of the step, if the place is in one, and the name of the field."""
    if location[0] == "step" and len(location) > 1:
        return location[1], str(location[2]) if len(location) > 2 else "the table"
    return None, str(location[0])
