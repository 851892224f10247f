"""Asks for the file in which to save the session."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui_ledger.content import say
from tui_ledger.errors import LedgerError
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.links import linked
from tui_ledger.ui.saving import Saved


class SaveSessionScreen(ModalScreen[None]):
    """Stays until the session is saved and what came of it was read, or somebody goes back.

    Args:
        proposal: A name to begin with.
        save: Saves under a name.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "back", show=False),
        Binding("enter", "close", "close", show=False),
    ]

    def __init__(self, proposal: str, save: Callable[[str], Awaitable[Saved]]) -> None:
        super().__init__()
        self._proposal = proposal
        self._save = save
        self._done = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = Content(say("screen.save.title"))
            box.border_subtitle = linked(say("screen.save.keys"), "screen.send", "screen.dismiss(None)")
            yield Static(Content.styled(say("screen.save.what"), "$quiet"))
            yield Input(self._proposal, select_on_focus=False, compact=True)
            yield Static(id="outcome")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self._say("", say("screen.save.working"), "$quiet")
            self.run_worker(self._try(event.value.strip()), group="save", name="save", exclusive=True)

    async def action_send(self) -> None:
        """Save under the name that stands there."""
        await self.query_one(Input).action_submit()

    def action_close(self) -> None:
        """Go back, once it is done."""
        if self._done:
            self.dismiss(None)

    async def _try(self, name: str) -> None:
        try:
            saved = await self._save(name)
        except LedgerError as error:
            self._say("✗ ", str(error), "$error")
            return
        self._done = True
        self.query_one(Input).disabled = True
        self.query_one(".dialog").border_subtitle = linked(say("screen.save.close"), "screen.close")
        glyph, style = ("✓ ", "$success") if saved.passes else ("≠ ", "$warning")
        self._say(glyph, saved.sentence, style)

    def _say(self, glyph: str, sentence: str, style: str) -> None:
        self.query_one("#outcome", Static).update(Content.styled(f"\n{glyph}{safe_text(sentence)}", style))
