"""From the log of a session to the steps of a scenario: what was asked for, and what follows by itself."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from tui_ledger.clock import timestamp
from tui_ledger.command_side.streams import wallet_in
from tui_ledger.domain.command_language import format_command, parse
from tui_ledger.domain.commands import Command, RefundPurchase, read_content
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.simulation.scenario_file import LINE_LIMIT
from tui_ledger.simulation.session import Moment, Recording

_DIGITS: Final = 15  # of the longest position
_SETTLED: Final = ("TransferSettled", "TransferReturned")


class PlannedStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step to be: what to do, when it was done, and what is expected of it."""

    line: str
    recorded_at: str
    expect: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What of a session can be done again.

    Attributes:
        steps: What to do, in order.
        lost: The positions of events that no command is known of, so that nothing brings them back.
        unsure: The wallets of which nothing can be expected: because of those, or since something of theirs
            is still on its way.
        whole: Whether doing the steps makes as many events as the session has.
    """

    steps: list[PlannedStep]
    lost: list[int]
    unsure: frozenset[str]
    whole: bool


def plan_steps(recording: Recording) -> Plan:
    """Sort out what was asked for in the session, what follows by itself, and what nothing brings back."""
    planner = _Planner(recording.events)
    waiting = list(reversed(recording.moments))
    for event in recording.events:
        while waiting and waiting[-1].after < event.position:
            planner.take_moment(waiting.pop())
        planner.take_event(event)
    for moment in reversed(waiting):
        planner.take_moment(moment)
    on_the_way = {wallet for both in planner.on_the_way.values() for wallet in both}
    return Plan(
        steps=planner.steps,
        lost=planner.lost,
        unsure=frozenset(planner.unsure | on_the_way),
        whole=not (planner.unsure or on_the_way),
    )


class _Planner:
    def __init__(self, events: Sequence[StoredEvent]) -> None:
        self._events = events
        self._by_id = {event.id: event for event in events}
        self.steps: list[PlannedStep] = []
        self.lost: list[int] = []
        self.unsure: set[str] = set()
        self.on_the_way: dict[str, tuple[str, str]] = {}

    def take_moment(self, moment: Moment) -> None:
        """Make a step of something that left no event, if a step has room for it."""
        at = timestamp(moment.at)
        if moment.code is None:
            self._add(moment.line, at, None)
            return
        command = parse(moment.line)
        refused = f"receipt.code == {msgspec.json.encode(moment.code).decode()}"
        self._add(self._line(command) or moment.line, at, command.wallet, (refused,))

    def take_event(self, event: StoredEvent) -> None:
        """Make a step of `event`, or see why none is needed, or that there can be none."""
        wallet = wallet_in(event.stream)
        self._follow(event)
        if event.causation_id is not None:  # a process did that, and will again
            cause = self._by_id.get(event.causation_id)
            if cause is None or wallet_in(cause.stream) in self.unsure:
                self.unsure.add(wallet)
            return
        command = _command(event)
        line = None if command is None else self._line(command)
        if line is None or not self._add(line, event.recorded_at, wallet):
            self.lost.append(event.position)
            self.unsure.add(wallet)

    def _add(self, line: str, recorded_at: str, wallet: str | None, expect: tuple[str, ...] = ()) -> bool:
        """Whether a step has room for `line`; then there is one."""
        if len(line) > LINE_LIMIT:
            return False
        if wallet in self.unsure:  # without the events that are lost, it may be refused, or may not be
            expect = ("receipts.refused >= 0",)
        self.steps.append(PlannedStep(line=line, recorded_at=recorded_at, expect=expect))
        return True

    def _line(self, command: Command) -> str | None:
        """How to ask for `command`; None if it names a purchase that no command is known of."""
        if isinstance(command, RefundPurchase):
            purchase = self._purchase(command.purchase)
            if purchase is None:
                return None
            command = command.model_copy(update={"purchase": purchase})
        return format_command(command)

    def _purchase(self, reference: str) -> str | None:
        """What to call a purchase where positions may be others than they were."""
        if not (reference.isascii() and reference.isdigit()):
            return reference
        place = int(reference) if len(reference) <= _DIGITS else 0
        return self._events[place - 1].command_id if 0 < place <= len(self._events) else None

    def _follow(self, event: StoredEvent) -> None:
        """Note which transfers are on their way, and between whom."""
        if event.type != "TransferSent" and event.type not in _SETTLED:
            return
        data = _fields(event.data)
        if event.type in _SETTLED:
            self.on_the_way.pop(str(data.get("transfer")), None)
        else:
            self.on_the_way[str(data.get("transfer"))] = (wallet_in(event.stream), str(data.get("to")))


def _command(event: StoredEvent) -> Command | None:
    """What was asked for, with its id; None if that is not known, or was asked for by another program."""
    if event.content is None or event.command_id is None:
        return None
    try:
        return read_content(event.content).model_copy(update={"id": event.command_id})
    except ValueError:
        return None


def _fields(text: str) -> dict[str, Any]:
    """The JSON object in `text`; an empty one where somebody has written something else into the log."""
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return {}
