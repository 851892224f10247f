"""The reactors of a ledger as one thing: they run, can be replayed, and share an outbox."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec

from tui_ledger.clock import Clock
from tui_ledger.errors import InputError
from tui_ledger.event_bus import EventBus
from tui_ledger.event_store.port import EventStore
from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.documents.sqlite import SqliteDocuments
from tui_ledger.query_side.status import ViewStatus
from tui_ledger.query_side.worker import Worker
from tui_ledger.reactors.mailer import unknown_reactor
from tui_ledger.reactors.outbox import Outbox, SentMail
from tui_ledger.reactors.outgoing import OutgoingDocuments
from tui_ledger.reactors.reactor import Reactor, ReactorView


class ReactorStatus(ViewStatus, frozen=True):
    """How a reactor is doing. It follows the log as a view does, and has the same states.

    Attributes:
        sent: How many mails it has sent while it ran here.
        refused: How many the outbox had already.
    """

    sent: int = 0
    refused: int = 0


class Reactors:
    """Runs reactors, each with a lease and a checkpoint as a view has, and supervised like one.

    Args:
        folder: Where their checkpoints are, one `reactor-<name>.db` each; None keeps them in memory.
        outbox: Where what they send goes.
        after: Where a reactor begins that is new to the outbox: after this position; at the head if None.

    Raises:
        InputError: `after` is negative.
    """

    def __init__(
        self,
        reactors: Sequence[Reactor],
        store: EventStore,
        bus: EventBus,
        *,
        folder: Path | None,
        outbox: Outbox,
        clock: Clock,
        after: int | None = None,
    ) -> None:
        if after is not None and after < 0:
            raise InputError(f"Positions begin at 1; a reactor cannot begin after {after}.")
        self._store = store
        self._bus = bus
        self._clock = clock
        self._outbox = outbox
        self._reactors = {reactor.name: reactor for reactor in reactors}
        self._outgoing = {
            name: OutgoingDocuments(
                reactor,
                MemoryDocuments() if folder is None else SqliteDocuments(folder / f"reactor-{name}.db"),
                outbox,
                store,
                after,
            )
            for name, reactor in self._reactors.items()
        }
        self._workers = {name: self._new_worker(name) for name in self._reactors}

    async def start(self) -> None:
        """Run until `stop`."""
        try:
            for worker in self._workers.values():
                worker.start()
            for worker in self._workers.values():
                await worker.opened()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop where they are and close every file, whatever goes wrong meanwhile."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._outbox.close)
            for worker in self._workers.values():
                stack.push_async_callback(worker.documents.close)
                stack.push_async_callback(worker.stop)

    async def replay(self, name: str) -> None:
        """Forget a reactor's checkpoint, and have it go through the log again.

        Raises:
            InputError: no reactor of that name runs here.
        """
        if name not in self._workers:
            raise unknown_reactor(name, self._workers)
        await self._workers[name].stop()
        try:
            await self._outgoing[name].discard()
        finally:
            self._workers[name] = self._new_worker(name)  # which does not know how far it was
            self._workers[name].start()

    async def settle(self) -> None:
        """Wait until every reactor has taken in what is in the log now; one that failed is not waited for."""
        target = (await self._store.head()).position
        for worker in self._workers.values():
            await worker.reached(target)

    def snapshot(self) -> tuple[ReactorStatus, ...]:
        """How they are doing, from memory."""
        return tuple(
            ReactorStatus(
                **msgspec.structs.asdict(worker.status()), sent=outgoing.accepted, refused=outgoing.refused
            )
            for worker, outgoing in zip(self._workers.values(), self._outgoing.values(), strict=True)
        )

    async def sent(self) -> list[SentMail]:
        """Every mail in the outbox, in the order in which they were sent."""
        return await self._outbox.sent()

    def _new_worker(self, name: str) -> Worker:
        view = ReactorView(self._reactors[name])
        return Worker(view, self._outgoing[name], self._store, self._bus, self._clock)
