"""The ledger: the one door to everything that it is made of, which `composition` puts together.

async with Ledger.open("my-ledger") as ledger:
    receipt = await ledger.execute(DepositMoney(wallet="moyin", amount="1000"))
    answer = await ledger.query("balances", "moyin", at_least=receipt.position)
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from tui_ledger.clock import Clock, SystemClock, timestamp
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.command_side.truth import ReplayStep, Truth, replay, states_as_of
from tui_ledger.composition import Parts, Wanted, running
from tui_ledger.domain.commands import Command
from tui_ledger.domain.wallet import WalletState
from tui_ledger.errors import InputError, LedgerError
from tui_ledger.event_bus.faults import BusFaults
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import CommandRecord, Head, StoredEvent
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.hops import Hops
from tui_ledger.ids import IdSource
from tui_ledger.journey import Journey, trace
from tui_ledger.ledger_folder import LedgerFolder, init_ledger
from tui_ledger.ledger_views import BUILT_IN_NAMES, LedgerViews
from tui_ledger.query_side.answer import Answer
from tui_ledger.query_side.catalogue import Catalogue
from tui_ledger.query_side.control import WorkerControl
from tui_ledger.query_side.view import View
from tui_ledger.reactors.mailer import find_reactors
from tui_ledger.reactors.outbox import SentMail
from tui_ledger.reactors.reactor import Reactor
from tui_ledger.snapshot import Snapshot
from tui_ledger.verification import Verification, parse_anchor, verify
from tui_ledger.when import When


class Ledger:
    """A wallet system that runs: commands go in, events are stored, and views follow.

    Made by `open` or `in_memory`, both of which close it again.

    Attributes:
        path: Its folder; None in memory.
    """

    def __init__(self, parts: Parts, path: Path | None) -> None:
        self.path = path
        self._parts = parts
        self._truth = Truth(parts.store)

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

    async def read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        """At most `limit` events with positions above `after`, in order."""
        return await self._parts.store.read(after, limit)

    async def events(self, after: int = 0, *, follow: bool = True) -> AsyncGenerator[StoredEvent, None]:
        """The events above `after`, one by one; with `follow`, also those to come, without end."""
        if follow:
            async with self._parts.bus.subscribe(after=after, name="events") as batches:
                async for batch in batches:
                    for event in batch:
                        yield event
        else:
            while page := await self._parts.store.read(after):
                for event in page:
                    yield event
                after = page[-1].position

    async def head(self) -> Head:
        """Where the log ends; an anchor, if it is kept elsewhere."""
        return await self._parts.store.head()

    async def find_command(self, command_id: str) -> CommandRecord | None:
        """What is on record of an accepted command."""
        return await self._parts.store.find_command(command_id)

    async def position_of(self, when: When) -> int:
        """The position that `when` means.

        Of a time, that is the last one up to which no event occurred after it. Events may be recorded long
        after they occurred, so that later ones in the log can be from before that time, too.

        Raises:
            InputError: there is no such position yet.
            ValueError: `when` is a time without a zone.
        """
        if isinstance(when, datetime):
            if when.tzinfo is None:
                raise ValueError("A time in a ledger's history needs a zone; add tzinfo=UTC.")
            return await self._parts.store.position_at(timestamp(when))
        head = (await self._parts.store.head()).position
        if not 0 <= when <= head:
            raise InputError(f"There is no event #{when}: the head is #{head}.", "bad_position")
        return when

    async def truth(self, wallets: Iterable[str], *, as_of: When | None = None) -> dict[str, WalletState]:
        """Each wallet's state by a fold, whatever the views say: at the head of the log, or as of `as_of`.

        Raises:
            InputError: there is no such position yet.
        """
        if as_of is not None:
            return await states_as_of(wallets, self._parts.store, await self.position_of(as_of))
        return await self._truth.states(wallets)

    async def replay(self, wallet: str, *, as_of: When | None = None) -> list[ReplayStep]:
        """The fold of a wallet, step by step, up to the head of the log or to `as_of`.

        Raises:
            InputError: there is no such wallet, or was none then; or there is no such position yet.
        """
        position = None if as_of is None else await self.position_of(as_of)
        return await replay(wallet, self._parts.store, position)

    async def trace(self, position: int) -> Journey:
        """All that belongs to the event at `position`: who asked, what it led to, and which views know of it.

        Raises:
            InputError: the log has no such position.
        """
        return await trace(self._parts.store, self._parts.views, position)

    def hops(self, position: int) -> Hops | None:
        """When the command whose event is at `position` got where, from memory, for a screen.

        None if that is not known: it is not one of the last 10,000 commands that were accepted here, was
        executed by another process, or no views run. The log then knows one time only, `recorded_at`.
        """
        return self._parts.times.find(position, self._parts.views) if self._parts.times is not None else None

    async def query(
        self,
        view: str,
        key: str,
        *,
        at_least: int | None = None,
        timeout: float = 2.0,
        as_of: When | None = None,
    ) -> Answer:
        """A document of a view as it is, with how old that is; or as it was.

        Args:
            view: The view's name.
            key: The document's key.
            at_least: Wait until the view has come to this position, `timeout` seconds at most; after
                that the answer is stale and says so.
            timeout: Seconds.
            as_of: What it said as of a position, 0 for the beginning, or of a time with its zone. The view
                need not be on. The first such question folds the log up to there.

        Raises:
            InputError: there is no such view, or no such position yet.
            IntegrityError: the view could not fold an event up to `as_of`.
            NewerVersionError: only a newer version of this program can read one.
            ValueError: `at_least` and `as_of` are both given, or `as_of` is a time without a zone.
        """
        if as_of is not None:
            if at_least is not None:
                raise ValueError("What is asked as of a position is not waited for: give no at_least.")
            return await self._parts.travel.query(view, key, await self.position_of(as_of))
        return await self._parts.views.query(view, key, at_least=at_least, timeout=timeout)

    async def documents(
        self,
        view: str,
        prefix: str = "",
        *,
        limit: int | None = None,
        newest_first: bool = False,
        as_of: When | None = None,
    ) -> list[Answer]:
        """The documents of a view whose keys are `prefix`, or begin with it and a `/`; all if it is empty.

        They are of one moment, and with `as_of` of that one, see `query`.
        """
        if as_of is not None:
            position = await self.position_of(as_of)
            return await self._parts.travel.documents(
                view, prefix, position, limit=limit, newest_first=newest_first
            )
        return await self._parts.views.documents(view, prefix, limit=limit, newest_first=newest_first)

    async def make_keyframes(self, view: str, up_to: int, progress: Callable[[int], None]) -> None:
        """Make what answers as of a position begin with; else the first question does, and says nothing.

        Args:
            view: The view's name.
            up_to: The position.
            progress: Told from time to time up to which position they are made.

        Raises:
            LedgerError: as `query`.
        """
        await self._parts.travel.prepare(view, await self.position_of(up_to), progress)

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

    async def outbox(self) -> list[SentMail]:
        """Every mail that reactors have sent, in order."""
        return await self._parts.reactors.sent()

    async def replay_reactor(self, name: str) -> None:
        """Have a reactor that runs here forget its checkpoint, and go through the log again.

        Raises:
            InputError: there is none of that name here.
        """
        await self._parts.reactors.replay(name)

    async def status(self) -> Snapshot:
        """How things stand, read from the files."""
        views = await self._parts.views.status()
        head = (await self._parts.store.head()).position
        return Snapshot(
            head,
            tuple(views),
            self._parts.transfers.status(),
            self._parts.reactors.snapshot(),
            self._trouble(),
        )

    def snapshot(self) -> Snapshot:
        """How things stand, from memory: for a screen that asks ten times a second."""
        views, reactors = self._parts.views.snapshot(), self._parts.reactors.snapshot()
        return Snapshot(
            self._parts.bus.head, views, self._parts.transfers.status(), reactors, self._trouble()
        )

    async def verify(self, anchor: str | None = None) -> Verification:
        """Check positions, links, hashes, books, snapshots, and each view against a fold at its checkpoint.

        Args:
            anchor: `N:HASH`, a head that was kept elsewhere.

        Raises:
            InputError: `anchor` is none.
            NewerVersionError: the log has events that only a newer version of this program can read.
        """
        head = parse_anchor(anchor) if anchor else None
        return await verify(self._parts.store, self._parts.views, self._parts.snapshots, head)

    def _trouble(self) -> LedgerError | None:
        return self._parts.switching.trouble if self._parts.switching is not None else None

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
