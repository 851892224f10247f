"""Numbers to be read from the back of a lecture hall: seven segments, drawn in half blocks at any size."""

from functools import lru_cache
from typing import Final, NamedTuple

_SEGMENTS: Final = {
    "0": "abcdef",
    "1": "bc",
    "2": "abged",
    "3": "abgcd",
    "4": "fgbc",
    "5": "afgcd",
    "6": "afgedc",
    "7": "abc",
    "8": "abcdefg",
    "9": "abfgcd",
    " ": "",
}
_DRAWN: Final = frozenset(_SEGMENTS) | frozenset(".,#=≠+-−")
_HALVES: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


class Size(NamedTuple):
    """How large a digit is, in pixels: half a cell high, a cell wide.

    Attributes:
        width: Of a digit, without the gap behind it.
        height: Of all characters.
        stroke: How thick the lines are.
    """

    width: int
    height: int
    stroke: int

    @property
    def rows(self) -> int:
        """The height in lines."""
        return (self.height + 1) // 2


SIZES: Final = (
    Size(11, 16, 3),
    Size(9, 14, 2),
    Size(8, 12, 2),
    Size(7, 12, 2),
    Size(6, 10, 2),
    Size(5, 8, 1),
    Size(4, 7, 1),
    Size(3, 5, 1),
)
"""Those to choose from, the largest first."""


def width_of(text: str, size: Size) -> int:
    """How many cells `text` takes at that size."""
    return sum(_width(character, size) + _gap(size) for character in text) - _gap(size) if text else 0


def fitting(texts: tuple[str, ...], width: int, rows: int) -> Size | None:
    """The largest size at which each of `texts` fits there; None if none does, or one is no number."""
    if any(not _DRAWN.issuperset(text) for text in texts):
        return None
    return next(
        (size for size in SIZES if size.rows <= rows and all(width_of(one, size) <= width for one in texts)),
        None,
    )


@lru_cache(maxsize=64)
def big_digits(text: str, size: Size) -> tuple[str, ...]:
    """`text`, of which every character can be drawn, in `size.rows` lines."""
    pixels = [_row(text, size, y) for y in range(size.height + size.height % 2)]
    return tuple(
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(pixels[::2], pixels[1::2], strict=True)
    )


def _row(text: str, size: Size, y: int) -> list[bool]:
    row: list[bool] = []
    for place, character in enumerate(text):
        row += [False] * (_gap(size) if place else 0)
        row += (_is_on(character, x, y, size) for x in range(_width(character, size)))
    return row


def _gap(size: Size) -> int:
    return max(1, size.stroke)


def _width(character: str, size: Size) -> int:
    if character in ".,":
        return size.stroke
    if character in "+-−":
        return max(3, size.width - size.stroke)
    return size.width // 2 if character == " " else size.width


def _is_on(character: str, x: int, y: int, size: Size) -> bool:
    width, height, stroke = size
    if y >= height:
        return False
    match character:
        case ".":
            return y >= height - stroke
        case ",":
            return y >= height - stroke - max(1, stroke // 2)
        case "#":
            across = any(top <= y < top + stroke for top in (height // 4, height - height // 4 - stroke))
            beam = (width - 2 * stroke) // 3 or 1
            return across or beam <= x < beam + stroke or width - beam - stroke <= x < width - beam
        case "=" | "≠":
            bars = any(top <= y < top + stroke for top in (height // 4, height - height // 4 - stroke))
            slash = abs((width - 1 - x) * (height - 1) - y * (width - 1)) <= stroke * (height - 1) * 0.6
            return bars or (character == "≠" and slash)
        case "+" | "-" | "−":
            middle, wide = (height - stroke) // 2, _width(character, size)
            beam = middle <= y < middle + stroke
            upright = (wide - stroke) // 2 <= x < (wide - stroke) // 2 + stroke
            arm = wide // 2 - stroke // 2
            return beam or (character == "+" and upright and middle - arm <= y < middle + stroke + arm)
    return any(_in_segment(name, x, y, size) for name in _SEGMENTS[character])


def _in_segment(name: str, x: int, y: int, size: Size) -> bool:
    width, height, stroke = size
    middle = (height - stroke) // 2
    upper, lower = y < middle + stroke, y >= middle
    return {
        "a": y < stroke,
        "b": x >= width - stroke and upper,
        "c": x >= width - stroke and lower,
        "d": y >= height - stroke,
        "e": x < stroke and lower,
        "f": x < stroke and upper,
        "g": middle <= y < middle + stroke,
    }[name]
