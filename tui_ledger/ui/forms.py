"""Opens the form for a command, with what is chosen on the screen filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_ledger.ui.widgets.command_bar import CommandBar
from tui_ledger.ui.widgets.command_form import CommandForm
from tui_ledger.ui.widgets.event_stream import EventStream

if TYPE_CHECKING:
    from tui_ledger.ui.drawing import Drawing
    from tui_ledger.ui.grammar import Grammar
    from tui_ledger.ui.main_screen import MainScreen
    from tui_ledger.ui.names import Names


class Forms:
    """Lets somebody fill commands in, and sends them as the bar does."""

    def __init__(self, screen: MainScreen, drawing: Drawing, grammar: Grammar, names: Names) -> None:
        self._screen = screen
        self._drawing = drawing
        self._grammar = grammar
        self._names = names

    def open(self) -> None:
        """Show the form."""
        given = self._given()
        verb = "refund" if "purchase" in given else "deposit" if given else "create"
        form = CommandForm(self._grammar, self._names.look_up, given, verb)
        self._screen.app.push_screen(form, self._send)

    def _send(self, line: str | None) -> None:
        if line is not None:
            self._screen.shown = "commands"
            self._screen.query_one(CommandBar).send(line)

    def _given(self) -> dict[str, str]:
        """The chosen event's wallet, and what it bought; else the wallet that is chosen in BALANCES."""
        stream = self._screen.query_one(EventStream)
        event = stream.chosen_line if stream.has_focus else None
        if event is None:
            wallet = self._drawing.scene.picture.wallet
            return {"wallet": wallet} if wallet else {}
        given = {"wallet": event.wallet}
        return given | ({"purchase": str(event.position)} if event.type == "ItemPurchased" else {})
