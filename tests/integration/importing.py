"""What the tests of imports have in common: a history from elsewhere, as the lines of a file."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from tui_ledger.domain.command_language import parse
from tui_ledger.event_store.port import PastEvent, StoredEvent
from tui_ledger.exchange.cloud_events import encode
from tui_ledger.ledger import Ledger
from tui_ledger.testing import CountingIds, VirtualClock

HISTORY: Final = (
    "create moyin owner=Moyin id=created",
    "create bob",
    "deposit moyin 1000 id=salary",
    "buy moyin sword 200 category=weapons id=sword",
    "refund moyin sword amount=50",
    "send moyin bob 100 note=rent id=rent",
    "withdraw bob 10",
    "send moyin nobody 5 id=lost",
    "create ann",
    "close ann",
)
"""Commands that lead to an event of every type, thirteen in all."""


async def events_of(*commands: str, first_id: int = 1) -> list[StoredEvent]:
    """What another ledger, whose ids begin at `first_id`, recorded of these, transfers to their end."""
    new_id = CountingIds()
    for _ in range(1, first_id):
        new_id()
    async with Ledger.in_memory(run_views=False, clock=VirtualClock(), new_id=new_id) as ledger:
        for command in commands:
            receipt = await ledger.execute(parse(command))
            assert receipt.accepted, receipt.message
            if receipt.command == "send":
                await ledger.complete_transfer(receipt)
        return await ledger.read()


def past(event: StoredEvent) -> PastEvent:
    """All of an event but its place in the log."""
    return PastEvent(*(getattr(event, name) for name in PastEvent.__struct_fields__))


def lines_of(events: Iterable[StoredEvent]) -> list[bytes]:
    """Their lines."""
    return [encode(event) for event in events]


def changed(line: bytes, **attributes: Any) -> bytes:
    """The line with other attributes, or without those that are None; `data` is merged."""
    event = json.loads(line)
    event |= {name: event["data"] | value if name == "data" else value for name, value in attributes.items()}
    return json.dumps({name: value for name, value in event.items() if value is not None}).encode()


def written(path: Path, lines: Sequence[bytes]) -> Path:
    """The file of these lines."""
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def deposits(count: int, *, wallets: int = 1) -> list[bytes]:
    """A long history of a few wallets, a line an event."""
    lines = [_line(number, f"w{number}", "UserCreated", {"owner": ""}) for number in range(wallets)]
    lines += [
        _line(number, f"w{number % wallets}", "MoneyDeposited", {"amount": 1, "source": ""})
        for number in range(wallets, count)
    ]
    return lines


def _line(number: int, wallet: str, kind: str, fields: dict[str, Any]) -> bytes:
    event = {
        "specversion": "1.0",
        "id": f"00000000-0000-7000-9000-{number:012x}",
        "source": "tests",
        "type": kind,
        "subject": wallet,
        "time": "2026-01-01T00:00:00Z",
        "data": {"wallet": wallet, "currency": "USD", **fields},
    }
    return json.dumps(event).encode()
