"""The first line: what state the ledger is in, how far the log goes, and its name."""

from typing import NamedTuple

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.content import Sentence, say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.links import link


class HeaderState(NamedTuple):
    """What the header shows. `rate` is events per second; `customers` says what the simulated ones do."""

    state: str = "opening"
    head: int = 0
    rate: float = 0.0
    customers: Sentence | None = None


_STYLES = {"opening": "$warning", "live": "bold $success", "trouble": "bold $error"}


class HeaderLine(Widget):
    """One line, redrawn when something in it changed."""

    state: reactive[HeaderState] = reactive(HeaderState())

    def __init__(self, name: str) -> None:
        super().__init__()
        self.auto_links = False  # what can be clicked looks as it does anyway
        self._ledger_name = name

    def render(self) -> Content:
        state, width = self.state, self.size.width
        rate = f"{state.rate:.0f}" if state.rate >= 1 or state.rate == 0 else "<1"
        left = Content.assemble(
            (" tui-ledger ", "bold $foreground"),
            (f" {say(f'screen.header.{state.state}')} ", _STYLES[state.state]),
            "  ",
            link(say("screen.header.head", head=f"{state.head:,}"), "screen.pane('stream')", "$truth"),
            (f"   {say('screen.header.rate', rate=rate)}", "$quiet"),
            "   ",
            link(str(state.customers or ""), "app.steer('hold')", "$quiet"),
        )
        room = width - left.cell_length - 3
        name = Content.styled(safe_text(self._ledger_name, limit=max(0, room)) + " ", "$quiet")
        gap = Content(" " * max(1, width - left.cell_length - name.cell_length))
        return Content.assemble(left, gap, name if room > 3 else "")
