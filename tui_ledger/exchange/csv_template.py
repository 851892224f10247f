"""Texts of a CSV map: what stands in braces is the name of a column, `{Payee}, {Purpose}`."""

import re
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator

_BLANK: Final = re.compile(r"\{([^{}]*)\}")


def columns_of(template: str) -> list[str]:
    """The columns that `template` names."""
    return _BLANK.findall(template)


def fill_in(template: str, cells: Mapping[str, str]) -> str:
    """`template` with the cells of a row in its blanks, and nothing around it."""
    if "{" not in template:
        return template
    return _BLANK.sub(lambda blank: cells[blank[1]], template).strip()


def _checked(value: str) -> str:
    if "{" in _BLANK.sub("", value) or "}" in _BLANK.sub("", value):
        raise ValueError("a brace needs its partner, as in {Payee}")
    if not all(name.strip() for name in columns_of(value)):
        raise ValueError("braces hold the name of a column, as in {Payee}")
    return value


Template = Annotated[str, AfterValidator(_checked)]
