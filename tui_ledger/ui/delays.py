"""The delays of a read model that the keys go through."""

from typing import Final

DELAYS: Final = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)
"""In seconds."""


def next_delay(delay: float, step: int) -> float | None:
    """The delay that comes after `delay` if `step` is positive, else the one before; None at the end."""
    if step > 0:
        return next((one for one in DELAYS if one > delay), None)
    return next((one for one in reversed(DELAYS) if one < delay), None)
