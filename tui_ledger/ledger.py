"""The ledger: the one door to everything that it is made of, which `composition` puts together.

async with Ledger.open("my-ledger") as ledger:
    receipt = await ledger.execute(DepositMoney(wallet="moyin", amount="1000"))
    answer = await ledger.query("balances", "moyin", at_least=receipt.position)
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from tui_ledger.clock import Clock, SystemClock
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.composition import Parts, Wanted, running
from tui_ledger.domain.commands import Command
from tui_ledger.errors import LedgerError
from tui_ledger.event_bus.faults import BusFaults
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.exchange.importing import Imported, OnProgress, import_events
from tui_ledger.ids import IdSource
from tui_ledger.ledger_folder import LedgerFolder, init_ledger
from tui_ledger.ledger_reading import LedgerReading
from tui_ledger.ledger_views import BUILT_IN_NAMES, LedgerViews
from tui_ledger.query_side.catalogue import Catalogue
from tui_ledger.query_side.control import WorkerControl
from tui_ledger.query_side.view import View
from tui_ledger.reactors.mailer import find_reactors
from tui_ledger.reactors.reactor import Reactor


class Ledger(LedgerReading):
    """A wallet system that runs: commands go in, events are stored, and views follow.

    Made by `open` or `in_memory`, both of which close it again.

    Attributes:
        path: Its folder; None in memory.
    """

    def __init__(self, parts: Parts, path: Path | None) -> None:
        super().__init__(parts)
        self.path = path

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        path: str | Path,
        *,
        create: bool = False,
        run_views: bool = True,
        views: Sequence[str | View] | None = None,
        run_transfers: bool | None = None,
        reactors: Sequence[str | Reactor] = (),
        react_after: int | None = None,
        clock: Clock | None = None,
        new_id: IdSource | None = None,
    ) -> AsyncIterator[Self]:
        """The ledger in the folder `path`.

        Args:
            path: The folder.
            create: Make an empty ledger if there is nothing at `path`.
            run_views: Let the workers of its views run. Without them, views are read as they are.
            views: The views to have, each by its name or itself; those that are on in this ledger, if not
                given.
            run_transfers: Let the transfer manager run, which sees what was sent to its end. If not given, it
                does where all views run. Without it, what is sent stays on its way until one runs.
            reactors: Those that are to run, each by its name or itself. What they send goes to the ledger's
                outbox.
            react_after: Where a reactor begins that is new to this ledger: after this position. At the head,
                if not given: nobody wants mail about what happened years ago.
            clock: Time; the machine's if not given.
            new_id: Makes the ids of events and commands.

        Raises:
            StorageError: there is no ledger, or it cannot be read.
            InputError: there is no view of a name, or it is one of the user's own and cannot be had; the
                ledger's `ledger.toml` says something that it cannot say; there is no reactor of a name; or
                `react_after` is negative.
            IntegrityError: its log is no log of this program.
            NewerVersionError: a newer version of this program wrote it.
        """
        folder = LedgerFolder(Path(path))
        if create and not folder.path.exists():
            create_ledger(folder.path)
        folder.check()
        time = clock or SystemClock()
        async with open_store(folder.log, time) as store:
            known = LedgerViews(folder)
            enabled = known.watch() if views is None and run_views else None
            wanted = Wanted(
                views=known.find(views),
                find_view=known.find_one,
                enabled=enabled,
                run_views=run_views,
                run_transfers=run_views and views is None if run_transfers is None else run_transfers,
                reactors=find_reactors(reactors),
                react_after=react_after,
                new_id=new_id,
            )
            async with running(store, folder, time, wanted) as parts:
                yield cls(parts, folder.path)

    @classmethod
    @asynccontextmanager
    async def in_memory(
        cls,
        *,
        run_views: bool = True,
        views: Sequence[str | View] = BUILT_IN_NAMES,
        reactors: Sequence[str | Reactor] = (),
        clock: Clock | None = None,
        new_id: IdSource | None = None,
    ) -> AsyncIterator[Self]:
        """An empty ledger that leaves no trace; see `open`."""
        time, known = clock or SystemClock(), Catalogue()
        wanted = Wanted(
            views=known.find(views),
            find_view=known.find_one,
            run_views=run_views,
            run_transfers=run_views,
            reactors=find_reactors(reactors),
            new_id=new_id,
        )
        async with running(MemoryEventStore(time), None, time, wanted) as parts:
            yield cls(parts, None)

    async def execute(self, command: Command) -> Receipt:
        """Execute a command; when this returns, its events are durable. A refusal is a receipt too.

        Raises:
            LockedError: another process held the log for too long; nothing happened.
            StorageError: the log cannot be written.
        """
        return await self._parts.handler.execute(command)

    async def complete_transfer(self, sent: Receipt) -> None:
        """See a transfer to its end, whether or not the transfer manager runs here.

        Args:
            sent: The receipt of the command that sent it, also of one that was done before.

        Raises:
            ValueError: the command was refused.
            LedgerError: it cannot end, at the moment or at all; the sentence says why.
        """
        [event] = await self._parts.store.read(sent.position - 1, limit=1)
        await self._parts.transfers.complete(event)

    async def import_events(
        self, source: str | Path, *, progress: OnProgress | None = None, dry_run: bool = False
    ) -> Imported:
        """Take in the events of a file, all or none; those that are here already are left out.

        The file has CloudEvents in JSON Lines, perhaps packed; `-` is standard input. See `import_events` of
        `exchange.importing`, also for what it raises.
        """
        imported = await import_events(
            source,
            self._parts.store,
            self._parts.clock,
            folder=LedgerFolder(self.path).derived if self.path else None,
            progress=progress,
            dry_run=dry_run,
        )
        if imported.last is not None:
            self._parts.bus.notify(imported.last)
        return imported

    async def catch_up(self, view: str) -> None:
        """Let a view come to the head in this process, if nobody else's worker holds it."""
        await self._parts.views.catch_up(view)

    def worker(self, view: str) -> WorkerControl:
        """The controls of a view's worker, in whichever process that runs.

        Raises:
            InputError: there is no such view.
        """
        return self._parts.views.control(view)

    async def add_view(self, name: str) -> None:
        """Switch a view on, also for who else has the ledger open; it is filled from the first event on.

        Raises:
            InputError: there is no such view, or it is one of the user's own and cannot be had.
            LedgerError: the list of views cannot be written.
        """
        view = self._parts.find_view(name)
        if self.path is not None:
            LedgerViews(LedgerFolder(self.path)).add(name)
        await self._parts.views.have([*(one for one in self._parts.views.views if one.name != name), view])

    async def drop_view(self, name: str) -> None:
        """Switch a view off, and remove what it says; see `add_view`.

        Raises:
            InputError: it is not on.
            LockedError: a worker in another process keeps it up to date.
        """
        before = self._parts.views.views
        self.worker(name)  # which says so if there is none
        await self._parts.views.have([view for view in before if view.name != name])
        if self.path is not None:
            try:
                await LedgerViews(LedgerFolder(self.path)).drop(name)
            except LedgerError:
                await self._parts.views.have(before)
                raise

    @property
    def faults(self) -> BusFaults:
        """The bus's fault dials: who follows the log hears late, twice, in disorder or not at all."""
        return self._parts.bus.faults

    async def replay_reactor(self, name: str) -> None:
        """Have a reactor that runs here forget its checkpoint, and go through the log again.

        Raises:
            InputError: there is none of that name here.
        """
        await self._parts.reactors.replay(name)

    async def settle(self) -> None:
        """Wait until no transfer is on its way any more, where they are managed, and every view and reactor
        that runs is at the head.
        """
        await self._parts.transfers.settled()
        await self._parts.views.settle()
        await self._parts.reactors.settle()


def create_ledger(path: Path, views: Sequence[str] = ()) -> None:
    """Make an empty ledger at `path`, where nothing may be yet.

    Args:
        path: Where.
        views: The views that are on in it; the usual ones, if none are named.

    Raises:
        InputError: there is something at `path` already, or a view of that name does not come along.
        StorageError: it cannot be made there.
    """
    Catalogue().find(views)
    init_ledger(path, views or BUILT_IN_NAMES)
