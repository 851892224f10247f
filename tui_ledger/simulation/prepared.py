"""The ledger that a scenario is played on, where that is one that stays."""

from collections.abc import Sequence
from pathlib import Path

from tui_ledger.ledger import create_ledger
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.ledger_views import LedgerViews


def prepare_ledger(path: Path, views: Sequence[str]) -> None:
    """Have a ledger at `path` with `views` on: a new one with no others, or what is there with them as well.

    Raises:
        InputError: there is no view of a name.
        LedgerError: the ledger cannot be made or changed.
    """
    if not path.exists():
        create_ledger(path, views)
        return
    known = LedgerViews(LedgerFolder(path))
    for view in views:
        known.add(view)
