"""`ledger.toml`: what a person has set for a ledger. The program never writes it."""

import re
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from tui_ledger.errors import InputError
from tui_ledger.nearest import nearest, shown
from tui_ledger.toml_file import line_of, read_toml
from tui_ledger.toml_mistakes import first_mistake, reason_of

# No `__main__`, which runs a program when it is imported.
_MODULE: Final = re.compile(r"(?!__)[A-Za-z_]\w*(\.(?!__)[A-Za-z_]\w*)*", re.ASCII)


def _module_name(value: str) -> str:
    if _MODULE.fullmatch(value) is None:
        raise ValueError("the name of a module looks like my_views or shop.views; it is no path")
    return value


class LedgerConfig(BaseModel):
    """What the file may say.

    Attributes:
        views_module: The module with the user's own views, by a name that Python can import.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    views_module: Annotated[str, AfterValidator(_module_name)] | None = None


def read_config(path: Path) -> LedgerConfig:
    """What the file at `path` says; nothing special if there is none.

    Raises:
        InputError: it cannot be read or says something else; one sentence says what and where.
    """
    if not path.exists():
        return LedgerConfig()
    table, text = read_toml(path, "a ledger.toml")
    try:
        return LedgerConfig.model_validate(table)
    except ValidationError as error:
        raise InputError(f"{path}, {_explain(error, text)}") from None


def _explain(error: ValidationError, text: str) -> str:
    """The first thing that is wrong: where it is, and what was meant."""
    first = first_mistake(error)
    key, lines = str(first["loc"][0]), text.splitlines()
    line = line_of(key, lines, range(len(lines)))
    if first["type"] == "extra_forbidden":
        return f"{line}there is no key {shown(key)}{nearest(key, LedgerConfig.model_fields)}"
    return f"{line}{key}: {reason_of(first)}"
