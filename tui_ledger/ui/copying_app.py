"""An app from which one can take what it shows: what is chosen, or what is selected with the mouse."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.widgets.balances import BalancesTable
from tui_ledger.ui.widgets.event_stream import EventStream


class CopyingApp(App[None]):
    """Puts something into the clipboard when it is asked to, never by itself, and says what it was.

    The terminal is asked for that (OSC 52): it works through ssh, where the terminal lets it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "copy_or_quit", priority=True, id="app.copy"),
    ]

    async def event_as_text(self, position: int) -> str | None:
        """The event at `position` as JSON; None if it cannot be had."""
        raise NotImplementedError

    def copy(self, text: str, what: str) -> None:
        """Put `text` into the clipboard, and say so.

        Args:
            text: To be copied.
            what: What it is, for the sentence; safe to be shown.
        """
        self.copy_to_clipboard(text)
        self.notify(say("look.copy.done", what=what), timeout=3, markup=False)

    def action_copy_or_quit(self) -> None:
        """Copy the text that is selected; with none, quit."""
        typed = self.focused.selected_text if isinstance(self.focused, Input) else ""
        selected = typed or self.screen.get_selected_text()
        if selected:
            self.copy(selected, say("look.copy.selected"))
            self.screen.clear_selection()
        else:
            self.exit()

    def on_event_stream_copied(self, message: EventStream.Copied) -> None:
        self.run_worker(self._copy_event(message.position), group="inspect")

    async def _copy_event(self, position: int) -> None:
        text = await self.event_as_text(position)
        if text is not None:
            self.copy(text, say("look.copy.event", position=f"{position:,}"))

    def on_balances_table_copied(self, message: BalancesTable.Copied) -> None:
        values = {"wallet": safe_text(message.wallet), "balance": safe_text(message.balance)}
        self.copy(message.balance, say("look.copy.balance", **values))
