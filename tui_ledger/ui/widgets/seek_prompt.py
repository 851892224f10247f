"""Asks to which event a read model is to go."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from tui_ledger.content import say
from tui_ledger.errors import InputError
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.links import linked
from tui_ledger.ui.positions import parse_position
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.widgets.prose import Prose


class SeekPrompt(Speaking, ModalScreen[int | None]):
    """Answers with a position; None if somebody goes back. What Enter would do stands under the line.

    Args:
        view: Which read model.
        positions: Where that is now, and where the log ends.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", id="seek.back")]

    def __init__(self, view: str, positions: Callable[[], tuple[int, int]]) -> None:
        super().__init__()
        self._view = safe_text(view.upper())
        self._positions = positions

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Input(placeholder="#", compact=True)
            yield Prose(id="outcome")

    def say_words(self) -> None:
        box = self.query_one(".dialog")
        box.border_title = Content(say("dials.seek.title", view=self._view))
        box.border_subtitle = linked(say("dials.seek.keys"), "screen.go", "screen.dismiss(None)")
        self._answer(self.query_one(Input).value)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._answer(event.value)

    def on_input_submitted(self) -> None:
        self.action_go()

    def action_go(self) -> None:
        """Go there, if that is a position."""
        position = self._answer(self.query_one(Input).value)
        if position is not None:
            self.dismiss(position)

    def _answer(self, text: str) -> int | None:
        """Say what `text` means; the position, if it is one."""
        here, head = self._positions()
        values = {"here": f"{here:,}", "head": f"{head:,}", "view": self._view}
        if not text.strip():
            self._say(say("dials.seek.what", **values), "$quiet")
            return None
        try:
            position = parse_position(text, here, head)
        except InputError as error:
            self._say(f"✗ {safe_text(str(error))}", "$error")
            return None
        way = "back" if position < here else "on"
        count = f"{abs(position - here):,}"
        self._say(f"→ {say(f'dials.seek.{way}', position=f'{position:,}', count=count)}", "$success")
        return position

    def _say(self, sentence: str, style: str) -> None:
        self.query_one(Prose).text = Content.styled(sentence, style)
