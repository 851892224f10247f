"""When each of the last commands got where, in memory."""

from bisect import bisect_left
from collections import OrderedDict, deque
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from tui_ledger.clock import Clock
from tui_ledger.event_store.port import EventStore, StoredEvent
from tui_ledger.timeline import KEPT


class CommandTime(NamedTuple):
    """A command's moments, in seconds by the clock's `monotonic`, and the positions of its events."""

    first: int
    last: int
    received: float
    decided: float
    durable: float


class CommandTimes:
    """Notes the moments of the last `kept` commands that were accepted in this process.

    A handler says when it receives and decides a command. When its events are durable, the store says.
    """

    def __init__(self, store: EventStore, clock: Clock, kept: int = KEPT) -> None:
        self._clock = clock
        self._kept = kept
        # By command id: received, and decided. What was refused stays until it is the oldest.
        self._under_way: OrderedDict[str | None, tuple[float, float]] = OrderedDict()
        self._accepted: deque[CommandTime] = deque(maxlen=kept)
        store.add_listener(self._stored)

    def received(self, command_id: str) -> None:
        """The command has come in."""
        now = self._clock.monotonic()
        self._under_way[command_id] = now, now
        self._under_way.move_to_end(command_id)
        if len(self._under_way) > self._kept:
            self._under_way.popitem(last=False)

    def decided(self, command_id: str) -> None:
        """The command's events are made. Where it is decided again, the last time counts."""
        if command_id in self._under_way:
            self._under_way[command_id] = self._under_way[command_id][0], self._clock.monotonic()

    def find(self, position: int) -> CommandTime | None:
        """The moments of the command whose event is at `position`.

        None if it is none of the last `kept`, or was not executed in this process.
        """
        index = bisect_left(self._accepted, position, key=attrgetter("last"))
        found = self._accepted[index] if index < len(self._accepted) else None
        return found if found is not None and found.first <= position else None

    def _stored(self, events: Sequence[StoredEvent]) -> None:
        now = self._clock.monotonic()
        for command_id, group in groupby(events, key=attrgetter("command_id")):
            begun = self._under_way.pop(command_id, None)
            if begun is not None:
                decided = list(group)
                self._accepted.append(CommandTime(decided[0].position, decided[-1].position, *begun, now))
