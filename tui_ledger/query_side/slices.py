"""Long work in the event loop's thread, in slices."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

SLICE: Final = 0.002
"""Seconds of work after which everything else in the program gets its turn."""


class Slices:
    """Says when it is the others' turn: `if slices.over(): await slices.rest()`, after each small step.

    Args:
        timer: Seconds, which only grow.
    """

    def __init__(self, timer: Callable[[], float] = time.perf_counter) -> None:
        self._timer = timer
        self._since = timer()

    def over(self) -> bool:
        """Whether the slice has lasted long enough."""
        return self._timer() - self._since > SLICE

    async def rest(self) -> None:
        """Let the others have their turn, and begin the next slice."""
        await asyncio.sleep(0)
        self._since = self._timer()
