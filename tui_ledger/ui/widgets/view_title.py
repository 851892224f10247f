"""What stands above a read model: how it is, how old it is, and how late it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.content import Sentence, say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.links import link
from tui_ledger.ui.scene import Moment
from tui_ledger.ui.view_words import STYLES, condition, progress_bar, say_condition

if TYPE_CHECKING:
    from tui_ledger.query_side.status import ViewStatus


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
        self.auto_links = False  # what can be clicked looks as it does anyway
        self.view = view
        self._title = name

    class Pressed(Message):
        """Somebody clicked on a title; `how` is what to do, empty for nothing but to turn to it."""

        def __init__(self, view: str, how: str = "") -> None:
            super().__init__()
            self.view = view
            self.how = how

    def action_steer(self, how: str) -> None:
        """Do that to this view: what stands here was clicked."""
        self.post_message(self.Pressed(self.view, how))

    def on_click(self, event: Click) -> None:
        if not event.style.meta.get("@click"):
            self.post_message(self.Pressed(self.view))

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
        word = self._state(status)
        room = width - name.cell_length - word.cell_length - 2
        bars = self.lags[-room:] if self.lags and room > 0 else ""
        first = _ends(Content.assemble(name, " ", (bars, "$warning")), word, width)
        second = self._age(status, width) if status.rebuilt is None else self._building(status, width)
        return Content("\n").join([first, second])

    def _building(self, status: ViewStatus, width: int) -> Content:
        """How much of it has been made anew, and what is shown meanwhile."""
        meanwhile = Content.styled(say("screen.view.old"), "$warning")
        done, left = progress_bar(status, max(0, width - meanwhile.cell_length - 1))
        return Content.assemble((done, "bold $warning"), (left, "$faint"), " ", meanwhile)

    def _age(self, status: ViewStatus, width: int) -> Content:
        """As of which event it is, and how late it is made."""
        late = self._late(status)
        values = {"checkpoint": f"{status.checkpoint:,}", "head": f"{status.checkpoint + status.lag:,}"}
        as_of = say("screen.view.as_of", **values)
        if cell_len(as_of) + late.cell_length >= width:
            as_of = say("screen.view.as_of_short", **values)
        return _ends(Content.styled(as_of, "$warning" if status.lag else "$quiet"), late, width)

    def _state(self, status: ViewStatus) -> Content:
        """How it is. A click pauses it, or lets it go on; of one that an event broke, only a key decides."""
        text, style = say_condition(status), STYLES[condition(status)]
        how = "crash" if status.state == "crashed" else "pause"
        return (
            Content.styled(text, style) if status.state == "failed" else link(text, f"steer('{how}')", style)
        )

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

    def _late(self, status: ViewStatus) -> Content:
        """How late it is made, and the keys for that, which can be clicked."""
        delay = say("screen.view.late", delay=f"{status.delay:g}")
        later, sooner = say("screen.view.keys").split()
        return Content.assemble(
            (delay, "$foreground" if status.delay else "$quiet"),
            "  ",
            link(later, "steer('later')", "bold $write"),
            " ",
            link(sooner, "steer('sooner')", "bold $write"),
        )


def _ends(left: Content, right: Content, width: int) -> Content:
    """`left` and `right` at the two ends of a line; where there is little room, `left` is cut."""
    room = max(0, width - right.cell_length - 1)
    if left.cell_length > room:
        left = left.truncate(room, ellipsis=True)
    gap = width - left.cell_length - right.cell_length
    return Content.assemble(left, " " * max(1, gap), right).truncate(width)
