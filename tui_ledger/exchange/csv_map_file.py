"""From a path to a map of the right form. Nobody vouches for whoever wrote the file."""

import re
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from tui_ledger.errors import InputError
from tui_ledger.exchange.csv_map import AmountTable, CsvMap, DateTable, RuleTable, TextTable
from tui_ledger.nearest import nearest, shown
from tui_ledger.toml_file import line_of, read_toml
from tui_ledger.toml_mistakes import first_mistake, reason_of

_TABLES: Final[dict[str, type[BaseModel]]] = {
    "date": DateTable,
    "amount": AmountTable,
    "texts": TextTable,
    "rule": RuleTable,
}
_HEADER: Final = re.compile(r"\s*\[\[?\s*([\w.]+)\s*\]")


def read_map(path: Path) -> CsvMap:
    """The map in the file `path`.

    Raises:
        InputError: it cannot be read or is no map; one sentence says why and where.
    """
    table, text = read_toml(path, "a map")
    try:
        return CsvMap.model_validate(table)
    except ValidationError as error:
        raise InputError(f"{path}, {_explain(error, text)}") from None


def _explain(error: ValidationError, text: str) -> str:
    """The first thing that is wrong: where it is, and what was meant."""
    first = first_mistake(error)
    table, index, key = _place(first["loc"])
    name = table if index is None else f"rule {index + 1}"
    where = _line_of(key, text.splitlines(), table, index) or (f"{name}: " if name else "")
    if first["type"] == "missing":
        return f"{': '.join(filter(None, (name, key)))} is missing."
    if first["type"] == "extra_forbidden":
        return f"{where}there is no key {shown(key)}{nearest(key, _TABLES.get(table, CsvMap).model_fields)}"
    return f"{where}{key and f'{key}: '}{reason_of(first)}"


def _place(location: tuple[Any, ...]) -> tuple[str, int | None, str]:
    """The table, empty for the top; the index of the rule, if it is one; and the key that is set there."""
    rest = list(location)
    table = str(rest.pop(0)) if rest and rest[0] in _TABLES else ""
    index = rest.pop(0) if table == "rule" and rest else None
    return table, index, str(rest[0]) if rest else ""


def _line_of(key: str, lines: list[str], table: str, index: int | None) -> str:
    """`line N: `, where `key` is set in its table, or is a table; empty if it was not found."""
    if not key:
        return ""
    headers = {number: match[1] for number, line in enumerate(lines) if (match := _HEADER.match(line))}
    bounds = [*headers, len(lines)]
    if not table:
        own = [number for number, name in headers.items() if name == key]
        return f"line {own[0] + 1}: " if own else line_of(key, lines, range(bounds[0]))
    starts = [at for at, number in enumerate(headers) if headers[number] == table]
    if (index or 0) >= len(starts):
        return ""
    start = starts[index or 0]
    return line_of(key, lines, range(bounds[start] + 1, bounds[start + 1]))
