"""From a path to tables of the right shape. Nobody vouches for whoever wrote the file."""

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tui_ledger.errors import InputError
from tui_ledger.nearest import nearest, shown
from tui_ledger.toml_file import line_of, read_toml

_STEP_HEADER = re.compile(r"\s*\[\[\s*step\s*\]\]")

_Line = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
_ViewName = Annotated[str, StringConstraints(pattern=r"\A[a-z][a-z0-9_]{0,31}\z")]


class StepTable(BaseModel):
    """A `[[step]]` as it stands in the file."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    at: Annotated[float, Field(ge=0, le=24 * 60 * 60, allow_inf_nan=False)]
    do: _Line | None = None
    say: _Line | None = None


class ScenarioTable(BaseModel):
    """A scenario as it stands in the file."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    title: _Line
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    views: list[_ViewName] = []
    step: Annotated[list[StepTable], Field(min_length=1)]


def read_scenario_file(path: Path) -> ScenarioTable:
    """The tables of the file `path`.

    Raises:
        InputError: it cannot be read or is no scenario; one sentence says why and where.
    """
    table, text = read_toml(path, "a scenario")
    try:
        return ScenarioTable.model_validate(table)
    except ValidationError as error:
        raise InputError(f"{path}, {_explain(error, text)}") from None


def _explain(error: ValidationError, text: str) -> str:
    """The first thing that is wrong: where it is, and what was meant."""
    first = error.errors(include_url=False)[0]
    step, field = _place(first["loc"])
    where = "" if step is None else f"step {step + 1}: "
    if first["type"] == "extra_forbidden":
        known = ScenarioTable.model_fields if step is None else StepTable.model_fields
        line = _line_of(field, text, step)
        return f"{line or where}there is no key {shown(field)}{nearest(field, known)}"
    if first["type"] == "missing":
        return f"{where}{field} is missing."
    reason = str(first["msg"])
    return f"{where}{field}: {reason[:1].lower()}{reason[1:]}."


def _place(location: tuple[Any, ...]) -> tuple[int | None, str]:
    """The index of the step, if the place is in one, and the name of the field."""
    if location[0] == "step" and len(location) > 1:
        return location[1], str(location[-1]) if len(location) > 2 else "the table"
    return None, str(location[0])


def _line_of(key: str, text: str, step: int | None) -> str:
    """`line N: `, where `key` is set at the top or in the step of that index; empty if it was not found."""
    lines = text.splitlines()
    headers = [number for number, line in enumerate(lines) if _STEP_HEADER.match(line)]
    bounds = [-1, *headers, len(lines)]
    block = 0 if step is None else step + 1
    if block + 1 >= len(bounds):
        return ""
    return line_of(key, lines, range(bounds[block] + 1, bounds[block + 1]))
