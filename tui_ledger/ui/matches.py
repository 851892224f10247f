"""The positions of the events that a filter lets pass: found from the end of the log backwards."""

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from tui_ledger.content import say
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.event_filter import EventFilter
from tui_ledger.ui.event_line import describe

STEP: Final = 500
"""Events that are looked through at once: few enough not to hold up the screen."""

Read = Callable[[int, int], Awaitable[Sequence[StoredEvent]]]
"""Reads at most so many events (second) after a position (first)."""


class Matches:
    """The list grows at its end with the log, and at its beginning as the search goes back.

    Args:
        wanted: Which events.
        head: Where the log ends: from there the search goes both ways.
    """

    def __init__(self, wanted: EventFilter, head: int) -> None:
        self.wanted = wanted
        self._newer: list[int] = []
        self._older: list[int] = []  # the last one first
        self._high = self._low = head  # what lies between, and `_low` itself, was looked through

    def __len__(self) -> int:
        return len(self._older) + len(self._newer)

    def __getitem__(self, index: int) -> int:
        older = len(self._older)
        return self._older[older - 1 - index] if index < older else self._newer[index - older]

    @property
    def left(self) -> int:
        """How many events at the beginning of the log have not been looked through yet."""
        return self._low

    def index_of(self, position: int) -> int:
        """The index of the first match at `position` or behind it."""
        return bisect_left(self, position)

    def is_done(self, head: int) -> bool:
        """Whether there is nothing left to look through in a log that ends at `head`."""
        return self._low == 0 and self._high >= head

    def say(self, head: int, shown: int) -> str:
        """What is wanted, how much of it is shown, and whether the search goes on."""
        key = "screen.stream.filtered" if self.is_done(head) else "screen.stream.searching"
        wanted = safe_text(self.wanted.text, limit=20)
        return say(key, filter=wanted, count=f"{shown:,}", left=f"{self.left:,}")

    def say_none(self, head: int) -> str:
        """What stands where there is no match."""
        return say("screen.stream.no_match" if self.is_done(head) else "screen.stream.search")

    async def search(self, read: Read, head: int) -> int:
        """Look through the next few events, new ones first.

        Returns:
            How many matches came in before those that were known.
        """
        if self._high < head:
            found = await read(self._high, min(STEP, head - self._high))
            self._newer += self._passing(found)
            self._high = found[-1].position if found else head
            return 0
        after = max(0, self._low - STEP)
        matches = self._passing(await read(after, self._low - after))
        self._older += reversed(matches)
        self._low = after
        return len(matches)

    def _passing(self, events: Sequence[StoredEvent]) -> list[int]:
        return [event.position for event in events if self.wanted.lets_pass(describe(event))]
