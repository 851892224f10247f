"""The bus of one process: from the store to whoever follows the log."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

from tui_ledger.clock import GLANCE, Clock, SystemClock, next_beat
from tui_ledger.errors import InputError, IntegrityError
from tui_ledger.event_bus.faults import BusFaults
from tui_ledger.event_bus.subscription import Subscription
from tui_ledger.event_bus.tail import Tail
from tui_ledger.event_store.port import EventStore, StoredEvent
from tui_ledger.timeline import Timeline


class EventBus:
    """Says "there is something up to position N", and keeps the last events at hand. The store is the truth.

    What is appended through `store` is heard of at once. Other processes' appends, and notifications that
    got lost, show within 100 ms: while anybody subscribes, the store is asked for its head.

        bus = EventBus(store)
        async with bus.subscribe(after=0, name="demo") as batches:
            async for batch in batches: ...

    Everything happens in the event loop's thread; nothing here may be called from another one.

    Attributes:
        faults: Dials for what may go wrong on the way to the subscribers; off, unless somebody turns them.

    Args:
        store: Where the events are.
        clock: Times the looks at the store; the machine's clock if not given.
        tail: How many of the last events are kept in memory, 1 or more.
        published: Where to note when the bus hears of what; nowhere, if not given.

    Raises:
        InputError: `tail` is less than 1.
    """

    def __init__(
        self,
        store: EventStore,
        *,
        clock: Clock | None = None,
        tail: int = 10_000,
        published: Timeline | None = None,
    ) -> None:
        if tail < 1:
            raise InputError(f"A bus keeps 1 event or more in memory, and not {tail}.")
        self._store = store
        self._clock = clock or SystemClock()
        self._tail = Tail(tail)
        self._published = published
        self.faults: Final = BusFaults(self._hear, self._clock)
        self._head = 0
        self._heard = 0  # the highest position that subscribers were told of
        self._subscriptions: list[Subscription] = []
        self._poller: asyncio.Task[None] | None = None
        self._closed = False
        store.add_listener(self._appended)

    @property
    def head(self) -> int:
        """The highest position that the bus has heard of; 0 if of none. It does not pass the dials."""
        return self._head

    def notify(self, position: int) -> None:
        """Say that there is something up to `position`. Said twice, late or wrongly, it does no harm."""
        if position > self._head:
            self._announce(position, ())
        else:
            self._find(position)

    def subscribe(
        self, *, after: int = 0, name: str = "", limit: int = 1000
    ) -> AbstractAsyncContextManager[AsyncIterator[list[StoredEvent]]]:
        """Follow the log from a position on: what is there already, and then what comes, without a seam.

        The iterator gives batches of events, each event once and in order, and waits at the head. It ends
        when the bus is closed. Where the store fails, it raises the store's error; asked for the next batch
        all the same, it goes on where it was.

        Args:
            after: Events above this position are wanted. It may lie beyond the head.
            name: Whose subscription it is, for people.
            limit: The most events in a batch, 1 or more.

        Raises:
            InputError: `after` is negative, or `limit` less than 1.
        """
        if after < 0:
            raise InputError(f"Positions begin at 1; a subscription cannot begin after {after}.")
        if limit < 1:
            raise InputError(f"A batch has 1 event or more, and not {limit}.")
        return self._subscribed(Subscription(self._read, after=after, limit=limit, name=name))

    async def close(self) -> None:
        """End every subscription's iteration. The store stays open."""
        self._closed = True
        for subscription in self._subscriptions:
            subscription.end()
        await self._stop_polling()

    @asynccontextmanager
    async def _subscribed(
        self, subscription: Subscription
    ) -> AsyncIterator[AsyncIterator[list[StoredEvent]]]:
        if self._closed:
            subscription.end()
            yield subscription
            return
        subscription.hear(self._heard)
        self._subscriptions.append(subscription)
        if self._poller is None:
            self.faults.start()
            self._poller = asyncio.create_task(self._poll(), name="event bus: poll")
        try:
            yield subscription
        finally:
            subscription.end()
            self._subscriptions.remove(subscription)
            if not self._subscriptions:
                await self._stop_polling()

    def _appended(self, events: Sequence[StoredEvent]) -> None:
        if events:
            self._announce(events[-1].position, events)

    def _announce(self, position: int, events: Sequence[StoredEvent]) -> None:
        """Where an announcement comes in. Everything still holds if it arrives twice, late or never."""
        self._head = max(self._head, position)
        if not self.faults.on:
            self._tail.add(events)
            self._hear(position)
        elif self.faults.announce(position):
            # Who has not heard of them does not ask for them; so they can be put here ahead of time.
            self._tail.add(events)

    def _find(self, position: int) -> None:
        """Where a look at the store says how far the log goes."""
        self._head = max(self._head, position)
        if self.faults.on and position > self._heard:
            self.faults.find(position)
        else:
            self._hear(position)

    def _hear(self, position: int) -> bool:
        """Tell every subscriber; whether it was news to them."""
        known, self._heard = self._heard, max(self._heard, position)
        if self._published is not None:
            self._published.reach(position)
        for subscription in self._subscriptions:
            subscription.hear(position)
        return position > known

    async def _read(self, after: int, limit: int) -> list[StoredEvent]:
        events = self._tail.read(after, limit)
        if events:
            return events
        events = await self._store.read(after, limit)
        if events:
            last = events[-1].position
            if last != after + len(events):
                raise IntegrityError(f"From position {after + 1} to {last} the log has {len(events)} events.")
        return events

    async def _poll(self) -> None:
        while True:
            try:
                self._find(await self._store.poll())
            except Exception as error:  # theirs to handle, whatever it is: they would wait for nothing
                for subscription in self._subscriptions:
                    subscription.fail(error)
            await next_beat(self._clock, GLANCE)

    async def _stop_polling(self) -> None:
        poller, self._poller = self._poller, None
        if poller is not None:
            poller.cancel()
            await asyncio.wait({poller, *self.faults.stop()})
