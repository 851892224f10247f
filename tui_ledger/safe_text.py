"""Text from people and files, made fit for a terminal: what could act, hide or reorder is spelled out.

Control characters, escape sequences, bidirectional overrides, surrogates, private and unassigned code
points, and signs that are drawn as nothing become visible escapes such as `\\u202e`. What remains is a text
that a terminal only draws.

Terminals do not agree how wide some of it is: joined emoji, flags, vowel signs. `limit` counts the most that
any of them takes, and the screen puts the cursor right behind such a text (`ui/columns.py`).
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

_KEYCAP: Final = "\u20e3"


def _characters(*ranges: tuple[int, int]) -> frozenset[str]:
    return frozenset(chr(code) for first, last in ranges for code in range(first, last + 1))


# Drawn as nothing, though they are called letters and marks: two names would look like one.
_INVISIBLE: Final = _characters(
    *((0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x3164, 0x3164)),
    *((0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xE0100, 0xE01EF)),
)
# Those among them that choose between two looks of the character before: of an emoji, of an ideograph.
_EMOJI_LOOKS: Final = frozenset("\ufe0e\ufe0f")
_IDEOGRAPH_LOOKS: Final = _characters((0xFE00, 0xFE02), (0xE0100, 0xE01EF))
_IDEOGRAPHS: Final = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))

# No marks by their category, and drawn onto what stands before all the same.
_SKIN_TONES: Final = _characters((0x1F3FB, 0x1F3FF))
_HANGUL_PARTS: Final = _characters((0x1161, 0x11FF), (0xD7B0, 0xD7FB))  # vowels and finals
_ONTO: Final = _SKIN_TONES | _HANGUL_PARTS
_HANGUL: Final = ((0x1100, 0x11FF), (0xA960, 0xA97C), (0xAC00, 0xD7FB))

# Wide since Unicode 16: this Python may know them as narrow yet.
_NEWLY_WIDE: Final = _characters(
    *((0x2630, 0x2637), (0x268A, 0x268F), (0x4DC0, 0x4DFF), (0x1D300, 0x1D356), (0x1D360, 0x1D376))
)

# Scripts that are spelled with joiners: Arabic to Sinhala, Myanmar, Khmer and Mongolian. Between letters
# of any other script a joiner is invisible and makes two names look like one.
_JOINING_SCRIPTS: Final = ((0x0600, 0x0DFF), (0x1000, 0x109F), (0x1780, 0x18AF))
_EMOJI: Final = ((0x2190, 0x2BFF), (0x1F000, 0x1FAFF))
_OTHER_EMOJI: Final = frozenset("©®‼⁉™ℹ〰〽㊗㊙")


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
    base = ""  # the last character that was no mark; empty at the beginning and after an escape
    marks = 0  # how many were drawn onto it
    for index, character in enumerate(text):
        category = unicodedata.category(character)
        following = text[index + 1 : index + 2]
        if category in _MARKS or character in _ONTO:
            marks += 1
            if marks <= MARK_LIMIT and _goes_with(character, base, following):
                yield character
            else:
                base = ""
                yield _escape(character)
        elif character in (_JOINER, _NON_JOINER) and _joins(character, base, following, marks):
            base = character
            yield character
        elif category in _HIDDEN or character in _INVISIBLE:
            base, marks = "", 0
            yield _escape(character)
        else:
            base, marks = character, 0
            yield character


def _goes_with(mark: str, base: str, after: str) -> bool:
    """Whether `mark` can be drawn onto `base`: what has nothing to be drawn onto would take a neighbour."""
    if not base:
        return False
    if mark in _SKIN_TONES:
        return _is_emoji(base)
    if mark in _HANGUL_PARTS:
        return _within(base, _HANGUL)
    if mark in _EMOJI_LOOKS and (_is_emoji(base) or base in _OTHER_EMOJI):
        return True
    if mark == _EMOJI_STYLE and after == _KEYCAP:
        return base in "0123456789#*"
    if mark in _IDEOGRAPH_LOOKS:
        return _within(base, _IDEOGRAPHS)
    return mark not in _INVISIBLE


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
    return (
        _within(character, _EMOJI)
        and character not in _SKIN_TONES
        and unicodedata.category(character) not in _HIDDEN
    )


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
    return 2 if unicodedata.east_asian_width(piece) in "WF" or piece in _NEWLY_WIDE else 1
