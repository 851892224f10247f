"""The last few events of the log, in memory."""

from collections.abc import Iterable
from typing import cast

from tui_ledger.event_store.port import StoredEvent


class Tail:
    """At most `size` consecutive events. It may always have fewer: it saves reading, and decides nothing."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._ring: list[StoredEvent | None] = [None] * size  # position p is at index p % size
        self._first = 1
        self._last = 0

    def add(self, events: Iterable[StoredEvent]) -> None:
        """Keep `events`. Those it has, or that come too late, are passed over; after a gap it begins anew."""
        for event in events:
            if event.position <= self._last:
                continue
            if event.position != self._last + 1:
                self._first = event.position
            self._last = event.position
            self._ring[event.position % self._size] = event
        self._first = max(self._first, self._last - self._size + 1)

    def read(self, after: int, limit: int) -> list[StoredEvent]:
        """At most `limit` events with positions `after` + 1 and on; none if that one is not here."""
        if not self._first <= after + 1 <= self._last:
            return []
        count = min(limit, self._last - after)
        start = (after + 1) % self._size
        events = self._ring[start : start + count]
        events += self._ring[: count - len(events)]
        return cast(list[StoredEvent], events)
