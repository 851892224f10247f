"""The line that says what is going on."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.content import say
from tui_ledger.ui.explain import Sentence
from tui_ledger.ui.links import link, linked


class ExplainBar(Widget):
    """One sentence, in a frame that says whether it is bad news.

    Attributes:
        progress: How far the story is, with the keys that steer it; empty when none plays.
    """

    sentence: reactive[Sentence | None] = reactive(None)
    progress: reactive[str] = reactive("")

    def __init__(self) -> None:
        super().__init__()
        self.auto_links = False  # what can be clicked looks as it does anyway

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
        sentence = self.sentence
        if sentence is None:
            return Content()
        hints = [
            link(say(f"explain.hint.{name}", **sentence.values), f"screen.hint('{name}')", "bold $write")
            for name in sentence.hints
        ]
        said = Content(say(sentence.key, **sentence.values))
        return Content("  ").join([said, Content(" · ").join(hints)]) if hints else said

    def _entitle(self) -> None:
        """Name the frame, and say how far the story is: on a low screen, its top is all there is of it."""
        name = say("screen.explain_trouble" if self.has_class("-bad") else "screen.explain")
        self.border_title = (
            Content.assemble(name, " · ", _steerable(self.progress)) if self.progress else name
        )


def _steerable(progress: str) -> Content:
    """`progress`; a click on one of its keys does what the key does."""
    for name in ("keys", "keys_waiting"):
        keys = say(f"screen.story.{name}")
        if progress.endswith(keys):
            actions = [f"app.story('{how}')" for how in ("next", "wait", "leave")]
            said = Content.assemble(progress.removesuffix(keys), linked(keys, *actions))
            return said.stylize("not bold $write")
    return Content.styled(progress, "not bold $write")
