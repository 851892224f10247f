"""Text from people and files, made fit for a terminal: what could act, hide or reorder is spelled out.

Control characters, escape sequences, bidirectional overrides, surrogates, private and unassigned code
points become visible escapes such as `\\u202e`. What remains is a text that a terminal only draws.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

MARK_LIMIT: Final = 4
"""How many combining marks may follow one another; more of them would climb over the lines above."""

ELLIPSIS: Final = "…"

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS: Final = frozenset({"Mn", "Mc", "Me"})
_JOINER: Final = "\u200d"
_NON_JOINER: Final = "\u200c"
_EMOJI_STYLE: Final = "\ufe0f"

# Scripts that are spelled with joiners: Arabic to Sinhala, Myanmar, Khmer and Mongolian. Between letters
# of any other script a joiner is invisible and makes two names look like one.
_JOINING_SCRIPTS: Final = ((0x0600, 0x0DFF), (0x1000, 0x109F), (0x1780, 0x18AF))
_EMOJI: Final = ((0x2190, 0x2BFF), (0x1F000, 0x1FAFF))


def safe_text(text: str, *, limit: int | None = None) -> str:
    """`text` with everything visible that a terminal would obey or hide.

    Zero-width joiners stay where a script or an emoji needs them, and at most `MARK_LIMIT` combining
    marks in a row. Doing it again changes nothing.

    Args:
        text: Anything, also with lone surrogates.
        limit: The terminal cells that the result may take; a longer one is cut and ends in `…`.
    """
    if text.isascii() and text.isprintable():
        if limit is None or len(text) <= limit:
            return text
        return text[: limit - 1] + ELLIPSIS if limit > 0 else ""
    return "".join(_pieces(text)) if limit is None else _cut(_pieces(text), limit)


def _pieces(text: str) -> Iterator[str]:
    """The result, one piece for each character of `text`."""
    base = ""  # the last character that was no mark; empty after an escape
    marks = 0
    for index, character in enumerate(text):
        category = unicodedata.category(character)
        following = text[index + 1 : index + 2]
        if category in _MARKS:
            marks += 1
            if marks <= MARK_LIMIT:
                yield character
            else:
                base = ""
                yield _escape(character)
        elif character in (_JOINER, _NON_JOINER) and _joins(character, base, following, marks):
            base = ""
            yield character
        elif category in _HIDDEN:
            base, marks = "", 0
            yield _escape(character)
        else:
            base, marks = character, 0
            yield character


def _joins(joiner: str, before: str, after: str, marks: int) -> bool:
    """Whether a script or an emoji needs `joiner` between these two, `marks` marks after the first."""
    if not before or not after:
        return False
    if unicodedata.category(after) in _MARKS:
        return marks < MARK_LIMIT and _within(before, _JOINING_SCRIPTS) and _within(after, _JOINING_SCRIPTS)
    if before.isalpha() and after.isalpha():
        return _within(before, _JOINING_SCRIPTS) and _within(after, _JOINING_SCRIPTS)
    return joiner == _JOINER and _is_emoji(before) and _is_emoji(after)


def _is_emoji(character: str) -> bool:
    return _within(character, _EMOJI) and unicodedata.category(character) not in _HIDDEN


def _within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _cut(pieces: Iterable[str], limit: int) -> str:
    """The pieces if they fit into `limit` cells, else as many as leave room for an ellipsis."""
    taken: list[str] = []
    fitting = used = 0  # fitting: how many of the pieces taken leave a cell free
    for piece in pieces:
        used += _width(piece)
        if used > limit:
            beginning = "".join(taken[:fitting]).rstrip(_JOINER + _NON_JOINER)
            return beginning + ELLIPSIS if limit > 0 else ""
        taken.append(piece)
        if used < limit:
            fitting = len(taken)
    return "".join(taken)


def _width(piece: str) -> int:
    """The cells that a piece takes, rather one too many than one too few: fonts and terminals differ."""
    if len(piece) > 1 or piece == _EMOJI_STYLE:
        return len(piece)
    if piece in (_JOINER, _NON_JOINER) or unicodedata.category(piece) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(piece) in "WF" else 1
