"""A point in a ledger's history as people name it: a position, or a time."""

from datetime import datetime
from typing import Final

from tui_ledger.clock import parse_timestamp
from tui_ledger.errors import InputError
from tui_ledger.nearest import shown

_DIGITS: Final = 20  # more than the largest position has

When = int | datetime
"""A position, or a time with its zone: then the last position up to which no event occurred after it."""


def parse_when(text: str) -> When:
    """The position or the time that `text` says. A time without a zone is taken as UTC.

    Raises:
        InputError: it is neither.
    """
    try:
        if text.isascii() and text.isdecimal():
            return _position(text)
        return parse_timestamp(text)
    except ValueError:
        raise InputError(
            f"{shown(text)} is neither a position such as 4 nor a time such as 2026-01-31 or "
            "2026-01-31T12:00:00Z.",
            "bad_when",
        ) from None


def _position(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise ValueError("no position has so many digits")
    return int(digits)
