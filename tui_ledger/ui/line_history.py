"""The lines that were sent, to go back to; the one that is half typed is kept meanwhile, as in a shell."""

from typing import Final

KEPT: Final = 500
"""How many lines are kept."""


class LineHistory:
    """Lines, the last one behind the others, and behind that the one that is being typed."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._place = 0
        self._typing = ""

    def add(self, line: str) -> None:
        """A line was sent, or put aside."""
        if self._lines[-1:] != [line]:
            self._lines = [*self._lines, line][-KEPT:]
        self._place, self._typing = len(self._lines), ""

    def earlier(self, now: str) -> str:
        """The line before, where `now` stands in the bar."""
        return self._go(-1, now)

    def later(self, now: str) -> str:
        """The line behind; at the end, what was being typed."""
        return self._go(1, now)

    def _go(self, step: int, now: str) -> str:
        if self._place == len(self._lines):
            self._typing = now
        self._place = min(max(0, self._place + step), len(self._lines))
        return self._typing if self._place == len(self._lines) else self._lines[self._place]
