"""Keeps columns straight on terminals that measure a text in another way than this program does.

A joined emoji takes two cells here, four there; a vowel sign of Devanagari none or one. A terminal that
sees it otherwise would draw all that follows in the line beside its place, frames included.
"""

import re
from typing import Final
from unicodedata import category, east_asian_width

from rich.cells import cell_len, split_graphemes

_STEADY: Final = (
    "\x00-\x7f"
    "\u00a0-\u02ff\u0370-\u0482\u048a-\u058f"  # Latin, Greek, Cyrillic, Armenian
    "\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20cf\u2100-\u230f\u2400-\u262f\u2638-\u2689\u2690-\u27bf"
    "\u2800-\u28ff\u3000-\u3029\u3030-\u3098\u309b-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60"
)
"""What every terminal measures alike: the rest is treated as if it did not."""

_UNSTEADY: Final = re.compile(f"[^{_STEADY}\u23ce\ufffd]")
_ESCAPE: Final = re.compile(
    r"\x1b\[\d+;(\d+)H"  # the cursor to a line and a column: every stretch of a frame begins with it
    r"|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|[\x00-\x1f\x7f]"
)
_STYLING: Final = "m"
_NO_CELL: Final = frozenset({"Mn", "Me", "Cf"})
# What is left of an emoji that a window covers in part, or that two lines share: it would join the frame.
_STRAY: Final = re.compile(
    "(?:^|(?<= ))[\u200c\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]+|[\u200c\u200d]+(?=$| )"
)


def straightened(output: str) -> str:
    """`output` with the cursor put where it belongs after each text that terminals measure differently.

    Its cells are blanked first, for a terminal that needs fewer of them. Where it might need more than there
    are, or fewer than it has, each part of it is put into its place.
    """
    if _UNSTEADY.search(output) is None:
        return output
    parts: list[str] = []
    column: int | None = None  # of the cursor, from 1; None where that is not known
    end = 0
    for match in _ESCAPE.finditer(output):
        column = _put(output[end : match.start()], column, parts)
        parts.append(match[0])
        if match[1] is not None:
            column = int(match[1])
        elif not match[0].endswith(_STYLING):
            column = None
        end = match.end()
    _put(output[end:], column, parts)
    return "".join(parts)


def _put(text: str, column: int | None, parts: list[str]) -> int | None:
    """Add `text` at `column`; the column after it."""
    if column is None or not text:
        parts.append(_STRAY.sub("", text))
        return column
    after = column + cell_len(text)
    if _UNSTEADY.search(text) is None:
        parts.append(text)
    else:
        drawn = _STRAY.sub("", text).rstrip(" ")
        if not cell_len(drawn) <= _widest(drawn) <= after - column:
            drawn = _placed(drawn, column)
        parts.append(f"{' ' * (after - column)}\x1b[{column}G{drawn}\x1b[{after}G")
    return after


def _widest(text: str) -> int:
    """The cells that `text` takes on a terminal that joins nothing."""
    return sum(0 if category(one) in _NO_CELL else 2 if east_asian_width(one) in "WF" else 1 for one in text)


def _placed(text: str, column: int) -> str:
    """`text` with each part of it in its place: where one stands out, the next one covers that."""
    parts: list[str] = []
    for start, end, cells in split_graphemes(text)[0]:
        part = text[start:end]
        column += cells
        parts.append(part if _UNSTEADY.search(part) is None else f"{part}\x1b[{column}G")
    return "".join(parts)
