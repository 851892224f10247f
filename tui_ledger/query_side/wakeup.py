"""Waking whoever waits for something to change, or letting them sleep for so long."""

import asyncio

from tui_ledger.clock import Clock


class Signal:
    """Wakes everyone who waits at that moment; a signal that nobody waits for is forgotten.

    A waiter looks at what it waits for, waits, and looks again. Nothing can change between its look and
    its wait, since both happen in the event loop's thread without an await between them.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiters: set[asyncio.Future[None]] = set()

    def fire(self) -> None:
        """Wake everyone who waits."""
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            _wake(waiter)

    async def wait(self, seconds: float | None = None) -> None:
        """Return at the next `fire`, or after `seconds` of the clock where they are given."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        alarm = asyncio.create_task(self._ring(seconds, waiter)) if seconds is not None else None
        try:
            await waiter
        finally:
            self._waiters.discard(waiter)
            if alarm is not None:
                alarm.cancel()

    async def _ring(self, seconds: float, waiter: asyncio.Future[None]) -> None:
        await self._clock.sleep(seconds)
        _wake(waiter)


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
