"""A simulated history is what the command side itself would have written."""

from datetime import datetime
from typing import Final

import msgspec
import pytest

from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.command_side.transfer_steps import TransferSteps
from tui_ledger.domain.commands import COMMANDS
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import PastEvent, StoredEvent
from tui_ledger.simulation.history.history import History
from tui_ledger.simulation.history.plan import Plan
from tui_ledger.testing import VirtualClock

_REASONS: Final = {"other_currency", "unknown_wallet", "wallet_closed"}
_PLAN: Final = Plan(events=3000, wallets=24, years=3, seed=4)


class Again(VirtualClock):
    """A clock and a source of ids that give each event what it has in `events`."""

    def __init__(self, events: list[PastEvent]) -> None:
        super().__init__()
        self._events = events
        self._made = 0

    def now(self) -> datetime:
        return datetime.fromisoformat(self._events[min(self._made, len(self._events) - 1)].occurred_at)

    def new_id(self) -> str:
        self._made += 1
        return self._events[self._made - 1].id


async def decided_again(events: list[PastEvent]) -> list[StoredEvent]:
    """What the command side and the transfer manager make of the commands that persons gave in `events`."""
    again = Again(events)
    store = MemoryEventStore(again)
    handler = CommandHandler(store, again, again.new_id)
    steps = TransferSteps(handler, store)
    for event in events:
        if event.causation_id is None:
            fields = msgspec.json.decode(event.content or "")
            command = COMMANDS[fields.pop("verb")](**fields, id=event.command_id)
            receipt = await handler.execute(command)
            assert receipt.accepted, receipt.message
            assert not receipt.duplicate
            if event.type == "TransferSent":
                [sent] = await store.read(receipt.position - 1, limit=1)
                await steps.complete(sent)
    return await store.read(limit=2 * len(events))


@pytest.mark.parametrize(
    "plan",
    [
        _PLAN,
        pytest.param(Plan(events=20_000, wallets=60, years=10, seed=4), marks=pytest.mark.slow),
    ],
)
async def test_its_commands_decided_again_make_the_same_events(plan: Plan) -> None:
    events = list(History(plan).events())
    for made, event in zip(await decided_again(events), events, strict=True):
        row = msgspec.structs.asdict(made) | {"recorded_at": event.recorded_at}
        assert {name: row[name] for name in event.__struct_fields__} == msgspec.structs.asdict(event)


def test_the_shorter_one_has_every_kind_of_event_and_of_refusal() -> None:
    events = list(History(_PLAN).events())
    assert len({event.type for event in events}) == 10
    assert {
        msgspec.json.decode(event.data)["reason"] for event in events if event.type == "TransferReturned"
    } == _REASONS
