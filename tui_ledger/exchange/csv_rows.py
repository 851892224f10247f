"""The rows of a CSV file (RFC 4180), which may be anybody's."""

import csv
import re
import stat
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from tui_ledger.errors import InputError
from tui_ledger.exchange.csv_map import CsvMap
from tui_ledger.nearest import nearest, shown

FILE_LIMIT: Final = 16 * 1024 * 1024
"""The largest file, in bytes."""

ROW_LIMIT: Final = 64 * 1024
"""The longest row, in characters."""

ROWS_LIMIT: Final = 100_000
"""The most rows: they are all looked at before the first is executed."""

COLUMNS_LIMIT: Final = 1000
"""The most columns."""

_COLUMNS_SHOWN: Final = 20
_NUMBER: Final = re.compile("[1-9][0-9]{0,2}", re.ASCII)
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


class Row(msgspec.Struct, frozen=True):
    """A row.

    Attributes:
        line: The line on which it begins.
        cells: By column, those that the map names.
        content: The same for rows that have the same in all their cells, and for no others.
        problem: Why it cannot be used, if that is so.
    """

    line: int
    cells: Mapping[str, str]
    content: bytes
    problem: str | None = None


def read_rows(path: Path, csv_map: CsvMap) -> list[Row]:
    """The rows of the file at `path`, without those that are empty. Blanks around a cell are none of its own.

    Raises:
        InputError: it cannot be read, is no CSV, or has no column that the map names.
    """
    lines = _Lines(_read(path, csv_map.encoding), csv_map.skip_lines)
    rows: list[Row] = []
    try:
        columns = None if csv_map.header else _numbered(csv_map)
        for line, cells in lines.rows(csv_map.delimiter):
            if not any(cells):
                continue
            if columns is None:
                columns = _named(cells, csv_map)
                continue
            if len(rows) == ROWS_LIMIT:
                raise InputError(f"there are more than {ROWS_LIMIT:,} rows; split the file.")
            rows.append(columns.row(line, cells))
        if columns is None:
            raise InputError("here the file ends, above its header; see skip_lines and encoding in the map.")
    except csv.Error as error:
        raise InputError(
            f"{path}, line {lines.row_begins}: this is no CSV: {error}. A quote in a text is doubled, and "
            "each one that opens also closes."
        ) from None
    except InputError as error:
        raise InputError(f"{path}, line {lines.row_begins}: {error}", error.code) from None
    return rows


class _Lines:
    """The lines of a text, which end a row unless a quote is open, and how long a row has got."""

    def __init__(self, text: str, skip: int) -> None:
        self._lines = (match[0] for match in _LINE.finditer(text))
        self._line = sum(1 for _ in islice(self._lines, skip))
        self._length = 0
        self.row_begins = self._line + 1

    def rows(self, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        """Each row and the line on which it begins."""
        reader = csv.reader(self._counted(), delimiter=delimiter, strict=True)
        while (cells := next(reader, None)) is not None:
            yield self.row_begins, [cell.strip() for cell in cells]
            self.row_begins, self._length = self._line + 1, 0

    def _counted(self) -> Iterator[str]:
        for line in self._lines:
            self._line += 1
            self._length += len(line)
            if self._length > ROW_LIMIT:
                raise InputError(
                    f"a row has at most {ROW_LIMIT:,} characters, and this one has more; is a quote open?"
                )
            yield line


class _Columns:
    """Where the columns are that the map names.

    Args:
        places: By name, counted from 0.
        width: How many cells a row has at most.
        delimiter: What stands between them.
    """

    def __init__(self, places: Mapping[str, int], width: int, delimiter: str) -> None:
        self._places = places
        self._width = width
        self._delimiter = delimiter

    def row(self, line: int, cells: list[str]) -> Row:
        content = sha256("\0".join(cells).rstrip("\0").encode(errors="surrogatepass")).digest()
        if len(cells) > self._width:
            problem = (
                f"it has {len(cells)} cells, and {self._width} is the most: a text with {self._delimiter!r} "
                "in it needs quotes around it"
            )
            return Row(line, {}, content, problem)
        found = {name: cells[at] if at < len(cells) else "" for name, at in self._places.items()}
        return Row(line, found, content)


def _read(path: Path, encoding: str) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{path} is not a regular file.")
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT + 1)
    except ValueError:  # a NUL in its name
        raise InputError(f"There is no file {path}.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > FILE_LIMIT:
        raise InputError(f"{path} is larger than {FILE_LIMIT >> 20} MiB; split the file.")
    try:
        return data.decode(encoding).removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, errors="replace").count("\n") + 1
        raise InputError(
            f'{path}, line {line}: this is not {encoding} text; encoding = "..." in the map says what it is, '
            "such as cp1252."
        ) from None


def _named(header: list[str], csv_map: CsvMap) -> _Columns:
    """The columns of a file with a header."""
    if len(header) > COLUMNS_LIMIT:
        raise InputError(f"a file has at most {COLUMNS_LIMIT:,} columns, and this one has {len(header):,}.")
    places: dict[str, int] = {}
    for name in sorted(csv_map.columns()):
        if name not in header:
            listed = ", ".join(map(shown, header[:_COLUMNS_SHOWN]))
            raise InputError(
                f"there is no column {shown(name)}{nearest(name, header)} The columns are: {listed}."
            )
        if header.count(name) > 1:
            raise InputError(f"there are two columns {shown(name)}.")
        places[name] = header.index(name)
    return _Columns(places, len(header), csv_map.delimiter)


def _numbered(csv_map: CsvMap) -> _Columns:
    """The columns of a file without one."""
    places: dict[str, int] = {}
    for name in sorted(csv_map.columns()):
        if _NUMBER.fullmatch(name) is None:
            raise InputError(
                f"without a header, columns are called {{1}}, {{2}} and so on, not {shown(name)}."
            )
        places[name] = int(name) - 1
    return _Columns(places, COLUMNS_LIMIT, csv_map.delimiter)
