"""What is asked before a scenario starts over."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.links import linked


class StartOverScreen(ModalScreen[bool]):
    """Asks whether to start over, and says what becomes of the ledger. It answers with what was chosen.

    Args:
        kept: The name of the ledger, if it stays; None if it is thrown away.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss(True)", "start over", show=False),
        Binding("escape,q", "dismiss(False)", "back", show=False),
    ]

    def __init__(self, kept: str | None) -> None:
        super().__init__()
        self._kept = kept

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = Content(say("screen.over.title"))
            box.border_subtitle = linked(
                say("screen.over.keys"), "screen.dismiss(True)", "screen.dismiss(False)"
            )
            if self._kept is None:
                yield Static(Content(say("screen.over.here")))
            else:
                yield Static(Content(say("screen.over.elsewhere", name=safe_text(self._kept))))
