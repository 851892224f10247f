"""When an event happened and was recorded, and the ids that a program would have given it at that time."""

from typing import Final

from tui_ledger.simulation.history.calendar import Day
from tui_ledger.simulation.history.noise import numbers, tails

# A look-up is faster than formatting.
_MINUTES: Final = [f"{minute // 60:02}:{minute % 60:02}:" for minute in range(24 * 60)]
_SECONDS: Final = [f"{second:02}." for second in range(60)]
_THOUSANDTHS: Final = [f"{part:03}" for part in range(1000)]
_LONGEST: Final = 8  # milliseconds that it takes to record an event


Stamp = tuple[str, str, str, str]
"""What an event has besides what it says: its id, when it occurred and was recorded, and its command's id."""


class Stamps:
    """Gives each event its times and ids. Both only grow, and no two events share a millisecond."""

    def __init__(self, seed: int) -> None:
        self._number = numbers(seed, "stamps").__next__
        self._tail = tails(seed, "ids").__next__
        self._day = ""
        self._midnight = 0
        self._last = 0

    def begin(self, day: Day) -> None:
        """Go on to that day."""
        self._day = f"{day.date.isoformat()}T"
        self._midnight = day.midnight
        self._last = 0

    def next(self, at: int) -> Stamp:
        """The stamp of an event `at` so many milliseconds after midnight, or as soon after as can be."""
        if at <= self._last:
            at = self._last + 1
        second, ms = divmod(at, 1000)
        if ms + _LONGEST > 999:  # it would be recorded in the next second
            at += 1000 - ms
            second, ms = second + 1, 0
        number = self._number()
        later = ms + 1 + number % _LONGEST
        self._last = at - ms + later
        time = (self._midnight + at).to_bytes(6).hex("-", -4)
        tail = self._tail()
        minute, second = divmod(second, 60)
        to_the_second = f"{self._day}{_MINUTES[minute]}{_SECONDS[second]}"
        # They differ in the counter behind the millisecond: the command came first.
        return (
            f"{time}-7001-{tail}",
            f"{to_the_second}{_THOUSANDTHS[ms]}{_THOUSANDTHS[(number >> 8) % 1000]}Z",
            f"{to_the_second}{_THOUSANDTHS[later]}{_THOUSANDTHS[(number >> 32) % 1000]}Z",
            f"{time}-7000-{tail}",
        )
