"""The right pane: BALANCES, and below it one more read model, with the keys that steer their workers."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from tui_ledger.clock import Clock
from tui_ledger.content import say
from tui_ledger.ui.links import linked
from tui_ledger.ui.widgets.balances import BalancesTable
from tui_ledger.ui.widgets.listing import ListingTable
from tui_ledger.ui.widgets.spending import SpendingPie
from tui_ledger.ui.widgets.statement import StatementTable
from tui_ledger.ui.widgets.view_strip import ViewStrip
from tui_ledger.ui.widgets.view_title import ViewTitle

TABS: Final = ("statement", "spending", "top_items", "books")
VIEWS: Final = ("balances", *TABS)


OWN: Final = "own"
"""The place of a view that this program does not know from near: anybody's own, or one for teaching."""


def place_of(view: str) -> str:
    """Where the pane shows a view."""
    return view if view in VIEWS else OWN


class ViewsPane(Vertical):
    """A title and a picture for each read model; which of them can be seen, the screen says."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "app.steer('pause')", "pause", id="view.pause"),
        Binding("x", "app.steer('crash')", "crash", id="view.crash"),
        Binding("r", "app.steer('rebuild')", "Rebuild", show=False, id="view.rebuild"),
        Binding("l", "app.steer('late')", "late", id="view.late"),
        Binding("right_square_bracket", "app.steer('step')", "step", key_display="[ ]", id="view.step"),
        Binding("left_square_bracket", "app.steer('back')", "Step back", show=False, id="view.back"),
        Binding(
            "X", "app.steer('crash_before')", "Crash before the write", show=False, id="view.crash_before"
        ),
        Binding("k", "app.steer('park')", "Park, or try again", show=False, id="view.park"),
    ]

    def __init__(self, clock: Clock) -> None:
        super().__init__(id="views", classes="pane")
        self._clock = clock
        self.border_title = linked(say("screen.views"), *["screen.pane('views')"] * 2)

    def compose(self) -> ComposeResult:
        yield ViewTitle("balances", "BALANCES")
        yield BalancesTable(now=self._clock.monotonic)
        yield ViewTitle("statement", say("screen.statement.title"))
        yield StatementTable()
        yield ViewTitle("spending", say("screen.spending.title"))
        yield SpendingPie()
        yield ViewTitle("top_items", say("screen.top_items.title"))
        yield ListingTable("top_items", {"item": 0, "count": 5, "revenue": 14})
        yield ViewTitle("books", say("screen.books.title"))
        yield ListingTable("books", {"currency": 3, "account": 0, "balance": 13})
        yield ViewTitle("", "", id=OWN)
        yield ListingTable(OWN, {"key": 14, "document": 0})
        yield ViewStrip()
