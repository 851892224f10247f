"""The half of the app that looks: at which wallet, which year, and which moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App

from tui_ledger.content import say
from tui_ledger.ui.widgets.balances import BalancesTable
from tui_ledger.ui.widgets.command_bar import CommandBar
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.spending import SpendingPie
from tui_ledger.ui.widgets.time_line import TimeLine

if TYPE_CHECKING:
    from tui_ledger.ledger import Ledger
    from tui_ledger.ui.drawing import Drawing
    from tui_ledger.ui.main_screen import MainScreen


class ViewingApp(App[None]):
    """Has the read models read that somebody looks at; of the past, too, in which nothing can be done."""

    ledger: Ledger | None
    main: MainScreen
    drawing: Drawing

    def go(self, position: int | None) -> None:
        """View the moment after the event at `position`; None is now."""
        self._go(position)
        self.main.query_one(TimeLine).at = self.drawing.travel.wanted

    def _go(self, position: int | None) -> None:
        before = self.drawing.travel.wanted
        self.drawing.go(position)
        past = self.drawing.travel.wanted is not None
        if past and self.main.large is not None:
            self.main.action_large()  # large type is of now
        if past != (before is not None):  # other keys do something then
            self.main.query_one(CommandBar).closed = "time.read_only" if past else ""
            self.refresh_bindings()

    def refuses(self, line: str = "") -> bool:
        """Whether nothing can be done, since the past is viewed; says so, and puts `line` back."""
        if self.drawing.travel.wanted is None:
            return False
        self.main.query_one(CommandBar).give_back(line)
        self.notify(say("time.read_only"), severity="warning", markup=False)
        return True

    def offers_travel(self, action: str) -> bool:
        """Whether there is something for `action` to do."""
        snapshot, past = self.drawing.snapshot, self.drawing.travel.wanted is not None
        match action:
            case "now":
                return past
            case "go_back":
                return not past and snapshot is not None and snapshot.head > 1
            case "changes":
                return self.ledger is not None
        return True

    def action_now(self) -> None:
        """Go back to now."""
        self.go(None)

    def action_go_back(self) -> None:
        """Go one event back in time, and give the keys to the time line."""
        line = self.main.query_one(TimeLine)
        line.focus()
        line.action_move(-1)

    def action_changes(self) -> None:
        """Show what has changed between the moment that is viewed and now."""
        from tui_ledger.ui.widgets.changes import ChangesScreen  # noqa: PLC0415

        position = self.drawing.travel.wanted
        if position is None:
            self.notify(say("time.changes.go_back_first"), severity="warning", markup=False)
        elif self.ledger is not None:
            self.push_screen(ChangesScreen(self.ledger, position))

    def on_time_line_moved(self, message: TimeLine.Moved) -> None:
        self._go(message.position)  # the handle is there already, and perhaps further on

    def on_event_stream_gone_back(self, message: EventStream.GoneBack) -> None:
        self.go(message.position)
        if self.drawing.travel.wanted is None:
            self.notify(say("time.is_now"), markup=False)

    def on_balances_table_chosen(self, message: BalancesTable.Chosen) -> None:
        self.drawing.choose(message.wallet)

    def on_balances_table_scrolled(self) -> None:
        self.drawing.read_views()

    def on_main_screen_turned(self) -> None:
        self.drawing.turned()

    def on_spending_pie_turned(self, message: SpendingPie.Turned) -> None:
        self.drawing.turn(message.year, message.currency)
