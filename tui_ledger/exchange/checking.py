"""What must be true of an event before it is taken in."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec

from tui_ledger.domain.admissible import admissible
from tui_ledger.domain.events import (
    Event,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
)
from tui_ledger.domain.transfer import step_id
from tui_ledger.errors import InputError
from tui_ledger.event_store.port import PastEvent, StoredEvent
from tui_ledger.exchange.asked import check_content
from tui_ledger.exchange.staged_rows import Way
from tui_ledger.exchange.staging import StagedEvent, Staging

# A log may have taken the same event in at another time than the one where it happened.
_COMPARED: Final = tuple(name for name in PastEvent.__struct_fields__ if name != "recorded_at")


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


class Known(msgspec.Struct, frozen=True):
    """What the log has of some candidates: their events and causes by id, and their commands."""

    events: Mapping[str, StoredEvent]
    commands: AbstractSet[str]


class Checker:
    """Checks one event after the other, and stages those that are new and can have happened."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._wallets = staging.wallets
        self._last: PastEvent | None = None

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
                raise InputError(
                    f"the event id {event.id} is in the log already, at #{there.position}, with other content.",
                    "event_id_reused",
                )
            return False
        before = self._staging.find(event.id)
        if before is not None:
            if not _same(event, before):
                raise InputError(
                    f"the event id {event.id} came before, with other content.", "event_id_reused"
                )
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
        admissible(state, candidate)
        check_content(event, data, state)
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
        """A transfer crosses two wallets, and neither knows by itself whether the other has done its part."""
        match data:
            case TransferSent():
                taken = data.transfer in known.commands or self._staging.has_command(data.transfer)
                if self._wallets.ways.find(data.transfer) is not None or (event.command_id is None and taken):
                    raise _bad_transfer(f"the transfer id {data.transfer} was used before.")
                if event.command_id not in {None, data.transfer}:
                    raise _bad_transfer("a transfer is named after its command, and this one is not.")
            case TransferReceived():
                way = self._wallets.ways.find(data.transfer)
                if way is None or way.sent is None or way.recipient != data.wallet:
                    raise _bad_transfer(f"the transfer {data.transfer} was not sent to {data.wallet}.")
                if _details(way) != (data.sender, data.amount, data.currency, data.note):
                    raise _bad_transfer(f"what was sent as {data.transfer} is not what was received.")
                if way.ended:
                    raise _bad_transfer(f"the transfer {data.transfer} is over.")
                _check_step(event, data, way.sent)
            case TransferReturned():
                way = self._wallets.ways.find(data.transfer)
                if way is None or way.sent is None or way.received is not None:
                    raise _bad_transfer(f"the transfer {data.transfer} was received, and cannot come back.")
                _check_step(event, data, way.sent)
            case TransferSettled():
                way = self._wallets.ways.find(data.transfer)
                if way is None or way.received is None:
                    raise _bad_transfer(f"the transfer {data.transfer} was not received.")
                _check_step(event, data, way.received)


def _details(way: Way) -> tuple[str, int, str, str]:
    return way.sender, way.amount, way.currency, way.note


def _check_step(event: PastEvent, data: Event, cause: str) -> None:
    """The ids of what the process does follow from the event that calls for it: else it would do it again."""
    if event.causation_id not in {None, cause}:
        raise InputError(f"what calls for it is the event {cause}, not {event.causation_id}.", "bad_cause")
    command_id = step_id(data, cause)
    if event.command_id not in {None, command_id}:
        raise InputError(f"the commandid is {event.command_id}, and can only be {command_id}.", "bad_command_id")


def _bad_transfer(reason: str) -> InputError:
    return InputError(reason, "bad_transfer")


def _same(event: PastEvent, other: PastEvent | StoredEvent) -> bool:
    return all(getattr(event, name) == getattr(other, name) for name in _COMPARED)
