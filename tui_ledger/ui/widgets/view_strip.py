"""One line about every read model of the ledger, so that trouble shows also where nobody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text

if TYPE_CHECKING:
    from tui_ledger.query_side.status import ViewStatus

_STYLES: Final = {
    "failed": "bold $error",
    "crashed": "bold $error",
    "paused": "bold $warning",
    "rebuilding": "bold $warning",
    "behind": "bold $warning",
    "incomplete": "bold $warning",
    "idle": "$quiet",
    "current": "$quiet",
}
"""Those that need somebody come first."""


def condition(view: ViewStatus) -> str:
    """What to say of a view: its state, and where that is fine, whether it is at the head, and complete."""
    if view.state in ("live", "catching_up"):
        return "behind" if view.lag else "incomplete" if view.parked else "current"
    return view.state


class ViewStrip(Widget):
    """A glyph and a name for each; a click turns to it.

    Attributes:
        views: How they are.
        past: Whether the screen shows the past: how they are now is then said to be of now.
    """

    views: reactive[tuple[ViewStatus, ...]] = reactive((), repaint=False)
    past: reactive[bool] = reactive(False)
    _shown: reactive[tuple[tuple[str, str], ...]] = reactive(())

    class Chosen(Message):
        """Somebody wants to see a read model."""

        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    def watch_views(self, views: tuple[ViewStatus, ...]) -> None:
        order = list(_STYLES)
        found = [(condition(view), view.view) for view in views]
        self._shown = tuple(sorted(found, key=lambda one: order.index(one[0])))

    def render(self) -> Content:
        parts = [Content.styled(_word(*one), _STYLES[one[0]]) for one in self._shown]
        text = Content.assemble((self._lead, "$quiet"), Content("  ").join(parts))
        return text.truncate(self.size.width, ellipsis=True)

    @property
    def _lead(self) -> str:
        return f"{say('time.strip')} " if self.past else ""

    def on_click(self, event: Click) -> None:
        at = cell_len(self._lead)
        for one in self._shown:
            end = at + cell_len(_word(*one))
            if at <= event.x < end:
                self.post_message(self.Chosen(one[1]))
                return
            at = end + 2


def _word(state: str, view: str) -> str:
    return f"{say(f'screen.strip.{state}')} {safe_text(view)}"
