"""How many events a second the log takes."""

from collections import deque
from typing import Final

WINDOW: Final = 3.0
"""Over how long the rate is taken, in seconds."""


class Rate:
    """Events per second over the last `WINDOW` seconds."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def at(self, now: float, head: int) -> float:
        """The rate at `now` (seconds), the log being `head` events long."""
        marks = self._marks
        marks.append((now, head))
        while len(marks) > 2 and marks[1][0] <= now - WINDOW:
            marks.popleft()
        since, before = marks[0]
        return (head - before) / max(WINDOW, now - since)
