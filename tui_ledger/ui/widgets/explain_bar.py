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
        self._entitle()

    def watch_sentence(self, sentence: Sentence | None) -> None:
        bad = sentence is not None and sentence.bad
        if bad != self.has_class("-bad"):
            self.set_class(bad, "-bad")
            self._entitle()

    def watch_progress(self) -> None:
        self._entitle()

    def render(self) -> Content:
        return Content(say(self.sentence.key, **self.sentence.values) if self.sentence else "")

    def _entitle(self) -> None:
        """Name the frame, and say how far the story is: on a low screen, its top is all there is of it."""
        name = say("screen.explain_trouble" if self.has_class("-bad") else "screen.explain")
        progress = (f" · {safe_text(self.progress)}", "not bold $write") if self.progress else ""
        self.border_title = Content.assemble(name, progress)
