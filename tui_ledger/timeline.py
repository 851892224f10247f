"""When a follower of the log came to each position, as far back as is kept."""

from bisect import bisect_left
from collections import deque
from operator import itemgetter
from typing import Final

from tui_ledger.clock import Clock

KEPT: Final = 10_000
"""How many moments are kept."""


class Timeline:
    """The moments at which somebody's position grew, the last `kept` of them. It begins at position 0.

    A moment is a number of seconds by the clock's `monotonic`: only differences mean something.
    """

    def __init__(self, clock: Clock, kept: int = KEPT) -> None:
        self._clock = clock
        # The first entry only says from where on the second one counts; so what is dropped is never missed.
        self._entries: deque[tuple[int, float | None]] = deque([(0, None)], maxlen=kept + 1)

    def begin(self, position: int) -> None:
        """The position is `position` already. When it came there, nobody here has seen."""
        if position < self._entries[-1][0]:  # everything is done again, and what was no longer counts
            self._entries.clear()
        if not self._entries or position > self._entries[-1][0]:
            self._entries.append((position, None))

    def reach(self, position: int) -> None:
        """The position is `position` now. It never goes back, except by `begin`."""
        if position > self._entries[-1][0]:
            self._entries.append((position, self._clock.monotonic()))

    def when(self, position: int) -> float | None:
        """The moment at which `position` was reached or passed.

        None if that is still to come, was not seen, or is longer ago than what is kept.
        """
        index = bisect_left(self._entries, position, key=itemgetter(0))
        return self._entries[index][1] if 0 < index < len(self._entries) else None
