"""An app in which one can look at an event from near, and take along what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.widgets.balances import BalancesTable
from tui_ledger.ui.widgets.event_stream import EventStream

if TYPE_CHECKING:
    from tui_ledger.ui.inspecting import Inspecting


class InspectingApp(App[None]):
    """Opens windows on events; puts something into the clipboard when it is asked to, and says what it was.

    The terminal is asked for that (OSC 52), never by itself: it works through ssh, too.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "copy_or_quit", priority=True, id="app.copy"),
    ]

    def inspecting(self) -> Inspecting | None:
        """What opens the windows; None while there is no ledger."""
        raise NotImplementedError

    def on_event_stream_opened(self, message: EventStream.Opened) -> None:
        if (inspecting := self.inspecting()) is not None:
            what = "trace" if isinstance(message, EventStream.Traced) else "event"
            work = inspecting.inspect(message.position, what)
            self.run_worker(work, group="inspect", exclusive=True)

    on_event_stream_traced = on_event_stream_opened

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
        if (inspecting := self.inspecting()) is not None:
            self.run_worker(self._copy_event(inspecting, message.position), group="inspect")

    async def _copy_event(self, inspecting: Inspecting, position: int) -> None:
        text = await inspecting.text(position)
        if text is not None:
            self.copy(text, say("look.copy.event", position=f"{position:,}"))

    def on_balances_table_copied(self, message: BalancesTable.Copied) -> None:
        values = {"wallet": safe_text(message.wallet), "balance": safe_text(message.balance)}
        self.copy(message.balance, say("look.copy.balance", **values))
