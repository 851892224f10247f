"""Writing a history into a ledger: all of it, or nothing."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tui_ledger.errors import InputError
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.port import Head, PastEvent
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.event_store.sqlite_restore import fill_new_log
from tui_ledger.file_replacement import replace_file
from tui_ledger.ledger_folder import LedgerFolder, making_ledger
from tui_ledger.ledger_views import BUILT_IN_NAMES
from tui_ledger.simulation.history.apart import HistoryApart, made_apart
from tui_ledger.simulation.history.manifest import written
from tui_ledger.simulation.history.plan import Plan


async def simulate(path: Path, plan: Plan, progress: Callable[[int], None] | None = None) -> dict[str, Any]:
    """Fill the ledger at `path`, which is made if there is none, with the history of `plan`.

    Args:
        path: The ledger's folder.
        plan: What is to have happened.
        progress: Told now and then how many events there are, perhaps in another thread.

    Returns:
        The manifest, which is also in the ledger's folder.

    Raises:
        InputError: the ledger has events already, or there is something else at `path`.
        LedgerError: it cannot be written.
    """
    there = LedgerFolder(path)
    with made_apart(plan) as history:
        events = history.events(progress)
        if there.log.is_file():
            return _concluded(there, history, await _fill(there, events))
        with making_ledger(path, BUILT_IN_NAMES) as folder:
            return _concluded(folder, history, await fill_new_log(folder.log, events))


async def _fill(folder: LedgerFolder, events: Iterable[PastEvent]) -> Head:
    async with open_store(folder.log) as store:
        if (await store.head()) != GENESIS:
            raise InputError(
                f"The ledger at {folder.path} has events already, and a history begins with nothing; choose "
                "another path."
            )
        return await store.restore(events, GENESIS)


def _concluded(folder: LedgerFolder, history: HistoryApart, head: Head) -> dict[str, Any]:
    manifest = history.manifest | {"head": str(head)}
    replace_file(folder.manifest, written(manifest), synced=True)
    return manifest
