"""The views that come with the program."""

from typing import Final

from tui_ledger.query_side.view import View
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.query_side.views.books import Books
from tui_ledger.query_side.views.returns import Returns
from tui_ledger.query_side.views.spending import Spending
from tui_ledger.query_side.views.statement import Statement
from tui_ledger.query_side.views.top_items import TopItems

BUILT_IN: Final[tuple[View, ...]] = (Balances(), Statement(), Spending(), TopItems(), Books())
"""Every built-in view, in the order in which they are shown. All of them are on in a new ledger."""

FOR_TEACHING: Final[tuple[View, ...]] = (Returns(),)
"""Views that have something to teach by going wrong. They are off until somebody wants them."""
