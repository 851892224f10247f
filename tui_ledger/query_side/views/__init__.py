"""The views that come with the program."""

from collections.abc import Iterable
from typing import Final

from tui_ledger.query_side.view import UnknownView, View
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.query_side.views.statement import Statement

BUILT_IN: Final[tuple[View, ...]] = (Balances(), Statement())
"""Every built-in view, in the order in which they are shown."""


def find_views(names: Iterable[str]) -> list[View]:
    """The views of these names.

    Raises:
        UnknownView: there is none of a name.
    """
    known = {view.name: view for view in BUILT_IN}
    found = []
    for name in names:
        if name not in known:
            raise UnknownView(name, known)
        found.append(known[name])
    return found
