"""`worker`: the workers of views, in a process of their own."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tui_ledger.cli.output import complain, say, say_json
from tui_ledger.cli.reading import view_json
from tui_ledger.errors import IntegrityError, LedgerError, StorageError
from tui_ledger.ledger import Ledger
from tui_ledger.query_side.status import ViewStatus

TICK: Final = 0.1
"""How often the states of the views are looked at, in seconds."""


async def work(path: Path, views: Sequence[str], *, once: bool, as_json: bool) -> int:
    """Run the workers of `views`, or of all that are on and the transfer manager with them.

    A line is printed when a view changes its state. With `once` this returns when all have caught up; else
    only a cancellation ends it, and transfers that do not get on are complained about.

    Raises:
        IntegrityError: `once`, and a view failed at an event.
        StorageError: `once`, and a worker has crashed.
        LedgerError: `once`, and a transfer does not get on.
    """
    async with Ledger.open(path, views=views or None) as ledger:
        told: dict[str, ViewStatus] = {}
        trouble: LedgerError | None = None
        settling = asyncio.create_task(ledger.settle()) if once else None
        while True:
            settled = settling is not None and settling.done()
            snapshot = await ledger.status()
            for view in snapshot.views:
                if view.view not in told or told[view.view].state != view.state:
                    tell(view, as_json=as_json)
                told[view.view] = view
            before, trouble = trouble, snapshot.transfers.trouble
            if settled:
                break
            if trouble is not None and not once and str(trouble) != str(before):
                complain(f"Transfers do not get on: {trouble}")
            await asyncio.sleep(TICK)
    if trouble is not None:
        raise trouble
    for view in told.values():
        check(view)
    return 0


def tell(view: ViewStatus, *, as_json: bool) -> None:
    """Print in a line how a view is doing."""
    if as_json:
        say_json(view_json(view))
    elif view.reason is None:
        say(f"{view.view}  {view.state}  #{view.checkpoint}")
    else:
        say(f"{view.view}  {view.state}  #{view.checkpoint}  {view.reason}")


def check(view: ViewStatus) -> None:
    """Check that the view has not failed.

    Raises:
        IntegrityError: an event has.
        StorageError: its worker has crashed.
    """
    if view.state == "failed":
        raise IntegrityError(f"{view.view} failed at event #{view.failed_at}: {view.reason}")
    if view.state == "crashed":
        raise StorageError(f"The worker of {view.view} has crashed: {view.reason}")
