"""The bus's fault dials: what goes wrong between an announcement and its arrival, on demand and by seed."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from random import Random
from typing import Final

import msgspec

from tui_ledger.clock import Clock
from tui_ledger.errors import InputError

LONGEST: Final = 5.0
"""The most seconds of delay, and of jitter."""

PATIENCE: Final = 1.0
"""Seconds for which an announcement waits to be overtaken. Then it arrives all the same."""

ROOM: Final = 10_000
"""The most announcements that are on their way at a time. For one more, the first arrives early."""

_RESOLUTION: Final = 1e-6  # seconds that an alarm may ring early

Deliver = Callable[[int], bool]
"""Tells every subscriber that there is something up to a position; whether that was news."""


class FaultCounts(msgspec.Struct):
    """What became of the announcements that met a dial, since the bus was made.

    Attributes:
        announced: How many there were.
        delayed: How many of them were sent on their way with a delay.
        doubled: How many were sent twice.
        dropped: How many were lost.
        reordered: How many arrived after a later one had, be it by `reorder` or by `jitter`.
        ignored: How many arrivals said nothing new, so that every subscriber ignored them.
        found: How often a look at the store found what no announcement had said.
    """

    announced: int = 0
    delayed: int = 0
    doubled: int = 0
    dropped: int = 0
    reordered: int = 0
    ignored: int = 0
    found: int = 0


class _Dial:
    """A setting from 0, which is off, to `most`."""

    def __init__(self, most: float, unit: str) -> None:
        self._most = most
        self._unit = unit

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, faults: "BusFaults", owner: type) -> float:
        return faults._settings[self._name]

    def __set__(self, faults: "BusFaults", value: float) -> None:
        if not 0 <= value <= self._most:  # which no NaN is
            wanted = f"from 0 to {self._most:g}{self._unit}"
            raise InputError(f"The bus's dial {self._name} goes {wanted}, and not to {value:g}.")
        faults._turn(self._name, value)


class _Flight:
    """An announcement on its way."""

    __slots__ = ("due", "original", "over", "position")

    def __init__(self, position: int, due: float, *, original: bool) -> None:
        self.position = position
        self.due = due
        self.original = original
        self.over = False


class BusFaults:
    """Dials between what is announced to a bus and what its subscribers hear. All are off at first.

    An announcement has one fate for all subscribers. What the dials do costs latency and nothing else: a
    subscriber still gets each event once, in order and without gaps, and comes to the head.

    For that it needs the look at the store that a bus takes twenty times a second. It is never lost,
    doubled or reordered. But it is no way around a delay either: what it finds arrives `delay` later, too,
    and what is on its way already is left to come by itself.

    All that is random follows from `seed`, and no dial changes what the others do to which announcement.
    A changed dial acts on what is announced from then on; when the last one is turned off, everything that
    is on its way arrives at once.

    Args:
        deliver: Where announcements arrive.
        clock: Times the delays.

    Attributes:
        on: Whether any dial is.
        delay: Seconds by which every announcement is late, up to 5.
        jitter: Seconds by which it is late besides, at most: for each another time between 0 and this. So
            announcements overtake one another.
        double: The probability that an announcement arrives a second time.
        drop: The probability that it is lost. The look at the store makes up for it.
        reorder: The probability that it waits for the next one to arrive first, for a second at most. While
            one waits, no other does.

    Raises:
        InputError: a dial is set to what it does not go to.
    """

    delay = _Dial(LONGEST, " seconds")
    jitter = _Dial(LONGEST, " seconds")
    double = _Dial(1, "")
    drop = _Dial(1, "")
    reorder = _Dial(1, "")

    def __init__(self, deliver: Deliver, clock: Clock) -> None:
        self.on = False
        self._settings = {name: 0.0 for name, dial in vars(BusFaults).items() if isinstance(dial, _Dial)}
        self.seed = 0
        self._deliver = deliver
        self._clock = clock
        self._counts = FaultCounts()
        self._order = itertools.count()
        self._flights: list[tuple[float, int, _Flight]] = []  # a heap, by when they are due
        self._waiting: _Flight | None = None  # to be overtaken
        self._sent = 0  # the highest position that has arrived or is on its way
        self._arrived = 0  # the highest that has arrived
        self._running = False
        self._alarm: asyncio.Task[None] | None = None
        self._rings_at = 0.0

    @property
    def seed(self) -> int:
        """What all that is random follows from. To set it is to begin from the start."""
        return self._seed

    @seed.setter
    def seed(self, seed: int) -> None:
        self._seed = seed
        self._dice = Random(seed)  # noqa: S311 - to be repeatable, not secret

    @property
    def counts(self) -> FaultCounts:
        """What has happened so far; a copy."""
        return msgspec.structs.replace(self._counts)

    def reset(self) -> None:
        """Turn every dial off. What is on its way arrives at once. Seed and counts stay."""
        for name in self._settings:
            self._turn(name, 0.0)

    def announce(self, position: int) -> bool:
        """Send an announcement on its way.

        Returns:
            False if it is lost.
        """
        # Five throws each time, whatever is on: so no dial shifts the dice of another.
        lost, twice, waits, late, later = [self._dice.random() for _ in range(5)]
        counts = self._counts
        counts.announced += 1
        if lost < self.drop:
            counts.dropped += 1
            return False
        now = self._clock.monotonic()
        self._sent = max(self._sent, position)
        flight = _Flight(position, now + self.delay + late * self.jitter, original=True)
        counts.delayed += flight.due > now
        overtaken, self._waiting = self._waiting, None
        if overtaken is None and waits < self.reorder:
            self._waiting = flight
            self._depart(flight, flight.due + PATIENCE)
        else:
            self._depart(flight, flight.due)
        if twice < self.double:
            counts.doubled += 1
            self._depart(_Flight(position, now, original=False), now + self.delay + later * self.jitter)
        if overtaken is not None:
            self._depart(overtaken, max(overtaken.due, flight.due))
        return True

    def find(self, position: int) -> None:
        """A look at the store has found something up to `position`, whether or not that was announced."""
        if position > self._sent:
            self._sent = position
            self._counts.found += 1
            due = self._clock.monotonic() + self.delay
            self._depart(_Flight(position, due, original=False), due)

    def start(self) -> None:
        """Let what is on its way arrive when it is due: somebody listens."""
        self._running = True
        self._set_alarm()

    def stop(self) -> set[asyncio.Task[None]]:
        """Let nothing arrive by itself any more.

        Returns:
            The tasks that end because of this.
        """
        self._running = False
        alarm, self._alarm = self._alarm, None
        if alarm is None:
            return set()
        alarm.cancel()
        return {alarm}

    def _turn(self, name: str, value: float) -> None:
        self._settings[name] = value
        self.on = any(self._settings.values())
        if not self.on:
            self._land_all()

    def _depart(self, flight: _Flight, due: float) -> None:
        """Have `flight` arrive at `due`, or before if it has departed for an earlier moment already."""
        if due <= self._clock.monotonic():
            self._land(flight)
            return
        heapq.heappush(self._flights, (due, next(self._order), flight))
        if len(self._flights) > ROOM:
            self._land(heapq.heappop(self._flights)[-1])
        self._set_alarm()

    def _land(self, flight: _Flight) -> None:
        if flight.over:  # it was overtaken, and came then
            return
        flight.over = True
        if flight is self._waiting:
            self._waiting = None
        self._counts.reordered += flight.original and flight.position < self._arrived
        self._arrived = max(self._arrived, flight.position)
        self._counts.ignored += not self._deliver(flight.position)

    def _land_all(self) -> None:
        while self._flights:
            self._land(heapq.heappop(self._flights)[-1])

    def _set_alarm(self) -> None:
        """Be awake when the first is due."""
        if not self._running or not self._flights:
            return
        due = self._flights[0][0]
        if self._alarm is not None:
            if self._rings_at <= due:
                return
            self._alarm.cancel()
        self._rings_at = due
        self._alarm = asyncio.create_task(self._ring(due), name="event bus: late announcements")

    async def _ring(self, due: float) -> None:
        await self._clock.sleep(due - self._clock.monotonic())
        self._alarm = None
        while self._flights and self._flights[0][0] <= self._clock.monotonic() + _RESOLUTION:
            self._land(heapq.heappop(self._flights)[-1])
        self._set_alarm()
