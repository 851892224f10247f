"""The time line: all events from the first to the last, and a handle at the moment that is viewed."""

from __future__ import annotations

from typing import ClassVar, Final, NamedTuple

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import MouseDown, MouseMove, MouseScrollDown, MouseScrollUp, MouseUp
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.content import say
from tui_ledger.ui.cells import fit
from tui_ledger.ui.keys import shown
from tui_ledger.ui.scene import Moment
from tui_ledger.ui.time_marks import Mark

PAGES: Final = 20
"""How many pages there are from one end to the other."""

_LEAST: Final = 8  # cells of the line; with less room, what stands beside it goes


class Track(NamedTuple):
    """Where the line is in the row: its first cell, and how many there are."""

    left: int
    cells: int


class TimeLine(Widget, can_focus=True):
    """One row. Its end is now, however far the log grows.

    Attributes:
        head: Position of the last event; set once a tick.
        at: The position at the handle; None at the end.
        moment: The moment that the screen shows; None for now.
        marks: When what happened, for some places of the line.
    """

    ALLOW_SELECT = False  # with the mouse, the handle is dragged
    BINDINGS: ClassVar[list[BindingType]] = [
        shown("left", "move(-1)", "time.move", key_display="← →"),
        Binding("right", "move(1)", id="time.on"),
        shown("pageup,shift+left", "page(-1)", "time.page", key_display="PgUp PgDn"),
        Binding("pagedown,shift+right", "page(1)", id="time.page_on"),
        Binding("home", "go(1)", id="time.first"),
        Binding("end", "now", id="time.end"),
        shown("d", "app.changes", "time.changes"),
    ]

    head: reactive[int] = reactive(0)
    at: reactive[int | None] = reactive(None)
    moment: reactive[Moment | None] = reactive(None)
    marks: reactive[tuple[Mark, ...]] = reactive(())

    class Moved(Message):
        """Somebody wants to see another moment: after the event at `position`, or now, if that is None."""

        def __init__(self, position: int | None) -> None:
            super().__init__()
            self.position = position

    def __init__(self) -> None:
        super().__init__()
        self._dragged = False

    # Moving

    def action_move(self, step: int) -> None:
        """Go some events back or on."""
        self._go((self.at or self.head) + step)

    def action_page(self, step: int) -> None:
        """Go a page back or on."""
        self._go((self.at or self.head) + step * max(1, self.head // PAGES))

    def action_go(self, position: int) -> None:
        """Go to the moment after that event."""
        self._go(position)

    def action_now(self) -> None:
        """Go to now."""
        self._go(self.head)

    def _go(self, position: int) -> None:
        to = None if position >= self.head else max(1, position)
        if to != self.at:
            self.at = to
            self.post_message(self.Moved(to))

    def on_mouse_down(self, event: MouseDown) -> None:
        if event.button == 1 and event.x >= self._heading.cell_length:
            self._dragged = True
            self.capture_mouse()
            self._go(self._position_at(event.x))

    def on_mouse_move(self, event: MouseMove) -> None:
        if self._dragged:
            self._go(self._position_at(event.x))

    def on_mouse_up(self, event: MouseUp) -> None:
        if self._dragged:
            self._dragged = False
            self.release_mouse()

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.action_move(-1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.action_move(1)

    # Places and positions

    @property
    def track(self) -> Track:
        """Where the line is."""
        left, right = self._ends()
        return Track(left.cell_length + 1, max(1, self.size.width - left.cell_length - right.cell_length - 2))

    def cell_of(self, position: int | None) -> int:
        """The cell of the line that stands for `position`; None is the last one."""
        last = self.track.cells - 1
        if position is None or self.head < 2:
            return last
        return min(round((position - 1) * last / (self.head - 1)), max(0, last - 1))

    def _position_at(self, x: int) -> int:
        left, cells = self.track
        cell = x - left
        if cell >= cells - 1:
            return self.head
        return 1 + round(max(0, cell) * (self.head - 1) / max(1, cells - 1))

    # Drawing

    def render(self) -> Content:
        left, right = self._ends()
        past = self.at is not None
        frame = "$past" if past else "$quiet"
        return Content.assemble(left, ("├", frame), self._line(past=past), ("┤", frame), right)

    def _ends(self) -> tuple[Content, Content]:
        """What stands before the line and behind it, as far as there is room."""
        name = self._heading
        first = Content.styled(f" #{min(1, self.head)} ", "$quiet")
        last = Content.styled(f" #{self.head:,}  ", "$truth")
        where = Content.styled(fit(self._where(), self._widest()), "bold $past" if self.at else "$quiet")
        for left, right in (
            (Content.assemble(name, first), Content.assemble(last, where)),
            (name, Content.assemble(" ", where)),
            (name, Content("")),
        ):
            if self.size.width - left.cell_length - right.cell_length - 2 >= _LEAST:
                return left, right
        return Content(""), Content("")

    @property
    def _heading(self) -> Content:
        style = "bold $foreground" if self.has_focus else "$foreground"
        return Content.styled(f" {say('time.line')} ", style)

    def _where(self) -> str:
        if self.at is None:
            return say("time.now")
        known = self.moment is not None and self.moment.position == self.at
        time = self.moment.time if self.moment is not None and known and self._is_wide else ""
        return say("time.at" if time else "time.at_unread", position=f"{self.at:,}", time=time)

    def _widest(self) -> int:
        """Room for what may stand behind the line, so that moving does not change how long the line is."""
        return len(f"#{self.head:,} · 2000-01-01 00:00 " if self._is_wide else f"#{self.head:,} ")

    @property
    def _is_wide(self) -> bool:
        return self.size.width >= 100

    def _line(self, *, past: bool) -> Content:
        cells = self.track.cells
        handle = self.cell_of(self.at)
        line = list("━" * handle + "●" + "─" * (cells - handle - 1))
        labels = self._labels(cells, handle)
        parts: list[tuple[str, str]] = []
        before, behind = ("$past", "$faint") if past else ("$quiet", "$faint")
        at = 0
        while at < cells:
            if at in labels:
                parts.append((labels[at], "$quiet"))
                at += len(labels[at])
            else:
                style = before if at < handle else behind if at > handle else ""
                parts.append((line[at], style or ("bold $past" if past else "bold $success")))
                at += 1
        return Content.assemble(*parts)

    def _labels(self, cells: int, handle: int) -> dict[int, str]:
        """The marks that there is room for, each at its first cell."""
        labels: dict[int, str] = {}
        free, shown = 3, ""
        for mark in self.marks:
            at = self.cell_of(mark.position)
            end = at + len(mark.text)
            if mark.text != shown and at >= free and end < cells - 3 and not at - 2 < handle < end + 1:
                labels[at] = mark.text
                free, shown = end + 4, mark.text
        return labels
