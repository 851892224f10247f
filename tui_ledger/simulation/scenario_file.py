"""From a path to tables of the right shape. Nobody vouches for whoever wrote the file."""

import re
import stat
import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tui_ledger.errors import InputError

FILE_LIMIT: Final = 1024 * 1024
"""The largest scenario file, in bytes."""

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
    text = _read(path)
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{path} is not a scenario: its values are nested too deeply.") from None
    except ValueError as error:
        raise InputError(f"{path} is not TOML: {error}.") from None
    try:
        return ScenarioTable.model_validate(table)
    except ValidationError as error:
        raise InputError(f"{path}, {_explain(error, text)}") from None


def shown(word: str) -> str:
    """`word` as a sentence can hold it."""
    return word if len(word) <= 40 else f"{word[:39]}…"


def nearest(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about `word`, which is not among `known`: what it may have meant."""
    near = get_close_matches(shown(word).lower(), list(known), n=1)
    return f"; did you mean {near[0]}?" if near else "."


def _read(path: Path) -> str:
    """The text of a regular file: a FIFO would keep us waiting for ever, a device may never end."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{path} is not a regular file; a scenario is a TOML file.")
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > FILE_LIMIT:
        raise InputError(f"{path} is larger than 1 MiB, the most that a scenario may have.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}, line {line}: this is not UTF-8 text.") from None


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
    for number in range(bounds[block] + 1, bounds[block + 1]):
        if re.match(rf"\s*{re.escape(key)}\s*=", lines[number]):
            return f"line {number + 1}: "
    return ""
