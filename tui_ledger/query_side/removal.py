"""Removing a view's documents, but not from under a worker."""

from pathlib import Path
from typing import Final

from tui_ledger.clock import Clock
from tui_ledger.errors import LockedError
from tui_ledger.query_side.documents.sqlite import SqliteDocuments
from tui_ledger.query_side.lease import LeaseKeeper
from tui_ledger.query_side.pace import RESOLUTION

_PATIENCE: Final = 2.0  # seconds for a worker to notice that nobody wants the view any more
_LOOK: Final = 0.05


async def remove_view(file: Path, clock: Clock) -> None:
    """Remove the view in `file`, once no worker holds it any more.

    Raises:
        LockedError: a worker that lives goes on holding the view's lease.
        LedgerError: the file is another program's, a newer version's, or cannot be removed.
    """
    documents = SqliteDocuments(file)
    lease = LeaseKeeper(documents, clock)
    deadline = clock.monotonic() + _PATIENCE
    try:
        await documents.open()
        while not await lease.claim(state := await documents.state()):
            if deadline - clock.monotonic() <= RESOLUTION:
                holder = (
                    f"process {state.lease.pid} on {state.lease.host}" if state.lease else "another process"
                )
                raise LockedError(
                    f"The view {file.stem} is kept up to date by {holder}: stop the worker there, and try "
                    "again."
                )
            await clock.sleep(_LOOK)
        await documents.discard()
    finally:
        await documents.close()
