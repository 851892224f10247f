"""The times of a command, hop by hop: from its arrival to the views that have applied it."""

from collections.abc import Mapping

import msgspec

from tui_ledger.clock import Clock
from tui_ledger.command_side.command_times import CommandTimes
from tui_ledger.event_store.port import EventStore
from tui_ledger.query_side.query_side import QuerySide
from tui_ledger.timeline import Timeline


class Hops(msgspec.Struct, frozen=True):
    """When a command got where, each no earlier than the one before.

    The moments are seconds by the clock's `monotonic`: only differences mean something, also those between
    the commands of one journey.

    Attributes:
        first: The position of the command's first event; `last` of its last.
        received: When it came in.
        decided: When its events were made and handed to the store.
        durable: When the store said that they are safe on disk.
        published: When the bus heard of all of them; None if it has not, or that is longer ago than is kept.
        applied: For each view, when it had applied all of them: at the end of the commit. None if it has not
            (its checkpoint tells), if a worker of another process did, or it is longer ago than is kept.
    """

    first: int
    last: int
    received: float
    decided: float
    durable: float
    published: float | None
    applied: Mapping[str, float | None]


class HopTimes:
    """Keeps the times of the last 10,000 commands of this process, in memory.

    Made before the bus, so that the store tells it first.
    """

    def __init__(self, store: EventStore, clock: Clock) -> None:
        self.commands = CommandTimes(store, clock)
        self.published = Timeline(clock)

    def find(self, position: int, views: QuerySide) -> Hops | None:
        """The times of the command whose event is at `position`; None if it is not among those kept."""
        found = self.commands.find(position)
        if found is None:
            return None
        durable, published = found.durable, self.published.when(found.last)
        if published is not None and published < found.decided:
            published = None  # what the bus was told then was wrong
        if published is not None:
            # A look at the store can show events before their writer has said that they are there.
            durable = min(durable, published)
        return Hops(
            first=found.first,
            last=found.last,
            received=found.received,
            decided=found.decided,
            durable=durable,
            published=published,
            applied=views.applied(found.last),
        )
