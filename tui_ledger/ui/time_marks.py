"""The marks on the time line: when what happened, for a few places of the log."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

import msgspec

from tui_ledger.clock import parse_timestamp

if TYPE_CHECKING:
    from tui_ledger.ledger import Ledger

PLACES: Final = 12
"""How many places of the log are looked at."""

GROWN: Final = 1.05
"""How many times as long the log is when they are looked at again."""


class Mark(msgspec.Struct, frozen=True):
    """The event at `position` happened at the time that `text` says, roughly."""

    position: int
    text: str


class TimeMarks:
    """Reads marks, and keeps them until the log is notably longer.

    Args:
        ledger: The ledger.
        zone: In which times are shown; None is this machine's.
    """

    def __init__(self, ledger: Ledger, zone: tzinfo | None) -> None:
        self._ledger = ledger
        self._zone = zone
        self._head = 0
        self._marks: tuple[Mark, ...] = ()

    async def read(self, head: int) -> tuple[Mark, ...]:
        """Marks for a log that is `head` events long.

        Raises:
            LedgerError: the log cannot be read.
        """
        if head > self._head * GROWN:
            self._head = head
            places = sorted({1 + (head - 1) * place // PLACES for place in range(PLACES)})
            times = {place: time for place in places if (time := await self._time(place)) is not None}
            self._marks = marks(times)
        return self._marks

    async def _time(self, position: int) -> datetime | None:
        try:
            [event] = await self._ledger.read(position - 1, 1)
            return parse_timestamp(event.occurred_at).astimezone(self._zone)
        except (ValueError, OverflowError):
            return None


def marks(times: dict[int, datetime]) -> tuple[Mark, ...]:
    """A mark for each position, as fine as the whole time makes it worth while."""
    if not times:
        return ()
    span = max(times.values()) - min(times.values())
    return tuple(Mark(position, _text(time, span)) for position, time in times.items())


def _text(time: datetime, span: timedelta) -> str:
    day = time.date().isoformat()
    if span > timedelta(days=3 * 365):
        return day[:4]
    if span > timedelta(days=90):
        return day[:7]
    if span > timedelta(days=2):
        return day[5:]
    return f"{time:%H:%M}" if span > timedelta(minutes=10) else f"{time:%H:%M:%S}"
