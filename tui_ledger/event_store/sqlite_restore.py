"""Appending many events that were recorded elsewhere, in one transaction, beside the event loop."""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.port import Head, PastEvent
from tui_ledger.event_store.restored import Restored, Row, nowhere
from tui_ledger.event_store.sqlite_appending import FEW, TOGETHER, appending
from tui_ledger.event_store.sqlite_file import connect_filler, connect_writer, finish_filling
from tui_ledger.event_store.sqlite_schema import COLUMNS
from tui_ledger.threads import in_thread

_LARGE: Final = 1 << 20  # so many characters are enough to wait at once

_DATA, _CONTENT = (COLUMNS.split(", ").index(name) for name in ("data", "content"))


async def restore(path: Path, events: Iterable[PastEvent], behind: Head) -> Head:
    """See `EventStore.restore`."""
    cancelled = threading.Event()
    work = partial(_restore, path, connect_writer, iter(events), behind, cancelled)
    return await in_thread(work, cancelled.set)


async def fill_new_log(path: Path, events: Iterable[PastEvent]) -> Head:
    """The same for an empty log that nobody else can know of, and that is thrown away if this fails.

    It is written without a journal, and synced once.
    """
    cancelled = threading.Event()

    def fill() -> Head:
        head = _restore(path, connect_filler, iter(events), GENESIS, cancelled)
        finish_filling(path)
        return head

    return await in_thread(fill, cancelled.set)


def _restore(
    path: Path,
    connect: Callable[[Path], sqlite3.Connection],
    events: Iterator[PastEvent],
    behind: Head,
    cancelled: threading.Event,
) -> Head:
    with appending(path, connect, behind, cancelled) as rows:
        # Whoever knows all rows of a log that began empty knows every stream.
        restored = Restored(behind, nowhere if behind == GENESIS else rows.stream_head)
        while some := _placed(restored, events):
            rows.insert(some)
            if restored.has_many:
                rows.finish()
                restored.forget(rows.stream_head)
    return restored.head


def _placed(restored: Restored, events: Iterator[PastEvent]) -> list[Row]:
    """The next rows: not too many, and not too much."""
    rows: list[Row] = []
    size = 0
    while len(rows) < TOGETHER and size < _LARGE:
        few = list(map(restored.place, islice(events, FEW)))
        if not few:
            break
        rows += few
        size += sum([len(row[_DATA]) + len(row[_CONTENT] or "") for row in few])
    return rows
