"""One line about every read model of the ledger, so that trouble shows also where nobody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.view_words import STYLES, condition, percent

if TYPE_CHECKING:
    from tui_ledger.query_side.status import ViewStatus

_ORDER: Final = list(STYLES)


class Word(NamedTuple):
    """What the line says about a view."""

    state: str
    view: str
    done: str = ""

    @property
    def text(self) -> str:
        """The words themselves."""
        done = f" {self.done}" if self.done else ""
        return f"{say(f'screen.strip.{self.state}')} {safe_text(self.view)}{done}"

    @property
    def style(self) -> str:
        """How they look: only what needs somebody stands out."""
        return "$quiet" if self.state == "current" else STYLES[self.state]


class ViewStrip(Widget):
    """A glyph and a name for each; a click turns to it.

    Attributes:
        views: How they are.
        past: Whether the screen shows the past: how they are now is then said to be of now.
    """

    views: reactive[tuple[ViewStatus, ...]] = reactive((), repaint=False)
    past: reactive[bool] = reactive(False)
    _shown: reactive[tuple[Word, ...]] = reactive(())

    class Chosen(Message):
        """Somebody wants to see a read model."""

        def __init__(self, view: str) -> None:
            super().__init__()
            self.view = view

    def watch_views(self, views: tuple[ViewStatus, ...]) -> None:
        found = [_word(view) for view in views]
        self._shown = tuple(sorted(found, key=lambda one: _ORDER.index(one.state)))

    def render(self) -> Content:
        parts = [Content.styled(one.text, one.style) for one in self._shown]
        text = Content.assemble((self._lead, "$quiet"), Content("  ").join(parts))
        return text.truncate(self.size.width, ellipsis=True)

    @property
    def _lead(self) -> str:
        return f"{say('time.strip')} " if self.past else ""

    def on_click(self, event: Click) -> None:
        at = cell_len(self._lead)
        for one in self._shown:
            end = at + cell_len(one.text)
            if at <= event.x < end:
                self.post_message(self.Chosen(one.view))
                return
            at = end + 2


def _word(view: ViewStatus) -> Word:
    done = f"{percent(view)} %" if view.rebuilt is not None else ""
    return Word(condition(view), view.view, done)
