"""The line that says what is going on."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.explain import Sentence


class ExplainBar(Widget):
    """One sentence, in a frame that says whether it is bad news.

    Attributes:
        progress: How far the story is; empty when none plays.
    """

    sentence: reactive[Sentence | None] = reactive(None)
    progress: reactive[str] = reactive("")

    def on_mount(self) -> None:
        self.border_title = Content(say("screen.explain"))

    def watch_sentence(self, sentence: Sentence | None) -> None:
        bad = sentence is not None and sentence.bad
        if bad != self.has_class("-bad"):
            self.set_class(bad, "-bad")
            self.border_title = Content(say("screen.explain_trouble" if bad else "screen.explain"))

    def render(self) -> Content:
        return Content(say(self.sentence.key, **self.sentence.values) if self.sentence else "")

    def watch_progress(self, progress: str) -> None:
        self.border_subtitle = Content(safe_text(progress))
