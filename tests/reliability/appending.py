"""A process that appends to a log, and says on standard output what was acknowledged: run as a script.

    appending.py LOG CALLER COUNT

It appends COUNT times, by turns to a stream of its own and to one that all share, twenty at a time. For each
append it prints, once that is acknowledged, the position and the event's id. COUNT 0: without end.
"""

import asyncio
import itertools
import sys
from pathlib import Path

from tui_ledger.event_store.port import Append, Expected, NewEvent
from tui_ledger.event_store.sqlite import SqliteEventStore, open_store

AT_ONCE = 20


async def main(log: Path, caller: str, count: int) -> None:
    """Append and report."""
    async with open_store(log) as store:
        for start in itertools.count(0, AT_ONCE):
            if count and start >= count:
                return
            await asyncio.gather(*(append(store, caller, number) for number in range(start, start + AT_ONCE)))


async def append(store: SqliteEventStore, caller: str, number: int) -> None:
    """Append one event, and say so."""
    event = NewEvent(f"{caller}-{number}", "Appended", 1, "{}", "2026-01-01T00:00:00.000000Z")
    stream = "shared" if number % 2 else caller
    appended = await store.append(
        Append(
            stream=stream,
            expected=Expected.ANY,
            events=(event,),
            command_id=f"{event.id}.c",
            content=event.id,
        )
    )
    sys.stdout.write(f"{appended.first} {event.id}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
