"""The line that says what is going on."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger import content
from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.explain import Sentence
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.wrapping import wrapped


class ExplainBar(Speaking, Widget):
    """One sentence, in a frame that says whether it is bad news.

    Attributes:
        progress: How far the story is, part by part; nothing when none plays.
    """

    sentence: reactive[Sentence | None] = reactive(None)
    progress: reactive[tuple[content.Sentence, ...]] = reactive(())

    def watch_sentence(self, sentence: Sentence | None) -> None:
        bad = sentence is not None and sentence.bad
        if bad != self.has_class("-bad"):
            self.set_class(bad, "-bad")
            self.say_words()

    def watch_progress(self) -> None:
        self.say_words()

    def render(self) -> Content:
        lines = wrapped(Content(str(self.sentence or "")), self.content_size.width)
        return Content("\n").join(lines)

    def say_words(self) -> None:
        # How far the story is stands in the frame: on a low screen, that is all there is of it.
        name = say("screen.explain_trouble" if self.has_class("-bad") else "screen.explain")
        progress = "".join(f" · {safe_text(str(part))}" for part in self.progress)
        self.border_title = Content.assemble(name, (progress, "not bold $write"))
