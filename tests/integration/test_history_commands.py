"""A simulated history is what the command side itself would have written."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec
import pytest

from tui_ledger.command_side.handler import Cause, CommandHandler
from tui_ledger.domain.commands import COMMANDS, Command
from tui_ledger.domain.transfer import ReceiveTransfer, ReturnTransfer, SettleTransfer
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import PastEvent, StoredEvent
from tui_ledger.simulation.history.history import History
from tui_ledger.simulation.history.plan import Plan
from tui_ledger.testing import VirtualClock

_STEPS: Final[dict[str, type[Command]]] = {
    kind.verb: kind for kind in (ReceiveTransfer, SettleTransfer, ReturnTransfer)
}


class Past(VirtualClock):
    """A clock that shows when the events of a history occurred."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = ""

    def now(self) -> datetime:
        return datetime.fromisoformat(self.moment)


def command_of(event: PastEvent) -> tuple[Command, Cause | None]:
    """What was asked for, as it is executed: by a person, or by the transfer manager."""
    fields = msgspec.json.decode(event.content or "")
    verb = fields.pop("verb")
    if verb in COMMANDS:
        return COMMANDS[verb](**fields, id=event.command_id), None
    assert event.command_id is not None
    assert event.correlation_id is not None
    return _STEPS[verb](**fields), Cause(event.command_id, event.correlation_id, event.causation_id)


async def decided_again(events: list[PastEvent]) -> list[StoredEvent]:
    """What the command side makes of the commands of `events`, at their times and with their ids."""
    clock = Past()
    store = MemoryEventStore(clock)
    ids: Iterator[str] = (event.id for event in events)
    handler = CommandHandler(store, clock, ids.__next__)
    for event in events:
        command, cause = command_of(event)
        clock.moment = event.occurred_at
        receipt = await handler.execute(command, cause)
        assert receipt.accepted, receipt.message
        assert not receipt.duplicate
        assert command.content() == event.content
    return await store.read(limit=len(events))


@pytest.mark.parametrize(
    "plan",
    [
        Plan(events=3000, wallets=24, years=3),
        pytest.param(Plan(events=20_000, wallets=60, years=10, seed=4), marks=pytest.mark.slow),
    ],
)
async def test_its_commands_decided_again_make_the_same_events(plan: Plan) -> None:
    events = list(History(plan).events())
    for made, event in zip(await decided_again(events), events, strict=True):
        row = msgspec.structs.asdict(made) | {"recorded_at": event.recorded_at}
        assert {name: row[name] for name in event.__struct_fields__} == msgspec.structs.asdict(event)


def test_a_short_history_has_every_kind_of_event() -> None:
    plan = Plan(events=3000, wallets=24, years=3)
    assert len({event.type for event in History(plan).events()}) == 10
