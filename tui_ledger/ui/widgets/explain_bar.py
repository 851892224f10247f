"""The line that says what is going on."""

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.explain import Sentence


class ExplainBar(Static):
    """One sentence, in a frame that says whether it is bad news.

    Attributes:
        progress: How far the story is; empty when none plays.
    """

    sentence: reactive[Sentence | None] = reactive(None)
    progress: reactive[str] = reactive("")

    def on_mount(self) -> None:
        self.border_title = Content(say("screen.explain"))

    def watch_sentence(self, sentence: Sentence | None) -> None:
        if sentence is not None:
            self.update(Content(say(sentence.key, **sentence.values)))
            self.set_class(sentence.bad, "-bad")
            self.border_title = Content(say("screen.explain_trouble" if sentence.bad else "screen.explain"))

    def watch_progress(self, progress: str) -> None:
        self.border_subtitle = Content(safe_text(progress))
