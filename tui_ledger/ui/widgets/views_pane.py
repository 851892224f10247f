"""The right pane: BALANCES, and below it one more read model, with the keys that steer their workers."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from tui_ledger.clock import Clock
from tui_ledger.content import Sentence, say
from tui_ledger.ui.keys import shown
from tui_ledger.ui.links import link
from tui_ledger.ui.speaking import Speaking
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


class ViewsPane(Speaking, Vertical):
    """A title and a picture for each read model; which of them can be seen, the screen says."""

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("p", "app.steer('pause')", "view.pause"),
        shown("x", "app.steer('crash')", "view.crash"),
        Binding("r", "app.steer('rebuild')", id="view.rebuild"),
        shown("l", "app.steer('late')", "view.late"),
        shown("right_square_bracket", "app.steer('step')", "view.step", key_display="[ ]"),
        Binding("left_square_bracket", "app.steer('back')", id="view.back"),
        Binding("X", "app.steer('crash_before')", id="view.crash_before"),
        Binding("k", "app.steer('park')", id="view.park"),
    ]

    def __init__(self, clock: Clock) -> None:
        super().__init__(id="views", classes="pane")
        self._clock = clock

    def compose(self) -> ComposeResult:
        yield ViewTitle("balances", "BALANCES")
        yield BalancesTable(now=self._clock.monotonic)
        yield ViewTitle("statement", Sentence("screen.statement.title"))
        yield StatementTable()
        yield ViewTitle("spending", Sentence("screen.spending.title"))
        yield SpendingPie()
        yield ViewTitle("top_items", Sentence("screen.top_items.title"))
        yield ListingTable("top_items", {"item": 0, "count": 5, "revenue": 14})
        yield ViewTitle("books", Sentence("screen.books.title"))
        yield ListingTable("books", {"currency": 4, "account": 0, "balance": 13})
        yield ViewTitle("", "", id=OWN)
        yield ListingTable(OWN, {"key": 14, "document": 0})
        yield ViewStrip()

    def say_words(self) -> None:
        self.border_title = link(say("screen.views"), "screen.pane('views')")
