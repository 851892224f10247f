"""What the command line prints: lines and tables for people, JSON lines for programs."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import Any, TextIO

from rich.cells import cell_len

from tui_ledger.safe_text import safe_text


def prepare_streams() -> None:
    """Make writing safe: what the encoding lacks becomes an escape, and a stream that is closed is none."""
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str, *, flush: bool = True) -> None:
    """Print one line for a person, and flush it unless more comes at once. `text` may be hostile."""
    print(safe_text(text), flush=flush)


def complain(text: str) -> None:
    """Print one line on standard error. `text` may be hostile."""
    print(safe_text(text), file=sys.stderr, flush=True)


def say_json(value: Mapping[str, Any], *, flush: bool = True) -> None:
    """Print one JSON object on one line, and flush it unless more comes at once.

    Characters that steer a terminal or end a line are escaped, as JSON lets us; a program reads the same.
    """
    text = _json(value)
    if not text.isprintable():
        text = "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
    print(text, flush=flush)


def flush_output() -> None:
    """Send off what was printed."""
    sys.stdout.flush()


def say_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table, aligned by what a terminal shows, with columns of numbers to the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(head, *cells, strict=True)]
    numeric = [all(map(_is_number, column)) for column in zip(*rows, strict=True)] or [False] * len(head)
    for row in [list(head), *cells]:
        columns = zip(row, widths, numeric, strict=True)
        print("  ".join(_pad(cell, width, right) for cell, width, right in columns).rstrip())
    sys.stdout.flush()


def counted(number: int, name: str) -> str:
    """`number` with its noun, which forms its plural with an s."""
    return f"{number:,} {name}{'s' * (number != 1)}"


def _nowhere() -> TextIO:
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8", closefd=False)


def _cell(value: object) -> str:
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return "" if value is None else safe_text(str(value))


def _pad(cell: str, width: int, right: bool) -> str:
    blanks = " " * (width - cell_len(cell))
    return blanks + cell if right else cell + blanks


def _is_number(value: object) -> bool:
    return isinstance(value, int) or (
        isinstance(value, str) and value.lstrip("+-").replace(".", "", 1).isdecimal()
    )


def _json(value: Mapping[str, Any]) -> str:
    import msgspec  # which help has no use for

    if _is_utf8(sys.stdout.encoding):
        with suppress(UnicodeEncodeError):  # an argument that is not UTF-8 comes with surrogates
            return msgspec.json.encode(value).decode()
    return json.dumps(value, separators=(",", ":"))


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "") == "utf8"
