"""When an event happened and was recorded, and the ids that a program would have given it at that time."""

from typing import Final, NamedTuple

from tui_ledger.simulation.history.calendar import Day
from tui_ledger.simulation.history.noise import numbers, tails

# A look-up is faster than arithmetic and formatting. Together they take two megabytes.
_MINUTES: Final = [f"{minute // 60:02}:{minute % 60:02}:" for minute in range(24 * 60)]
_MILLISECONDS: Final = [f"{ms // 1000:02}.{ms % 1000:03}" for ms in range(60_000)]
_MICROSECONDS: Final = [f"{micro % 1000:03}Z" for micro in range(1024)]
_VARIANTS: Final = [f"{group:04x}-" for group in range(0x8000, 0xC000)]  # 14 bits behind the two of RFC 9562


class Stamp(NamedTuple):
    """What an event has besides what it says."""

    id: str
    occurred_at: str
    recorded_at: str
    command_id: str


class Stamps:
    """Gives each event its times and ids. Both only grow, and no two events share a millisecond."""

    def __init__(self, seed: int) -> None:
        self._number = numbers(seed, "stamps")
        self._tail = tails(seed, "ids")
        self._day = ""
        self._midnight = 0
        self._last = 0

    def begin(self, day: Day) -> None:
        """Go on to that day."""
        self._day = f"{day.date.isoformat()}T"
        self._midnight = day.midnight
        self._last = 0

    def next(self, at: int) -> Stamp:
        """The stamp of an event `at` so many milliseconds after midnight, or as soon after that as it can be."""
        last = self._last
        if at <= last:
            at = last + 1
        number = self._number()
        self._last = later = at + 1 + (number & 7)
        day, tail = self._day, self._tail
        minute, ms = divmod(at, 60_000)
        moment = self._midnight + at
        time = f"{moment >> 16:08x}-{moment & 0xFFFF:04x}-7"
        occurred = f"{day}{_MINUTES[minute]}{_MILLISECONDS[ms]}{_MICROSECONDS[number >> 3 & 1023]}"
        minute, ms = divmod(later, 60_000)
        # A command's id comes first: they differ in the counter behind the millisecond.
        return Stamp(
            f"{time}001-{_VARIANTS[number >> 16 & 0x3FFF]}{tail()}",
            occurred,
            f"{day}{_MINUTES[minute]}{_MILLISECONDS[ms]}{_MICROSECONDS[number >> 32 & 1023]}",
            f"{time}000-{_VARIANTS[number >> 48 & 0x3FFF]}{tail()}",
        )
