"""A view that is filled from a log, in files of its own."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tui_ledger.bench.port import Setup
from tui_ledger.errors import LedgerError
from tui_ledger.event_store.port import EventStore
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.query_side.documents.port import Lease
from tui_ledger.query_side.documents.sqlite import SqliteDocuments
from tui_ledger.query_side.projection import Projection
from tui_ledger.query_side.view import View

_TICK = 0.001
_HOLDER = Lease(holder="bench", host="", pid=0, heartbeat=0.0)


@asynccontextmanager
async def projecting(ledger: Path, view: View) -> AsyncIterator[tuple[Projection, EventStore]]:
    """A view of the log of `ledger`, empty, and as a worker has it when it begins."""
    with TemporaryDirectory(dir=ledger.parent) as folder:
        documents = SqliteDocuments(Path(folder) / "view.db")
        try:
            await documents.open()
            await documents.claim(_HOLDER, None)
            async with open_store(LedgerFolder(ledger).log) as store:
                projection = Projection(view, documents, _HOLDER.holder)
                await projection.begin(store)
                yield projection, store
        finally:
            await documents.close()


def check_projected(projection: Projection, position: int) -> None:
    """A view that stopped was fast, and would make a fine figure.

    Raises:
        LedgerError: the view is not at `position`.
    """
    if projection.state.checkpoint != position:
        reason = projection.state.reason or "another worker was there"
        raise LedgerError(f"The view is not at #{position}, so this is no measurement: {reason}")


@contextmanager
def frozen() -> Iterator[None]:
    """Spare the collector what is there already, as the app does."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


async def longest_pause(work: asyncio.Task[None], setup: Setup) -> float:
    """The most seconds for which the event loop could do nothing else while `work` was done."""
    longest = 0.0
    while not work.done():
        before = setup.timer()
        await asyncio.sleep(_TICK)
        longest = max(longest, setup.timer() - before - _TICK)
    await work
    return longest
