"""Removing a view's documents, but not from under a worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tui_ledger.clock import Clock
from tui_ledger.errors import LockedError
from tui_ledger.query_side.documents.sqlite import SqliteDocuments
from tui_ledger.query_side.lease import LeaseKeeper


@asynccontextmanager
async def removal(file: Path, clock: Clock) -> AsyncIterator[None]:
    """Hold the view in `file`, and remove it at the end of the block, unless that raises.

    Raises:
        LockedError: a worker that lives holds the view's lease.
        LedgerError: the file is another program's, a newer version's, or cannot be removed.
    """
    documents = SqliteDocuments(file)
    lease = LeaseKeeper(documents, clock)
    try:
        await documents.open()
        state = await documents.state()
        if not await lease.claim(state):
            holder = f"process {state.lease.pid} on {state.lease.host}" if state.lease else "another process"
            raise LockedError(
                f"The view {file.stem} is kept up to date by {holder}: close the app or stop the worker "
                "there, and try again."
            )
        try:
            yield
        except BaseException:
            await lease.release()
            raise
        await documents.discard()
    finally:
        await documents.close()
