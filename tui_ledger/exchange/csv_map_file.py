"""From a path to a map of the right form. Nobody vouches for whoever wrote the file."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from tui_ledger.errors import InputError
from tui_ledger.exchange.csv_map import AmountTable, CsvMap, DateTable, RuleTable, TextTable
from tui_ledger.nearest import nearest, shown
from tui_ledger.toml_file import line_of, read_toml

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
    first = error.errors(include_url=False)[0]
    table, index, names = _place(first["loc"])
    where = "" if table is None else f"rule {index + 1}: " if index is not None else f"{table}: "
    if first["type"] == "missing":
        return f"{where}{names[-1] if names else table} is missing."
    key = names[0] if names else ""
    line = _line_of(key, text.splitlines(), table, index)
    if first["type"] == "extra_forbidden":
        known = _TABLES.get(table or "", CsvMap).model_fields
        return f"{line or where}there is no key {shown(names[-1])}{nearest(names[-1], known)}"
    reason = str(first.get("ctx", {}).get("error", first["msg"]))
    subject = f"{key}: " if key else ("" if line or not where else where)
    return f"{line or (where if key else '')}{subject}{reason[:1].lower()}{reason[1:]}."


def _place(location: tuple[Any, ...]) -> tuple[str | None, int | None, list[str]]:
    """The table, the index of the rule if it is one, and the names below that."""
    rest = list(location)
    table = str(rest.pop(0)) if rest and rest[0] in _TABLES else None
    index = rest.pop(0) if table == "rule" and rest and isinstance(rest[0], int) else None
    return table, index, [str(part) for part in rest if not isinstance(part, int)]


def _line_of(key: str, lines: list[str], table: str | None, index: int | None) -> str:
    """`line N: `, where `key` is set in its table; empty if it was not found."""
    headers = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    if table is None:
        return line_of(key, lines, range(headers[0] if headers else len(lines)))
    own = [number for number in headers if _name(lines[number]) == table]
    if len(own) <= (index or 0):
        return line_of(table, lines, range(headers[0] if headers else len(lines)))
    start = own[index or 0]
    end = _first(number for number in headers if number > start)
    return line_of(key, lines, range(start + 1, len(lines) if end is None else end))


def _name(header: str) -> str:
    match = _HEADER.match(header)
    return match[1] if match else ""


def _first(numbers: Iterable[int]) -> int | None:
    return next(iter(numbers), None)
