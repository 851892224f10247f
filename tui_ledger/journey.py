"""An event's journey: who asked, what was decided, what that caused in turn, and which views know of it.

The log has the links. A command's events stand side by side and bear its id; what an event made a process
ask for bears the event's id as `causation_id`. A cause stands before its effects: a link that says otherwise,
in a log that was forged or pieced together, is told and not followed, so that there are no circles.
"""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from tui_ledger.errors import InputError, IntegrityError
from tui_ledger.event_store.port import EventStore, StoredEvent
from tui_ledger.event_store.stream_head import EVENTS_LIMIT
from tui_ledger.query_side.query_side import QuerySide
from tui_ledger.query_side.status import ViewStatus

LIMIT: Final = 1000
"""How many commands a journey is followed back, and about how many events it has at most."""

_Decided = tuple[StoredEvent, ...]  # the events of one command; never empty


class Step(msgspec.Struct, frozen=True):
    """A command of a journey, and the events that were decided on it.

    Attributes:
        depth: How many commands led to it; 0 for the first.
        caused_by: The position of the event that called for it; None if that is not in the log, or none did.
        events: In order, one or more.
    """

    depth: int
    caused_by: int | None
    events: _Decided

    @property
    def asked_by(self) -> Literal["person", "event", "nobody"]:
        """Who asked: nobody, where no command is known. Only what was forged or imported is so."""
        if self.events[0].command_id is None:
            return "nobody"
        return "person" if self.events[0].causation_id is None else "event"


class Journey(msgspec.Struct, frozen=True):
    """All that one command led to, whichever of its events was asked about.

    Attributes:
        asked: The position of the event that was asked about.
        steps: The first command, and below each the ones that its events called for.
        complete: Whether these are all; see `LIMIT`.
        warnings: Sentences about links that lead nowhere, and about what is not here.
        views: How every view of the ledger is doing, seen after the steps.
    """

    asked: int
    steps: tuple[Step, ...]
    complete: bool
    warnings: tuple[str, ...]
    views: tuple[ViewStatus, ...]

    @property
    def events(self) -> list[StoredEvent]:
        """The events of all steps, in order."""
        return sorted((event for step in self.steps for event in step.events), key=lambda e: e.position)

    def known_to(self, view: ViewStatus) -> int:
        """The position of the journey's last event that `view` has taken in; 0 if that is none."""
        return max((event.position for event in self.events if event.position <= view.checkpoint), default=0)


async def trace(store: EventStore, views: QuerySide, position: int) -> Journey:
    """The journey that the event at `position` belongs to.

    Raises:
        InputError: the log has no such position.
        IntegrityError: the log should have an event there, and has none.
    """
    way = _Way(store)
    steps = await way.steps_by(await _event_at(position, store))
    return Journey(position, tuple(steps), way.complete, tuple(way.warnings), tuple(await views.status()))


async def _event_at(position: int, store: EventStore) -> StoredEvent:
    end = (await store.head()).position
    if position < 1:
        raise InputError(f"There is no event #{position}: positions begin at 1.")
    if position > end:
        reason = f"the log ends at #{end}" if end else "the log is empty"
        raise InputError(f"There is no event #{position}: {reason}.")
    found = await store.read(position - 1, limit=1)
    if not found or found[0].position != position:
        raise IntegrityError(f"Event #{position} is missing in the log; tui-ledger verify says more.")
    return found[0]


class _Way:
    """Follows the links of one journey, first back to its beginning and then on from there."""

    def __init__(self, store: EventStore) -> None:
        self.complete = True
        self.warnings: dict[str, None] = {}  # each once, in order
        self._store = store
        self._room = LIMIT

    async def steps_by(self, event: StoredEvent) -> list[Step]:
        """The steps of the journey that `event` is part of: if not all, those at least that lead to it."""
        way = await self._back_from(event)
        onward = {decided[0].causation_id: decided for decided in way[:-1]}
        steps = []
        waiting = [Step(0, None, way[-1])]
        while waiting:
            step = waiting.pop()
            steps.append(step)
            effects = [
                Step(step.depth + 1, cause.position, decided)
                for cause in step.events
                for decided in await self._effects(cause, onward.get(cause.id))
            ]
            waiting += reversed(effects)
        if self._room < 0:
            shown = sum(len(step.events) for step in steps)
            self._leave_out(f"The journey goes on; only {shown:,} of its events are shown.")
        return steps

    async def _back_from(self, event: StoredEvent) -> list[_Decided]:
        """The commands that led to `event`, its own first."""
        way = [await self._decided_with(event)]
        while (cause := await self._cause_of(way[-1][0])) is not None:
            if len(way) == LIMIT:
                self._leave_out(
                    f"#{cause.position}, and what led to it, is more than {LIMIT:,} commands back."
                )
                break
            way.append(await self._decided_with(cause))
        return way

    async def _decided_with(self, event: StoredEvent) -> _Decided:
        """The events of the command that `event` is of."""
        decided: _Decided = (event,)
        for reach in (1, 10, 100, EVENTS_LIMIT):
            around = await self._store.read(max(0, event.position - 1 - reach), 2 * reach + 1)
            decided = next(one for one in _by_command(around) if event in one)
            first, last = decided[0].position, decided[-1].position
            if event.position - first < reach and last - event.position < reach:
                return decided
        self._leave_out(
            f"#{event.position} is one of more events than a command can have; not all are shown."
        )
        return decided

    async def _cause_of(self, event: StoredEvent) -> StoredEvent | None:
        if event.causation_id is None:
            return None
        cause = await self._store.find_event(event.causation_id)
        if cause is None:
            self._warn(f"#{event.position} names a cause that is not in the log: {event.causation_id}.")
        elif self._comes_before(cause, event):
            return cause
        return None

    async def _effects(self, cause: StoredEvent, next_on_way: _Decided | None) -> list[_Decided]:
        """The commands that `cause` called for, as far as there is room; `next_on_way` in any case."""
        room = max(0, self._room)
        found = await self._store.caused_by(cause.id, room + 1)
        self._room -= len(found)
        effects = {decided[0].position: decided for decided in _by_command(found[:room])}
        if next_on_way is not None:
            effects[next_on_way[0].position] = next_on_way
        return [effects[first] for first in sorted(effects) if self._comes_before(cause, effects[first][0])]

    def _comes_before(self, cause: StoredEvent, effect: StoredEvent) -> bool:
        if cause.position < effect.position:
            return True
        self._warn(f"#{effect.position} names #{cause.position} as its cause, which does not come before it.")
        return False

    def _leave_out(self, warning: str) -> None:
        self.complete = False
        self._warn(warning)

    def _warn(self, warning: str) -> None:
        self.warnings[warning] = None


def _by_command(events: Iterable[StoredEvent]) -> list[_Decided]:
    """The events of each command together. Without a command each event is alone."""
    commands: list[list[StoredEvent]] = []
    for event in events:
        if commands and _is_next(commands[-1][-1], event):
            commands[-1].append(event)
        else:
            commands.append([event])
    return [tuple(decided) for decided in commands]


def _is_next(before: StoredEvent, event: StoredEvent) -> bool:
    return (
        event.position == before.position + 1
        and event.command_id is not None
        and (event.command_id, event.causation_id) == (before.command_id, before.causation_id)
    )
