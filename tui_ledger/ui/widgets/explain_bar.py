"""The line that says what is going on."""

from typing import Final

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger import content
from tui_ledger.content import say
from tui_ledger.ui.explain import Sentence
from tui_ledger.ui.links import link, linked
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.wrapping import wrapped

_KEYS: Final = ("screen.story.keys", "screen.story.keys_waiting")


class ExplainBar(Speaking, Widget):
    """One sentence, in a frame that says whether it is bad news.

    Attributes:
        progress: How far the story is, part by part, with the keys that steer it; nothing when none plays.
    """

    sentence: reactive[Sentence | None] = reactive(None)
    progress: reactive[tuple[content.Sentence, ...]] = reactive(())

    def __init__(self) -> None:
        super().__init__()
        self.auto_links = False  # what can be clicked looks as it does anyway

    def watch_sentence(self, sentence: Sentence | None) -> None:
        bad = sentence is not None and sentence.bad
        if bad != self.has_class("-bad"):
            self.set_class(bad, "-bad")
            self.say_words()

    def watch_progress(self) -> None:
        self.say_words()

    def render(self) -> Content:
        sentence = self.sentence
        if sentence is None:
            return Content()
        hints = [
            link(say(f"explain.hint.{name}", **sentence.values), f"screen.hint('{name}')", "bold $write")
            for name in sentence.hints
        ]
        said = Content.assemble(str(sentence), "  " if hints else "", Content(" · ").join(hints))
        return Content("\n").join(wrapped(said, self.content_size.width))

    def say_words(self) -> None:
        # How far the story is stands in the frame: on a low screen, that is all there is of it.
        name = say("screen.explain_trouble" if self.has_class("-bad") else "screen.explain")
        progress = Content().join([Content.assemble(" · ", _steerable(part)) for part in self.progress])
        self.border_title = Content.assemble(name, progress.stylize("not bold $write"))


def _steerable(part: content.Sentence) -> Content:
    """A part of how far the story is; a click on one of its keys does what the key does."""
    actions = ("next", "wait", "leave") if part.key in _KEYS else ()
    return linked(str(part), *(f"app.story('{how}')" for how in actions))
