"""The first line: what state the ledger is in, how far the log goes, and its name."""

from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.content import Sentence, say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.links import link
from tui_ledger.ui.scene import Moment


class HeaderState(NamedTuple):
    """What the header shows.

    Attributes:
        rate: Events per second.
        customers: What the simulated ones do.
        moment: The moment that is on the screen; None for now.
    """

    state: str = "opening"
    head: int = 0
    rate: float = 0.0
    customers: Sentence | None = None
    moment: Moment | None = None


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
        if state.moment is not None:
            return _banner(state, state.moment, width)
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


def _banner(state: HeaderState, moment: Moment, width: int) -> Content:
    """That the past is on the screen, and how far the present has come: what there is room for."""
    position, head = f"{moment.position:,}", f"{state.head:,}"
    if moment.read is not None:
        texts = [say("time.reading", position=position, percent=moment.read)]
    else:
        texts = [say("time.viewing_timeless", position=position)]
        if moment.time:
            texts.insert(0, say("time.viewing", position=position, time=moment.time))
    texts.append(say("time.viewing_short", position=position))
    new = f"{state.head - moment.position:,}"
    rests = (say("time.since", head=head, new=new), say("time.since_short", head=head), "")
    parts = [(f" {text} ", rest) for text in texts for rest in rests]
    text, rest = next((one for one in parts if cell_len(" ".join(one)) + 1 < width), parts[-1])
    banner = Content.styled(text, "bold $background on $past")
    gap = Content(" " * max(1, width - banner.cell_length - cell_len(rest) - 1))
    return Content.assemble(banner, gap, (rest, "$truth"), " ")
