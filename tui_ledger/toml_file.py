"""TOML files by people: read with a limit, since nobody vouches for them, and each mistake with its place."""

import re
import stat
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tui_ledger.errors import InputError

FILE_LIMIT: Final = 1024 * 1024
"""The largest file, in bytes."""


def read_toml(path: Path, what: str) -> tuple[dict[str, Any], str]:
    """The tables of the file at `path`, and its text.

    Args:
        path: A regular file: a FIFO would keep us waiting for ever, and a device may never end.
        what: What the file is, with its article.

    Raises:
        InputError: it cannot be read or is no TOML; one sentence says why and where.
    """
    text = _read(path, what)
    try:
        return tomllib.loads(text), text
    except RecursionError:
        raise InputError(f"{path} is not {what}: its values are nested too deeply.") from None
    except ValueError as error:
        raise InputError(f"{path} is not TOML: {error}.") from None


def line_of(key: str, lines: Sequence[str], within: range) -> str:
    """`line N: `, where `key` is set in the lines of these indices; empty if it was not found."""
    for number in within:
        if re.match(rf"\s*{re.escape(key)}\s*=", lines[number]):
            return f"line {number + 1}: "
    return ""


def _read(path: Path, what: str) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(f"{path} is not a regular file; {what} is a TOML file.")
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > FILE_LIMIT:
        raise InputError(f"{path} is larger than 1 MiB, the most that {what} may have.")
    try:
        return data.decode().removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")  # some editors begin with one
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}, line {line}: this is not UTF-8 text.") from None
