"""Two windows over the screen: an event from near, and the journey that it is part of."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_ledger.content import Sentence, say
from tui_ledger.ui.keys import shown
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.widgets.key_footer import KeyFooter


class Inspection(Speaking, ModalScreen[str]):
    """A text to be read, scrolled and left; what is to be done next is how it ends.

    Args:
        title: What it is about, safe to be shown.
        draw: The text, for a width in cells.
        copied: What `y` copies; nothing if it is empty.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("escape", "leave('')", "inspection.leave", key_display="Esc"),
        Binding("q", "leave('')", id="inspection.quit"),
        shown("left", "leave('before')", "inspection.before", key_display="←", priority=True),
        shown("right", "leave('behind')", "inspection.behind", key_display="→", priority=True),
        shown("enter", "leave('event')", "inspection.event"),
        shown("t", "leave('trace')", "inspection.trace"),
        shown("y", "copy", "inspection.copy"),
    ]

    def __init__(self, title: Sentence, draw: Callable[[int], Content], copied: str = "") -> None:
        super().__init__()
        self._title = title
        self._draw = draw
        self._copied = copied

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="inspection"):
            yield Static()
        yield KeyFooter()

    def say_words(self) -> None:
        self.query_one("#inspection").border_title = Content(str(self._title))
        self._write()

    def on_resize(self) -> None:
        self._write()

    def _write(self) -> None:
        width = self.query_one(VerticalScroll).scrollable_content_region.width
        self.query_one(Static).update(self._draw(width))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A window does not lead to itself."""
        here = "event" if self._copied else "trace"
        if action == "copy":
            return bool(self._copied)
        return not (action == "leave" and parameters == (here,))

    def action_leave(self, to: str) -> None:
        """Close the window, and say what is to be seen next."""
        self.dismiss(to)

    def action_copy(self) -> None:
        """Put the event into the clipboard of the terminal."""
        self.app.copy_to_clipboard(self._copied)
        self.notify(say("screen.event.copied"), markup=False)
