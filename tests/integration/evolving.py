"""What the tests of evolution have in common: the events of `demo_data/evolve.jsonl`, in a log."""

from pathlib import Path
from typing import Any, Final

import msgspec

from tui_ledger.event_store.port import Append, EventStore, Expected, NewEvent

EVOLVE: Final = Path(__file__).parents[2] / "demo_data" / "evolve.jsonl"


def cloud_events() -> list[dict[str, Any]]:
    """The events of the file, as it has them."""
    return [msgspec.json.decode(line) for line in EVOLVE.read_bytes().splitlines()]


async def record_all(store: EventStore) -> None:
    """Append every event of the file, as it is there."""
    for event in cloud_events():
        new = NewEvent(
            event["id"],
            event["type"],
            event["schemaversion"],
            msgspec.json.encode(event["data"]).decode(),
            event["time"],
        )
        await store.append(
            Append(
                stream=f"wallet/{event['subject']}",
                expected=Expected.ANY,
                events=(new,),
                command_id=event.get("commandid"),
                content=event.get("commandcontent"),
                correlation_id=event.get("correlationid"),
            )
        )


async def record(store: EventStore, kind: str, schema: int, data: str, wallet: str = "ada") -> None:
    """Append one event of any kind."""
    event = NewEvent(f"{kind}-{schema}", kind, schema, data, "2026-01-31T12:00:00.000000Z")
    await store.append(Append(stream=f"wallet/{wallet}", expected=Expected.ANY, events=(event,)))
