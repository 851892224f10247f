"""Putting a ledger's parts together, starting them, and stopping them in the right order."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec

from tui_ledger.clock import Clock
from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.command_side.snapshots import Snapshots
from tui_ledger.command_side.transfer_checkpoint import CheckpointFile
from tui_ledger.command_side.transfer_manager import TransferManager
from tui_ledger.event_bus.bus import EventBus
from tui_ledger.event_store.port import EventStore
from tui_ledger.hops import HopTimes
from tui_ledger.ids import IdSource, Uuid7Source
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.ledger_views import EnabledViews
from tui_ledger.query_side.query_side import QuerySide
from tui_ledger.query_side.travel import TimeTravel
from tui_ledger.query_side.view import View
from tui_ledger.reactors.outbox import MemoryOutbox
from tui_ledger.reactors.reactor import Reactor
from tui_ledger.reactors.reactors import Reactors
from tui_ledger.reactors.sqlite_outbox import SqliteOutbox
from tui_ledger.switching import Switching


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is to run.

    Attributes:
        views: The views to have ...
        find_view: ... and how to find any other by its name.
        enabled: Where views are switched on and off meanwhile, if that is to be followed.
        run_views: Whether their workers run.
        run_transfers: Whether the transfer manager does.
        reactors: Those that do.
        react_after: Where a reactor begins that is new: after this position; at the head if None.
        new_id: Makes the ids of events and commands; by the clock, if None.
    """

    views: Sequence[View]
    find_view: Callable[[str], View]
    enabled: EnabledViews | None = None
    run_views: bool
    run_transfers: bool
    reactors: Sequence[Reactor]
    react_after: int | None = None
    new_id: IdSource | None = None


class Parts(msgspec.Struct, frozen=True):
    """The parts of a ledger, and how they hang together is how they are made here."""

    store: EventStore
    bus: EventBus
    handler: CommandHandler
    transfers: TransferManager
    snapshots: Snapshots | None
    views: QuerySide
    find_view: Callable[[str], View]
    switching: Switching | None
    travel: TimeTravel
    times: HopTimes | None
    reactors: Reactors


@asynccontextmanager
async def running(
    store: EventStore, folder: LedgerFolder | None, clock: Clock, wanted: Wanted
) -> AsyncIterator[Parts]:
    """The parts over the log in `store`, which run until the end of the block.

    Args:
        folder: Where everything but the log is kept; None for memory.
    """
    times = HopTimes(store, clock) if wanted.run_views else None
    bus = EventBus(store, clock=clock, published=times.published if times else None)
    bus.notify((await store.head()).position)
    snapshots = Snapshots(folder.derived, store) if folder else None
    handler = CommandHandler(
        store, clock, wanted.new_id or Uuid7Source(clock), snapshots, times.commands if times else None
    )
    views = QuerySide(store, bus, folder=folder.views if folder else None, clock=clock, views=wanted.views)
    transfers = TransferManager(
        handler, store, bus, clock, CheckpointFile(folder.transfers) if folder else None
    )
    reactors = Reactors(
        wanted.reactors,
        store,
        bus,
        folder=folder.derived if folder else None,
        outbox=SqliteOutbox(folder.outbox) if folder else MemoryOutbox(),
        clock=clock,
        after=wanted.react_after,
    )
    travel = TimeTravel(store, folder.derived if folder else None, wanted.views, wanted.find_view)
    switching = Switching(wanted.enabled, views, clock) if wanted.enabled else None
    async with AsyncExitStack() as stack:
        if snapshots is not None:
            stack.push_async_callback(snapshots.close)
        stack.push_async_callback(travel.close)
        stack.push_async_callback(bus.close)
        stack.push_async_callback(views.stop)
        await views.start(run=wanted.run_views)
        if wanted.run_transfers:
            stack.push_async_callback(transfers.stop)
            transfers.start()
        stack.push_async_callback(reactors.stop)
        await reactors.start()
        if switching is not None:
            stack.push_async_callback(switching.stop)
            switching.start()
        yield Parts(
            store,
            bus,
            handler,
            transfers,
            snapshots,
            views,
            wanted.find_view,
            switching,
            travel,
            times,
            reactors,
        )
