"""What the tests of CloudEvents have in common: a good line, and ways to spoil it."""

import json
from typing import Any, Final

import msgspec

from tui_ledger.domain.commands import COMMANDS
from tui_ledger.domain.events import Event
from tui_ledger.event_store import codec
from tui_ledger.event_store.port import StoredEvent

EVENT_ID: Final = "019c1234-0000-7000-8000-000000000001"
CAUSE_ID: Final = "019c1234-0000-7000-8000-000000000002"
COMMAND_ID: Final = "019c1234-0000-7000-8000-000000000003"
TIME: Final = "2026-01-31T12:00:00.000001Z"
LATER: Final = "2026-01-31T12:00:00.000002Z"

GOOD: Final[dict[str, Any]] = {
    "specversion": "1.0",
    "id": EVENT_ID,
    "source": "tui-ledger",
    "type": "MoneyDeposited",
    "subject": "moyin",
    "time": TIME,
    "datacontenttype": "application/json",
    "position": 2,
    "schemaversion": 1,
    "recordedat": LATER,
    "commandid": COMMAND_ID,
    "commandcontent": '{"amount":"10","verb":"deposit","wallet":"moyin"}',
    "correlationid": COMMAND_ID,
    "data": {"wallet": "moyin", "amount": 1000, "currency": "USD", "source": ""},
}
"""The attributes of a line that can be read."""


def line(**changes: object) -> bytes:
    """`GOOD` with other attributes, or without those that are given as `...`."""
    attributes = {name: value for name, value in {**GOOD, **changes}.items() if value is not ...}
    return json.dumps(attributes, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def with_data(**changes: object) -> bytes:
    """`GOOD` with other fields in its data, and without a command, or without those given as `...`."""
    fields = {name: value for name, value in {**GOOD["data"], **changes}.items() if value is not ...}
    return line(data=fields, commandid=..., commandcontent=...)


def content_of(verb: str, **fields: object) -> str:
    """The content of a command that was given with these fields."""
    return COMMANDS[verb].model_validate(fields).content()


def stored(fact: Event, **changes: Any) -> StoredEvent:
    """The row of an event that no command is known of."""
    event = StoredEvent(
        position=7,
        stream=f"wallet/{fact.wallet}",
        version=3,
        prev=4,
        id=EVENT_ID,
        type=type(fact).__name__,
        schema=fact.schema,
        data=codec.encode(fact),
        content=None,
        occurred_at=TIME,
        recorded_at=LATER,
        command_id=None,
        correlation_id=None,
        causation_id=None,
        hash="0" * 64,
    )
    return msgspec.structs.replace(event, **changes)
