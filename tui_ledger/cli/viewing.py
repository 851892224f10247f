"""The commands about which views a ledger has: `view list`, `view add` and `view drop`."""

import asyncio
from pathlib import Path
from typing import Any, Final

from tui_ledger.cli.output import counted, say, say_json, say_table
from tui_ledger.cli.progress import events_bar
from tui_ledger.cli.reading import view_json
from tui_ledger.cli.working import check
from tui_ledger.ledger import Ledger
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.ledger_views import LedgerViews
from tui_ledger.query_side.status import ViewStatus

TICK: Final = 0.1
"""How often the progress bar moves, in seconds."""


async def list_views(path: Path, *, as_json: bool) -> int:
    """Print every view that there is, whether it is on, and how far it is."""
    views = LedgerViews(LedgerFolder(path))
    enabled = views.enabled()
    views.find()  # what is on must be there, too
    async with Ledger.open(path, views=views.known(), run_views=False) as ledger:
        statuses = (await ledger.status()).views
    if as_json:
        for view in statuses:
            say_json(_json(view, enabled=view.view in enabled))
        return 0
    say_table(
        ("view", "on", "checkpoint", "lag", "state"),
        [
            (view.view, "yes" if view.view in enabled else "no", view.checkpoint, view.lag, view.state)
            for view in statuses
        ],
    )
    return 0


async def add(path: Path, name: str, *, as_json: bool) -> int:
    """Switch the view `name` on, and let it take in every event that there is.

    Raises:
        IntegrityError: it failed at an event.
        LedgerError: it cannot be switched on or filled.
    """
    views = LedgerViews(LedgerFolder(path))
    views.find()  # before anything is changed: one that is on and not to be had would keep it closed
    is_new = views.add(name)
    async with Ledger.open(path, run_views=False) as ledger:
        await _fill(ledger, name)
        status = _of(name, (await ledger.status()).views)
    check(status)
    if as_json:
        say_json(_json(status, enabled=True))
        return 0
    events = counted(status.checkpoint, "event")
    say(f"{name} is on{'' if is_new else ' already'}, and has taken in {events}.")
    return 0


async def drop(path: Path, name: str, *, as_json: bool) -> int:
    """Switch the view `name` off, and remove its file.

    Raises:
        LockedError: a worker that lives keeps it up to date.
        LedgerError: it is not on, or cannot be switched off.
    """
    await LedgerViews(LedgerFolder(path)).drop(name)
    if as_json:
        say_json({"view": name, "enabled": False})
    else:
        say(f"{name} is off, and its file is gone. The events are all there: view add makes it anew.")
    return 0


async def _fill(ledger: Ledger, name: str) -> None:
    """Let the view catch up, and show how far it is."""
    catching_up = asyncio.create_task(ledger.catch_up(name))
    try:
        with events_bar(name, (await ledger.head()).position) as show:
            while not catching_up.done():
                show(_of(name, ledger.snapshot().views).checkpoint)
                await asyncio.wait({catching_up}, timeout=TICK)
        await catching_up
    finally:
        catching_up.cancel()
        await asyncio.wait({catching_up})


def _of(name: str, views: tuple[ViewStatus, ...]) -> ViewStatus:
    return next(view for view in views if view.view == name)


def _json(view: ViewStatus, *, enabled: bool) -> dict[str, Any]:
    """A view's status as `status --json` has it, with whether it is on behind its name."""
    return {"view": view.view, "enabled": enabled} | view_json(view)
