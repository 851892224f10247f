"""Writing a history into a ledger: all of it, or nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tui_ledger.errors import InputError
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.event_store.sqlite_filling import fill_log
from tui_ledger.file_replacement import replace_file
from tui_ledger.ledger_folder import LedgerFolder, making_ledger
from tui_ledger.ledger_views import BUILT_IN_NAMES
from tui_ledger.simulation.history.apart import made_apart
from tui_ledger.simulation.history.manifest import FILE, written
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
    if not there.log.is_file():
        with making_ledger(path, BUILT_IN_NAMES) as folder:
            return await _fill(folder, plan, progress, new=True)
    async with open_store(there.log) as store:
        if (await store.head()) != GENESIS:
            raise InputError(
                f"The ledger at {there.path} has events already, and a history begins with nothing; choose "
                "another path."
            )
    return await _fill(there, plan, progress, new=False)


async def _fill(
    folder: LedgerFolder, plan: Plan, progress: Callable[[int], None] | None, *, new: bool
) -> dict[str, Any]:
    with made_apart(plan) as history:
        await fill_log(folder.log, history.rows(progress), new=new)
    replace_file(folder.path / FILE, written(history.manifest), synced=True)
    return history.manifest
