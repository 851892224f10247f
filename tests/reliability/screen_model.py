"""A terminal as strict as a test can be: it draws, and refuses what Textual itself does not send."""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from rich.cells import cell_len

EMITTED: Final = (
    r"\x1b\[\d+;\d+H",  # the cursor to a place
    r"\x1b\[\d+G",  # the cursor to a column: `ui/columns.py`
    r"\x1b\[[\d;]*m",  # colours and the like
    r"\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]",  # modes of the terminal
    r"\x1b\[\?(?:2026|2048)\$p",  # which of them it has
    r"\x1b\[(?:>\d+|<)u",  # the protocol of the keyboard
    r"\x1b\]22;[a-z-]*\x07",  # the shape of the pointer
    r"\x1b\]52;c;[A-Za-z0-9+/=]*\x07",  # into the clipboard, when somebody copies
    r"\n|\r",
)
"""All that may come between texts."""

_SEQUENCE: Final = re.compile("|".join(EMITTED))
_PLACE: Final = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[(\d+)G")
_TEXT: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f]+")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FRAME: Final = frozenset("│╭╮╰╯")
_JOINERS: Final = "\u200c\u200d"
_LONGEST: Final = 1 << 16  # of a sequence, in characters: one that fills the clipboard holds what it gets

Width = Callable[[str, str], int]
"""The cells that a character adds to the text before it."""


def as_rich_measures(before: str, one: str) -> int:
    """The width that the program itself reckons with."""
    return cell_len(before + one) - cell_len(before)


def one_by_one(before: str, one: str) -> int:
    """The cells of a terminal that knows characters only, as many do."""
    if unicodedata.category(one) in ("Mn", "Me", "Cf") or "\u1160" <= one <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(one) in "WF" else 1


def by_cluster(before: str, one: str) -> int:
    """The cells of a terminal that draws emoji, flags and syllables as a whole."""
    last = before[-1:]
    if one == "\ufe0f":
        return 1 if last and one_by_one("", last) == 1 else 0
    joined = last == "\u200d" or "\U0001f3fb" <= one <= "\U0001f3ff"
    return 0 if joined or unicodedata.category(one) == "Mc" else one_by_one(before, one)


class Screen:
    """What stands in which cell, and what should not have come.

    Attributes:
        rows: The cells; of a wide character the second one is empty.
        refused: Sequences and characters that a program must not send, each with what was near it.
    """

    def __init__(self, columns: int, rows: int, width: Width = as_rich_measures) -> None:
        self.rows = [[" "] * columns for _ in range(rows)]
        self.refused: list[str] = []
        self._width = width
        self._x = self._y = 0
        self._rest = ""

    @property
    def frames(self) -> list[tuple[int, ...]]:
        """In which columns of each line a frame stands."""
        return [tuple(x for x, one in enumerate(row) if one in _FRAME) for row in self.rows]

    @property
    def text(self) -> str:
        """All that stands there, line by line."""
        return "\n".join("".join(row).rstrip() for row in self.rows)

    def feed(self, output: str) -> None:
        """Draw what came; what may be the beginning of a sequence waits for the rest of it."""
        output = self._rest + output
        self._rest, at = "", 0
        while at < len(output):
            if found := _TEXT.match(output, at):
                self._draw(found[0])
            elif found := _SEQUENCE.match(output, at):
                self._obey(found[0])
            elif output[at] == "\x1b" and len(output) - at < _LONGEST and "\x1b" not in output[at + 1 :]:
                self._rest = output[at:]
                return
            else:
                self._refuse(output, at)
                at += 1
                continue
            at = found.end()

    def finish(self) -> None:
        """Nothing more comes: what waits is refused."""
        rest, self._rest = self._rest, ""
        if rest:
            self.refused.append(repr(rest))

    def _obey(self, sequence: str) -> None:
        if place := _PLACE.fullmatch(sequence):
            if place[3] is None:
                self._y = int(place[1]) - 1
            self._x = int(place[3] or place[2]) - 1

    def _draw(self, text: str) -> None:
        for index, one in enumerate(text):
            if self._is_hidden(one, text[:index][-1:], text[index + 1 : index + 2]):
                self._refuse(text, index)
            cells = self._width(text[:index], one)
            row = self.rows[min(self._y, len(self.rows) - 1)]
            if cells <= 0:
                onto = next((x for x in range(min(self._x, len(row)) - 1, -1, -1) if row[x]), 0)
                row[onto] += one
            elif self._x + cells <= len(row):
                self._clear(row, self._x, cells)
                row[self._x : self._x + cells] = [one, *[""] * (cells - 1)]
                self._x += cells

    def _clear(self, row: list[str], at: int, cells: int) -> None:
        """A wide character that is drawn over in part leaves blanks."""
        if row[at] == "" and at > 0:
            row[at - 1] = " "
        after = at + cells
        if after < len(row) and row[after] == "":
            row[after] = " "

    @staticmethod
    def _is_hidden(one: str, before: str, after: str) -> bool:
        if one in _JOINERS:
            return not (before and after and ord(before) > 0x5FF and ord(after) > 0x5FF)
        return unicodedata.category(one) in _HIDDEN

    def _refuse(self, output: str, at: int) -> None:
        self.refused.append(f"{output[at : at + 8]!r} in {output[max(0, at - 30) : at + 30]!r}")
