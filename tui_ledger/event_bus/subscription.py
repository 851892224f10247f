"""One subscriber's way through the log, from its own position to the head and along with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from tui_ledger.event_store.port import StoredEvent

Read = Callable[[int, int], Awaitable[list[StoredEvent]]]
"""`read(after, limit)`: at most `limit` events with positions `after` + 1 and on, without gaps."""


class Subscription(AsyncIterator[list[StoredEvent]]):
    """Batches of events, each event once and in order.

    What it hears wakes it, and says how far it may read. What it hands out follows from its position alone,
    so that nothing it hears, or fails to hear, can make a gap or a double.
    """

    def __init__(self, read: Read, *, after: int, limit: int, name: str) -> None:
        self.name = name
        self.position = after
        self._read = read
        self._limit = limit
        self._heard = after
        self._news = asyncio.Event()
        self._error: Exception | None = None
        self._ended = False

    def __repr__(self) -> str:
        return f"<Subscription {self.name!r} at {self.position}>"

    def hear(self, position: int) -> None:
        """There is something up to `position`."""
        if position > self.position:
            self._heard = max(self._heard, position)
            self._news.set()

    def fail(self, error: Exception) -> None:
        """Whether there is something new cannot be found out; the subscriber is told when it would wait."""
        self._error = error
        self._news.set()

    def end(self) -> None:
        """Hand out nothing more."""
        self._ended = True
        self._news.set()

    async def __anext__(self) -> list[StoredEvent]:
        # A subscriber that never waits by itself must not keep the loop to itself.
        await asyncio.sleep(0)
        while not self._ended:
            self._news.clear()  # before reading: what is heard meanwhile must not get lost
            after = self.position
            if after < self._heard:
                batch = await self._read(after, min(self._limit, self._heard - after))
                if self.position != after:  # two tasks iterate, and the other one was faster
                    continue
                if batch:
                    self.position = batch[-1].position
                    return batch
            if self._error is not None:
                error, self._error = self._error, None
                raise error
            await self._news.wait()
        raise StopAsyncIteration
