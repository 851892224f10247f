"""An append that was handed to the store, and what became of it."""

import asyncio

from tui_ledger.event_store.port import Appended


class Submission:
    """Settled once, by the store; waited for by anybody, and by nobody's leave undone.

    A future of asyncio would be cancelled together with the caller that waits for it, while the append
    goes on; shielding each one costs more than deciding the command.
    """

    __slots__ = ("_outcome", "_waiters")

    def __init__(self) -> None:
        self._outcome: Appended | Exception | None = None
        self._waiters: list[asyncio.Future[None]] = []

    @property
    def settled(self) -> bool:
        """Whether it is known what became of it."""
        return self._outcome is not None

    def settle(self, outcome: Appended | Exception) -> None:
        """Say what became of it."""
        self._outcome = outcome
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self) -> None:
        """Return when it is settled."""
        if self._outcome is None:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter

    async def appended(self) -> Appended:
        """Where the events are, once they are durable.

        Raises:
            WrongExpectedVersion, CommandIdReused, LockedError, StorageError: see `EventStore.append`.
        """
        await self.wait()
        if isinstance(self._outcome, Appended):
            return self._outcome
        raise self._outcome or RuntimeError("unreachable: settled without an outcome")
