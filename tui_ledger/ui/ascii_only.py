"""For terminals that lack the characters the screen is drawn with, or draw them two cells wide.

What the screen is made of has a character of ASCII each, one cell for one cell. Text of people stays as it
is, but for these same characters, which nobody can tell from the screen's own.
"""

from collections.abc import Iterator
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_MARKS: Final = {
    "·": "-",
    "…": "~",
    "×": "x",
    "−": "-",
    "–": "-",
    "—": "-",
    "‖": "=",
    "‹": "<",
    "›": ">",
    "❯": ">",
    "✓": "*",
    "✗": "x",
    "≠": "!",
    "◑": "%",
    "○": "o",
    "●": "O",
    "↻": "@",
    "■": "#",
    "◐": "%",
    "◒": "%",
    "◓": "%",
    "◆": "*",
    "◇": "*",
    "★": "*",
    "✔": "*",
    "✖": "x",
    "⚠": "!",
    "□": "#",
    "▪": "#",
    "▶": ">",
    "▸": ">",
    "◀": "<",
    "◂": "<",
    "▲": "^",
    "▴": "^",
    "▼": "v",
    "▾": "v",
    "≤": "<",
    "≥": ">",
    "⏸": "=",
    "⏵": ">",
    "↺": "@",
    "⟲": "@",
    "⟳": "@",
    "↔": "-",
    "↕": "|",
    "←": "<",
    "→": ">",
    "↑": "^",
    "↓": "v",
    "⏎": "/",
    "⌫": "<",
    "•": ".",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "\u00a0": " ",
    "\ufffd": "?",
}
_BLOCKS: Final = dict(zip("▔▁▂▃▄▅▆▇█▀▏▎▍▌▋▊▉▐▕░▒▓", '-_.:=+*%#"||||###||.:#', strict=True))
_QUARTERS: Final = dict(zip("▖▗▘▝▙▛▜▟▚▞", "__''######", strict=True))
_HEAVY: Final = frozenset("━┃┅┇┉┋┏┓┗┛┣┫┳┻╋═║╔╗╚╝╠╣╦╩╬╸╺╹╻")
_ACROSS: Final = frozenset("─┄┈╌╴╶╼╾")
_DOWN: Final = frozenset("│┆┊╎╵╷╽╿")


def _frames() -> Iterator[tuple[str, str]]:
    """All that lines are drawn with: a heavy line is not the same as a light one."""
    for code in range(0x2500, 0x2580):
        line = chr(code)
        if line in "━═╸╺┅┉":
            yield line, "="
        elif line in "┃║╹╻┇┋":
            yield line, "|"
        elif line in _ACROSS:
            yield line, "-"
        elif line in _DOWN:
            yield line, "|"
        else:
            yield line, "#" if line in _HEAVY else "+"


_ASCII: Final = str.maketrans(dict(_frames()) | _BLOCKS | _QUARTERS | _MARKS)

KEYS: Final = {"↑": "up", "↓": "down", "←": "left", "→": "right", "⏎": "enter", "⌫": "back"}
"""Keys that are shown as one character where there is more than ASCII."""


def to_ascii(text: str) -> str:
    """`text` with the screen's own characters in ASCII, each as wide as it was."""
    return text if text.isascii() else text.replace(" …", "..").translate(_ASCII)


class AsciiOnly(LineFilter):
    """Has every line that is drawn go through `to_ascii`: texts, frames, bars and charts."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [segment if segment.text.isascii() else _in_ascii(segment) for segment in segments]


def _in_ascii(segment: Segment) -> Segment:
    text, style, control = segment
    if text in _BLOCKS and style is not None and "@mouse.down" in style.meta:
        return Segment(" ", style, control)  # the end of a scroll bar's thumb: a part of a cell, or all of it
    return Segment(to_ascii(text), style, control)
