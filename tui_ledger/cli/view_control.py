"""The commands that steer a view's worker, in whichever process that runs: `view pause` and the like."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from tui_ledger.cli.progress import events_bar
from tui_ledger.cli.working import check, tell
from tui_ledger.ledger import Ledger
from tui_ledger.query_side.control import WorkerControl

Wish = Callable[[WorkerControl], Awaitable[None]]


async def steer(path: Path, view: str, wish: Wish, *, as_json: bool, follow: bool = False) -> int:
    """Do to a view's worker what `wish` says, and print how the view is doing then.

    Args:
        follow: Wait until what is being built, if anything, is read.

    Raises:
        InputError: the worker refuses, and says why.
        LockedError: it does not answer.
        IntegrityError: an event stops what is being built.
    """
    async with Ledger.open(path, run_views=False) as ledger:
        control = ledger.worker(view)
        await wish(control)
        if follow:
            with events_bar(view, (await ledger.head()).position) as show:
                await control.rebuilt(show)
        status = next(one for one in (await ledger.status()).views if one.view == view)
    if follow:
        check(status)
    tell(status, as_json=as_json)
    return 0


async def rebuild(path: Path, view: str | None, *, as_json: bool) -> int:
    """Make the documents of a view anew, or those of all that are on.

    Raises:
        LedgerError: as `steer`.
    """
    if view is not None:
        return await steer(path, view, WorkerControl.rebuild, as_json=as_json, follow=True)
    async with Ledger.open(path, run_views=False) as ledger:
        names = [one.view for one in ledger.snapshot().views]
    for name in names:
        await steer(path, name, WorkerControl.rebuild, as_json=as_json, follow=True)
    return 0
