"""A line to type a filter into; the list beneath follows what is typed."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from tui_ledger.content import say
from tui_ledger.ui.event_filter import EventFilter
from tui_ledger.ui.links import linked
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.widgets.prose import Prose


class FilterPrompt(Speaking, ModalScreen[None]):
    """Enter keeps the filter, Esc goes back to the one that was there before.

    Args:
        before: The filter that is on.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", id="filter.leave")]

    class Wanted(Message):
        """Show these events."""

        def __init__(self, wanted: EventFilter | None) -> None:
            super().__init__()
            self.wanted = wanted

    def __init__(self, before: EventFilter | None) -> None:
        super().__init__()
        self._before = before

    def compose(self) -> ComposeResult:
        with Vertical(id="filter"):
            text = self._before.text if self._before else ""
            yield Input(text, id="filter-line", compact=True)
            yield Prose()

    def say_words(self) -> None:
        box = self.query_one("#filter")
        box.border_title = Content(say("screen.filter.title"))
        box.border_subtitle = linked(say("screen.filter.keys"), "screen.dismiss(None)", "screen.give_up")
        self.query_one(Input).placeholder = say("screen.filter.placeholder")
        self.query_one(Prose).text = Content(say("screen.filter.help"))

    def on_input_changed(self, event: Input.Changed) -> None:
        self.app.screen_stack[0].post_message(self.Wanted(EventFilter.parse(event.value)))

    def on_input_submitted(self) -> None:
        self.dismiss(None)

    def action_give_up(self) -> None:
        """Go back to what was shown before."""
        self.app.screen_stack[0].post_message(self.Wanted(self._before))
        self.dismiss(None)
