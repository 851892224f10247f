"""A clock that stands still until a test moves it."""

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When it is on a clock that was not told anything else."""


class VirtualClock:
    """Time that moves only in `advance`: whoever sleeps wakes in order, at exactly their moment.

    It counts whole nanoseconds, so that twenty sleeps of 0.05 seconds are one second and not a little more.

    Args:
        start: The time of day to begin with.

    Raises:
        ValueError: `start` has no time zone, and would be another moment on another machine.
    """

    def __init__(self, start: datetime = START) -> None:
        if start.tzinfo is None:
            raise ValueError(
                "a clock starts at a time with a time zone, such as datetime(2026, 1, 1, tzinfo=UTC)"
            )
        self._start = start.astimezone(UTC)
        self._elapsed = 0
        self._turn = asyncio.Lock()
        self._order = itertools.count()
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The time of day, in UTC."""
        return self._start + timedelta(microseconds=self._elapsed // 1000)

    def monotonic(self) -> float:
        """Seconds by which it was advanced."""
        return self._elapsed / 1e9

    async def sleep(self, seconds: float) -> None:
        """Return when somebody has advanced the clock by `seconds`."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waker: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        moment = self._elapsed + _nanoseconds(seconds)
        heapq.heappush(self._sleepers, (moment, next(self._order), waker))
        await waker

    async def advance(self, seconds: float) -> None:
        """Let `seconds` pass. Before, after, and between any two wake-ups, `breathe`.

        Tasks that advance it at once take turns: the one's seconds pass, and then the other's.

        Raises:
            ValueError: `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError("time does not go back")
        async with self._turn:
            await self._advance_to(self._elapsed + _nanoseconds(seconds))

    async def advance_to_next_wake_up(self) -> None:
        """Let time pass until the first of those who sleep wakes; none passes where nobody does."""
        async with self._turn:
            await breathe()
            await self._advance_to(self._next_wake_up())

    def until_next_wake_up(self) -> float:
        """Seconds until the first of those who sleep wakes; 0 where nobody does."""
        return (self._next_wake_up() - self._elapsed) / 1e9

    async def leap(self, seconds: float) -> None:
        """Let `seconds` pass at once: everyone who would have woken meanwhile wakes at their end, in order.

        So passes the time of a machine that was asleep. It is for a time in which nothing happens, or for one
        that ends at the next wake-up. It does not `breathe`.

        Raises:
            ValueError: `seconds` is negative.
        """
        if seconds < 0:
            raise ValueError("time does not go back")
        async with self._turn:
            self._elapsed += _nanoseconds(seconds)
            while self._sleepers and self._sleepers[0][0] <= self._elapsed:
                _, _, waker = heapq.heappop(self._sleepers)
                if not waker.done():
                    waker.set_result(None)
            await asyncio.sleep(0)

    def _next_wake_up(self) -> int:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else self._elapsed

    async def _advance_to(self, end: int) -> None:
        await breathe()
        while self._sleepers and self._sleepers[0][0] <= end:
            self._elapsed, _, waker = heapq.heappop(self._sleepers)
            if not waker.done():
                waker.set_result(None)
                await breathe()
        self._elapsed = end
        await breathe()


async def breathe(turns: int = 50) -> None:
    """Let every task that can run do so, for `turns` turns of the event loop.

    No time passes. Threads are not waited for, and with them what goes to a disk: `settle` does that.
    """
    for _ in range(turns):
        await asyncio.sleep(0)


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1e9)
