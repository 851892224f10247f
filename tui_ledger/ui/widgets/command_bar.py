"""The line in which commands are typed, and the form that they have to have."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static

from tui_ledger.content import Sentence, say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.keys import shown
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.widgets.prose import Prose

if TYPE_CHECKING:
    from textual.suggester import Suggester

    from tui_ledger.ui.grammar import Hint

_REPLACED: Final = "\ufffd"
_GLYPHS: Final = {"open": "", "doubtful": "", "wrong": "✗ ", "ready": "✓ "}
_STYLES: Final = {"open": "$quiet", "doubtful": "$warning", "wrong": "$error", "ready": "$success"}


class CommandInput(Speaking, Input):
    """One line with a history.

    Attributes:
        example: What an empty line suggests while it has the keys.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("enter", "submit", "bar.send"),
        shown("tab", "complete", "bar.complete"),
        shown("up", "earlier", "bar.earlier"),
        Binding("down", "later", id="bar.later"),
        shown("escape", "leave", "bar.leave"),
    ]

    class Left(Message):
        """Somebody wants out of the line."""

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False)
        self.understood: Callable[[str], bool] = lambda _: False
        self._history: list[str] = []
        self._place = 0

    async def on_key(self, event: Key) -> None:
        """Send at Enter in its turn among the letters: as a binding it would come behind those after it."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            await self.action_submit()

    async def action_submit(self) -> None:
        """Send a line that is understood, and clear it at once: what is typed next begins a new one."""
        line = self.value.strip()
        if line and self.understood(line):
            self._remember(line)
            self.value = ""
            self.post_message(CommandBar.Sent(line))

    example: reactive[Sentence | None] = reactive(None)

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.say_words()

    def watch_example(self) -> None:
        self.say_words()

    def say_words(self) -> None:
        self.placeholder = str(self.example or "") if self.has_focus else say("screen.bar.placeholder")

    def validate_value(self, value: str) -> str:
        """Keep out what a terminal would obey or hide: what one sees is what is sent.

        A colon opens the line; whoever presses it once more means the same.
        """
        return _visible(value.removeprefix(":"))

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def action_complete(self) -> None:
        """Take the completion; with none, go on to the next pane."""
        before = self.value
        self.action_end()
        if self._suggestion and self._suggestion != self.value:
            self.action_cursor_right()
        if self.value == before:
            self.screen.focus_next()

    def action_earlier(self) -> None:
        self._recall(-1)

    def action_later(self) -> None:
        self._recall(1)

    def _remember(self, line: str) -> None:
        if self._history[-1:] != [line]:
            self._history.append(line)
        self._place = len(self._history)

    def _recall(self, step: int) -> None:
        self._place = min(max(0, self._place + step), len(self._history))
        self.value = self._history[self._place] if self._place < len(self._history) else ""
        self.action_end()


class CommandBar(Speaking, Vertical):
    """The line, with what is expected under it."""

    class Sent(Message):
        """A line that was sent."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    def __init__(self) -> None:
        super().__init__(id="bar")
        self._hint: Callable[[str, bool], Hint] | None = None
        self._sent = False  # whether what is hinted at is what was wrong with a line that was sent

    def compose(self) -> ComposeResult:
        with Horizontal(id="line"):
            yield Static(Content("❯"), id="prompt")
            yield CommandInput()
        yield Prose(id="hint")

    @property
    def input(self) -> CommandInput:
        """The line itself."""
        return self.query_one(CommandInput)

    def suggest(self, wallet: str) -> None:
        """Suggest something that `wallet`, if there is one, could do first."""
        key = "deposit" if wallet else "create"
        self.input.example = Sentence(f"screen.bar.example.{key}", {"wallet": wallet})

    def connect(self, hint: Callable[[str, bool], Hint], suggester: Suggester) -> None:
        """What knows the language: it comes after the first paint."""
        self._hint = hint
        self.input.suggester = suggester
        self.input.understood = self._understands
        self.say_words()

    def say_words(self) -> None:
        self._show(self.input.value, sent=self._sent)

    def give_back(self, line: str) -> None:
        """Put a line that could not be executed back, unless something else is being typed."""
        if not self.input.value:
            self.input.value = line
            self.input.action_end()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value)

    def _understands(self, line: str) -> bool:
        """Whether `line` is a command; if it is none, what is wrong now stands under it."""
        self._show(line, sent=True)
        return self._hint is not None and self._hint(line, True).state == "ready"

    def _show(self, line: str, *, sent: bool = False) -> None:
        self._sent = sent
        if self._hint is None:
            return
        hint = self._hint(line, sent)
        note = f"{_GLYPHS[hint.state]}{safe_text(hint.note)}"
        parts = [(safe_text(hint.form), "$quiet")] if hint.form and hint.state != "wrong" else []
        if hint.note:
            parts.insert(0, (note, _STYLES[hint.state]))
        joined = [part for pair in parts for part in (pair, "\n")][:-1]
        self.query_one("#hint", Prose).text = Content.assemble(*joined)


def _visible(text: str) -> str:
    if safe_text(text) == text:
        return text
    shown = "".join(character if safe_text(character) == character else _REPLACED for character in text)
    return shown if safe_text(shown) == shown else safe_text(shown)
