"""A line to type into in which one sees what one sends."""

from typing import Final

from textual.widgets import Input

from tui_ledger.safe_text import safe_text

_REPLACED: Final = "\ufffd"


class VisibleInput(Input):
    """Keeps out what a terminal would obey or hide: it can be seen where it was, and does nothing."""

    def validate_value(self, value: str) -> str:
        return visible(value)


def visible(text: str) -> str:
    """`text` with a mark in place of every character that cannot be seen as it is."""
    if safe_text(text) == text:
        return text
    shown = "".join(character if safe_text(character) == character else _REPLACED for character in text)
    return shown if safe_text(shown) == shown else safe_text(shown)
