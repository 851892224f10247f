"""What is asked before a scenario starts over."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.links import linked
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.widgets.prose import Prose


class StartOverScreen(Speaking, ModalScreen[bool]):
    """Asks whether to start over, and says what becomes of the ledger. It answers with what was chosen.

    Args:
        kept: The name of the ledger, if it stays; None if it is thrown away.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss(True)", id="over.begin"),
        Binding("escape,q", "dismiss(False)", id="over.leave"),
    ]

    def __init__(self, kept: str | None) -> None:
        super().__init__()
        self._kept = kept

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Prose()

    def say_words(self) -> None:
        box = self.query_one(".dialog")
        box.border_title = Content(say("screen.over.title"))
        box.border_subtitle = linked(say("screen.over.keys"), "screen.dismiss(True)", "screen.dismiss(False)")
        key = "screen.over.here" if self._kept is None else "screen.over.elsewhere"
        self.query_one(Prose).text = Content(say(key, name=safe_text(self._kept or "")))
