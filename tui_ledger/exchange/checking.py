"""What must be true of an event before it is taken in."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec

from tui_ledger.domain.admissible import admissible, leads_to
from tui_ledger.domain.events import (
    Event,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
)
from tui_ledger.domain.transfer import TransferCommand
from tui_ledger.errors import InputError
from tui_ledger.event_store.port import PastEvent, StoredEvent
from tui_ledger.exchange.asked import command_of
from tui_ledger.exchange.staging import StagedEvent, Staging
from tui_ledger.exchange.transfer_checks import check_transfer

# The same event may have been recorded at another time elsewhere, and other tools space its data differently.
_COMPARED: Final = tuple(name for name in PastEvent.__struct_fields__ if name not in {"recorded_at", "data"})


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """An event that wants to be taken in, and what it says as it would be written today."""

    line: int
    event: PastEvent
    data: Event

    @property
    def id(self) -> str:
        """The event's id."""
        return self.event.id

    @property
    def occurred_at(self) -> str:
        """When it happened."""
        return self.event.occurred_at


def ids_of(batch: Iterable[Candidate]) -> tuple[set[str], set[str]]:
    """The ids that some candidates have or name: of events, and of commands."""
    events, commands = set(), set()
    for one in batch:
        events |= {one.event.id, one.event.causation_id or one.event.id}
        if one.event.command_id is not None:
            commands.add(one.event.command_id)
        if isinstance(one.data, TransferSent):
            commands.add(one.data.transfer)
    return events, commands


class Known(msgspec.Struct, frozen=True):
    """What the log has of some candidates: their events and causes by id, and their commands."""

    events: Mapping[str, StoredEvent]
    commands: AbstractSet[str]


class Checker:
    """Checks one event after the other, and stages those that are new and can have happened."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._wallets = staging.wallets
        self._last = staging.last()

    def take_in(self, candidate: Candidate, known: Known) -> bool:
        """Stage the event, unless it is there already.

        Returns:
            Whether it is new.

        Raises:
            InputError: it cannot be taken in; a sentence says why.
        """
        event = candidate.event
        there = known.events.get(event.id)
        if there is not None:
            if not _same(event, there):
                raise _reused(f"the event id {event.id} is in the log already, at #{there.position}")
            return False
        before = self._staging.find(event.id)
        if before is not None:
            if not _same(event, before):
                raise _reused(f"the event id {event.id} came before")
            return False
        self._check(candidate, known)
        self._staging.add(StagedEvent(candidate.line, event))
        self._last = event
        return True

    def _check(self, candidate: Candidate, known: Known) -> None:
        event, data = candidate.event, candidate.data
        self._check_command_id(event, known)
        self._check_cause(event, data, known)
        state = self._wallets.state_before(data)
        command = command_of(event, data)
        if command is not None:
            leads_to(command, state, data)
        if command is None or isinstance(command, TransferCommand):
            admissible(state, candidate)
        self._check_transfer(event, data, known)
        self._wallets.take_in(candidate, state)

    def _check_command_id(self, event: PastEvent, known: Known) -> None:
        command_id = event.command_id
        if command_id is None:
            return
        if event.content is None and self._last is not None and self._last.command_id == command_id:
            return  # another event of the same command
        if command_id in known.commands or self._staging.has_command(command_id):
            raise InputError(
                f"the command id {command_id} is on record for another event.", "command_id_reused"
            )

    def _check_cause(self, event: PastEvent, data: Event, known: Known) -> None:
        """An event belongs to the journey of its cause; without one, its own command begins a journey."""
        journeys = {event.command_id, None}
        if event.causation_id is not None:
            cause = known.events.get(event.causation_id) or self._staging.find(event.causation_id)
            if cause is None:
                raise InputError(
                    f"what caused it, the event {event.causation_id}, is neither in the log nor before it.",
                    "unknown_cause",
                )
            journeys = {None, cause.correlation_id or cause.command_id, getattr(data, "transfer", None)}
        if event.correlation_id not in journeys:
            raise InputError(f"it belongs to another journey than {event.correlation_id}.", "bad_correlation")

    def _check_transfer(self, event: PastEvent, data: Event, known: Known) -> None:
        if isinstance(data, TransferSent | TransferReceived | TransferSettled | TransferReturned):
            is_used = data.transfer in known.commands or self._staging.has_command(data.transfer)
            check_transfer(event, data, self._wallets.ways.find(data.transfer), is_used=is_used)


def _reused(where: str) -> InputError:
    return InputError(f"{where}, with other content.", "event_id_reused")


def _same(event: PastEvent, other: PastEvent | StoredEvent) -> bool:
    return all(getattr(event, name) == getattr(other, name) for name in _COMPARED) and (
        event.data == other.data or msgspec.json.decode(event.data) == msgspec.json.decode(other.data)
    )
