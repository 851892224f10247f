"""Filling an empty log with rows that somebody else has placed."""

import threading
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.restored import Row
from tui_ledger.event_store.sqlite_appending import appending, in_thread
from tui_ledger.event_store.sqlite_file import connect_filler, connect_writer, finish_filling


async def fill_log(path: Path, batches: Iterable[list[Row]], *, new: bool) -> None:
    """Append all rows of `batches` to the empty log at `path`, or none of them.

    Args:
        path: The log.
        batches: The rows as `Restored` places them, some hundreds at once. Gone through once, in another
            thread; what it raises undoes everything, and is raised here. So does cancelling.
        new: Nobody else can know of the file, and it is thrown away if this fails: so it is written without a
            journal, and synced once, in a third of the time.

    Raises:
        LedgerError: as `EventStore.restore`; also if a row is not in its place.
    """
    await in_thread(partial(_fill, path, batches, new))


def _fill(path: Path, batches: Iterable[list[Row]], new: bool, cancelled: threading.Event) -> None:
    with appending(path, connect_filler if new else connect_writer, GENESIS, cancelled) as rows:
        for batch in batches:
            rows.insert(batch)
    if new:
        finish_filling(path)
