"""A ring in half blocks: which slice each half of each cell belongs to."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final

HOLE: Final = 0.52
"""The part of the radius that stays empty."""

Slice = int | None
"""The index of a share; None outside the ring."""


@lru_cache(maxsize=32)
def ring(shares: tuple[int, ...], height: int) -> tuple[tuple[tuple[Slice, Slice], ...], ...]:
    """Rows of cells, each with the slice of its upper and of its lower half.

    The first slice begins at twelve o'clock, and they go round clockwise. A cell is twice as high as it is
    wide, so that the ring is `2 * height` cells wide.

    Args:
        shares: How large each slice is; none below zero.
        height: In cells.
    """
    ends = list(accumulate(shares))
    whole = ends[-1] if ends else 0
    pixels = 2 * height
    rows = [[_slice(ends, whole, x, y, pixels) for x in range(pixels)] for y in range(pixels)]
    return tuple(tuple(zip(rows[y], rows[y + 1], strict=True)) for y in range(0, pixels, 2))


def _slice(ends: Sequence[int], whole: int, x: int, y: int, pixels: int) -> Slice:
    radius = pixels / 2
    across, down = (x + 0.5 - radius) / radius, (y + 0.5 - radius) / radius
    distance = math.hypot(across, down)
    if not HOLE <= distance <= 1 or whole <= 0:
        return None
    turn = math.atan2(across, -down) / math.tau % 1
    return min(bisect_right(ends, turn * whole), len(ends) - 1)
