"""What stands above a read model: how it is, how old it is, and how late it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.content import Sentence, say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.scene import Moment
from tui_ledger.ui.widgets.view_strip import condition

if TYPE_CHECKING:
    from tui_ledger.query_side.status import ViewStatus

_STYLES: Final = {
    "current": "$success",
    "behind": "bold $warning",
    "incomplete": "bold $warning",
    "idle": "$quiet",
    "paused": "bold $warning",
    "rebuilding": "bold $warning",
    "failed": "bold $error",
    "crashed": "bold $error",
}


class ViewTitle(Widget):
    """Two lines: name, state and how far behind; then as of which event, and how late it is made.

    Attributes:
        view: Which view.
        status: How it is, or that the ledger does not have it; None while that is not known.
        subject: Whose view it is, where a view is of somebody.
        lags: How far behind it was lately, as bars.
        moment: The moment that the view is shown as of; None for now.
        failure: Why it cannot be shown as of then.
    """

    status: reactive[ViewStatus | Literal["off"] | None] = reactive(None)
    subject: reactive[str] = reactive("")
    lags: reactive[str] = reactive("")
    moment: reactive[Moment | None] = reactive(None)
    failure: reactive[str] = reactive("")

    def __init__(self, view: str, name: str | Sentence, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=f"{id or view}-title")
        self.view = view
        self._title = name

    def show(self, view: str, name: str) -> None:
        """Be about another view."""
        if view != self.view:
            self.view, self._title, self.status = view, name, None
            self.refresh()

    def render(self) -> Content:
        width, status = self.size.width, self.status
        subject = f" {safe_text(self.subject, limit=12)}" if self.subject else ""
        name = Content.assemble((safe_text(str(self._title)), "bold $read"), subject)
        if status is None:
            return name
        if status == "off":
            return _ends(name, Content.styled(say("screen.view.off"), "$quiet"), width)
        if self.moment is not None:
            return self._of_the_past(name, self.moment, width)
        state = condition(status)
        text = say(
            f"screen.view.{state}",
            position=f"{status.failed_at or 0:,}",
            lag=f"{status.lag:,}",
            age=_duration(status.lag_ms),
            parked=", ".join(f"#{position:,}" for position in status.parked[:3]),
        )
        late = Content.assemble(
            (say("screen.view.late", delay=f"{status.delay:g}"), "$foreground" if status.delay else "$quiet"),
            ("  " + say("screen.view.keys"), "bold $write"),
        )
        values = {"checkpoint": f"{status.checkpoint:,}", "head": f"{status.checkpoint + status.lag:,}"}
        as_of = say("screen.view.as_of", **values)
        if cell_len(as_of) + late.cell_length >= width:
            as_of = say("screen.view.as_of_short", **values)
        word = Content.styled(text, _STYLES[state])
        bars = self.lags[-max(0, width - name.cell_length - word.cell_length - 2) :] if self.lags else ""
        first = _ends(Content.assemble(name, " ", (bars, "$warning")), word, width)
        second = _ends(Content.styled(as_of, "$warning" if status.lag else "$quiet"), late, width)
        return Content("\n").join([first, second])

    def _of_the_past(self, name: Content, moment: Moment, width: int) -> Content:
        """As of when, and nothing about now: neither lag nor delay are of that moment."""
        position = f"{moment.position:,}"
        if self.failure:
            word = Content.styled(say("time.title.failed"), "bold $error")
            below = Content.styled(safe_text(self.failure), "$error").truncate(width, ellipsis=True)
        elif moment.read is not None:
            word = Content.styled(say("time.title.reading", percent=moment.read), "bold $warning")
            below = Content.styled(say("time.title.as_of_short", position=position), "$past")
        else:
            word = Content.styled(say("time.title.past"), "$past")
            as_of = say("time.title.as_of", position=position, time=moment.time)
            if cell_len(as_of) > width or not moment.time:
                as_of = say("time.title.as_of_short", position=position)
            below = Content.styled(as_of, "$past")
        return Content("\n").join([_ends(name, word, width), below])


def _duration(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < 9_950 else f"{milliseconds / 1000:,.0f} s"


def _ends(left: Content, right: Content, width: int) -> Content:
    """`left` and `right` at the two ends of a line; where there is little room, `left` is cut."""
    room = max(0, width - right.cell_length - 1)
    if left.cell_length > room:
        left = left.truncate(room, ellipsis=True)
    gap = width - left.cell_length - right.cell_length
    return Content.assemble(left, " " * max(1, gap), right).truncate(width)
