"""The histories among the files of `demo_data`: each is a file of events and a manifest.

To make them again: python -m tui_ledger.simulation.history.data_sets demo_data
"""

import asyncio
import gzip
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.exchange.cloud_events import encode
from tui_ledger.simulation.history.history import History
from tui_ledger.simulation.history.manifest import described, manifest_of, written
from tui_ledger.simulation.history.plan import Plan


class DataSet(msgspec.Struct, frozen=True):
    """The plan of a file, and the days of a forgery in it: see `Agenda`."""

    plan: Plan
    forged_on: tuple[date, ...] = ()


DATA_SETS: Final[Mapping[str, DataSet]] = {
    "decade": DataSet(Plan(events=5000, wallets=40, years=10)),
    "fraud": DataSet(
        Plan(events=2000, wallets=16, years=2),
        (date(2025, 3, 9), date(2025, 3, 10), date(2025, 3, 13), date(2025, 3, 15)),
    ),
}
"""By the name of the file."""

_LEVEL: Final = 9


async def make(data_set: DataSet) -> tuple[bytes, dict[str, Any]]:
    """The events as CloudEvents, a line each, and their manifest."""
    history = History(data_set.plan, data_set.forged_on)
    store = MemoryEventStore()
    head = await store.restore(history.events(), GENESIS)
    lines = [encode(event) + b"\n" for event in await store.read(limit=head.position)]
    return b"".join(lines), manifest_of(history, head) | described(lines)


async def write(folder: Path) -> None:
    """Make every data set in `folder`."""
    for name, data_set in DATA_SETS.items():
        lines, manifest = await make(data_set)
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines, _LEVEL, mtime=0))
        (folder / f"{name}.manifest.json").write_bytes(written(manifest))


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1])))
