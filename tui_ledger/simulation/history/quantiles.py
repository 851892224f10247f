"""Integer tables in place of distributions: a draw is a look-up by a few bits of noise."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

T = TypeVar("T")

SLOTS: Final = 256
"""How many entries a table has, unless it is said: 8 bits of noise choose one."""


def spread(weights: Mapping[T, int], slots: int = SLOTS) -> tuple[T, ...]:
    """A table of so many entries, in which each key has its part by weight."""
    total = sum(weights.values())
    table: list[T] = []
    reached = 0
    for key, weight in weights.items():
        reached += weight
        table += [key] * (reached * slots // total - len(table))
    return tuple(table)


def between(quantiles: Sequence[int]) -> tuple[int, ...]:
    """A table of `SLOTS` entries along `quantiles`, which lie equally far apart, in straight lines."""
    last = len(quantiles) - 1
    table = []
    for slot in range(SLOTS):
        whole, rest = divmod(slot * last, SLOTS)
        low, high = quantiles[whole : whole + 2]
        table.append(low + (high - low) * rest // SLOTS)
    return tuple(table)
