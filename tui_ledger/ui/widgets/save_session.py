"""Asks for the file in which to save the session."""

from collections.abc import Awaitable, Callable
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from tui_ledger.content import Sentence, say
from tui_ledger.errors import LedgerError
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.links import linked
from tui_ledger.ui.saving import Saved
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.widgets.prose import Prose


class Outcome(NamedTuple):
    """What there is to say of an attempt, with a glyph and a colour."""

    glyph: str
    sentence: Sentence | LedgerError
    style: str


class SaveSessionScreen(Speaking, ModalScreen[None]):
    """Stays until the session is saved and what came of it was read, or somebody goes back.

    Args:
        proposal: A name to begin with.
        save: Saves under a name.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", id="save.leave"),
        Binding("enter", "close", id="save.close"),
    ]

    def __init__(self, proposal: str, save: Callable[[str], Awaitable[Saved]]) -> None:
        super().__init__()
        self._proposal = proposal
        self._save = save
        self._done = False
        self._outcome: Outcome | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Prose(id="what")
            yield Input(self._proposal, select_on_focus=False, compact=True)
            yield Prose(id="outcome")

    def say_words(self) -> None:
        box = self.query_one(".dialog")
        box.border_title = Content(say("screen.save.title"))
        if self._done:
            box.border_subtitle = linked(say("screen.save.close"), "screen.close")
        else:
            box.border_subtitle = linked(say("screen.save.keys"), "screen.send", "screen.dismiss(None)")
        self.query_one("#what", Prose).text = Content.styled(say("screen.save.what"), "$quiet")
        if self._outcome is not None:
            glyph, sentence, style = self._outcome
            text = Content.styled(f"\n{glyph}{safe_text(str(sentence))}", style)
            self.query_one("#outcome", Prose).text = text

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self._say("", Sentence("screen.save.working"), "$quiet")
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
            self._say("✗ ", error, "$error")
            return
        self._done = True
        self.query_one(Input).disabled = True
        glyph, style = ("✓ ", "$success") if saved.passes else ("≠ ", "$warning")
        self._say(glyph, saved.sentence, style)

    def _say(self, glyph: str, sentence: Sentence | LedgerError, style: str) -> None:
        self._outcome = Outcome(glyph, sentence, style)
        self.say_words()
