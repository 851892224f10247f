"""The line in which commands are typed, and what stands under it: what is expected, and what is possible."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static

from tui_ledger.content import Sentence, say
from tui_ledger.ui.bar_hint import GLYPHS, STYLES, picture
from tui_ledger.ui.completing import Completing
from tui_ledger.ui.keys import shown
from tui_ledger.ui.line_history import LineHistory
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.widgets.prose import Prose
from tui_ledger.ui.widgets.visible_input import VisibleInput

if TYPE_CHECKING:
    from tui_ledger.ui.grammar import Grammar

LookUp = Callable[[str], Awaitable[bool]]
"""Looks for more candidates for the end of a line; whether there are any."""


class CommandInput(Speaking, VisibleInput):
    """One line with a history, in which Tab goes through what a word can become.

    Attributes:
        example: What an empty line suggests while it has the keys.
        history: What was sent before.
        completing: The candidates that Tab goes through, while it does.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("enter", "submit", "bar.send"),
        shown("tab", "complete(1)", "bar.complete"),
        Binding("shift+tab", "complete(-1)", id="bar.complete_back"),
        shown("up", "earlier", "bar.earlier"),
        Binding("down", "later", id="bar.later"),
        shown("escape", "leave", "bar.leave"),
    ]

    class Entered(Message):
        """A line that can be sent."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    class Left(Message):
        """Somebody wants out of the line."""

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False)
        self.understood: Callable[[str], bool] = lambda _: False
        self.grammar: Grammar | None = None
        self.history = LineHistory()
        self.completing: Completing | None = None

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
            self.value = ""
            self.post_message(CommandInput.Entered(line))

    example: reactive[Sentence | None] = reactive(None)

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.say_words()

    def watch_example(self) -> None:
        self.say_words()

    def say_words(self) -> None:
        self.placeholder = str(self.example or "") if self.has_focus else say("screen.bar.placeholder")

    def validate_value(self, value: str) -> str:
        """A colon opens the line; whoever presses it once more means the same."""
        return super().validate_value(value.removeprefix(":"))

    def action_leave(self) -> None:
        """Take back what Tab has put in; else leave the line."""
        if self.completing is not None and self.completing.at is not None:
            self.completing.back()
            self._take(self.completing)
            self.completing = None
        else:
            self.post_message(self.Left())

    def action_complete(self, step: int) -> None:
        """Go through the candidates. From an empty line, go to the next pane, or the one before.

        Where something is typed that nothing completes, stay: letters are commands in other panes.
        """
        completing = self._completing()
        if completing is not None:
            completing.step(step)
            self._take(completing)
        elif not self.value:
            (self.screen.focus_next if step > 0 else self.screen.focus_previous)()

    def pick(self, index: int) -> None:
        """Take one of the candidates that are shown."""
        completing = self._completing()
        if completing is not None and index < len(completing.candidates):
            completing.pick(index)
            self._take(completing)

    def _completing(self) -> Completing | None:
        """The candidates that Tab goes through, or would; None if there are none."""
        now = self.completing
        if now is not None and now.line == self.value and len(now.candidates) > 1:
            return now
        self.completing = None
        if self.grammar is not None and self.value.strip():
            at = self.cursor_position
            self.completing = self.grammar.completing(self.value[:at], self.value[at:])
        return self.completing

    async def suggest_again(self) -> None:
        """More is known than when the line was typed."""
        if self.grammar is not None and self.cursor_at_end:
            self._suggestion = await self.grammar.get_suggestion(self.value) or ""

    def _take(self, completing: Completing) -> None:
        self.value = completing.line
        self.cursor_position = len(completing.until_cursor)

    def action_earlier(self) -> None:
        self._recall(self.history.earlier(self.value))

    def action_later(self) -> None:
        self._recall(self.history.later(self.value))

    def _recall(self, line: str) -> None:
        self.value = line
        self.action_end()


class HintLines(Prose):
    """What stands under the line; a click on a candidate takes it."""

    class Picked(Message):
        """Somebody clicked on a candidate."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    # Texts that differ in nothing but their styles are the same to a reactive.
    text: reactive[Content] = reactive(Content(), layout=True, always_update=True)

    def __init__(self) -> None:
        super().__init__(id="hint")

    def action_pick(self, index: int) -> None:
        self.post_message(self.Picked(index))


class CommandBar(Speaking, Vertical):
    """The line, with what is expected under it.

    Attributes:
        closed: The key of the sentence that says why nothing can be sent now; empty while it can.
    """

    class Sent(Message):
        """A line that was sent."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    def __init__(self) -> None:
        super().__init__(id="bar")
        self._grammar: Grammar | None = None
        self._look_up: LookUp | None = None
        self.closed = ""
        self._sent = False  # what stands in the line was to be sent, and cannot be

    def compose(self) -> ComposeResult:
        with Horizontal(id="line"):
            yield Static(Content("❯"), id="prompt")
            yield CommandInput()
        yield HintLines()

    @property
    def input(self) -> CommandInput:
        """The line itself."""
        return self.query_one(CommandInput)

    def suggest(self, wallet: str) -> None:
        """Suggest something that `wallet`, if there is one, could do first."""
        key = "deposit" if wallet else "create"
        self.input.example = Sentence(f"screen.bar.example.{key}", {"wallet": wallet})

    def connect(self, grammar: Grammar, look_up: LookUp) -> None:
        """What knows the language: it comes after the first paint."""
        self._grammar, self._look_up = grammar, look_up
        self.input.grammar = self.input.suggester = grammar
        self.input.understood = self._understands
        self._show()

    def send(self, line: str) -> None:
        """Send a line as if it had been typed."""
        self.input.history.add(line)
        self.post_message(self.Sent(line))

    def give_back(self, line: str) -> None:
        """Put a line that could not be executed back, unless something else is being typed."""
        if not self.input.value:
            self.edit(line)

    def edit(self, line: str) -> None:
        """Put `line` into the bar, to be changed. What was being typed can be had back from the history."""
        if self.input.value.strip() and self.input.value != line:
            self.input.history.add(self.input.value)
        self.input.value = line
        self.input.action_end()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._sent = False
        self._show()
        if self._look_up is not None:
            self._look_further(self._look_up, event.value[: self.input.cursor_position])

    def on_command_input_entered(self, message: CommandInput.Entered) -> None:
        message.stop()
        self.send(message.line)

    def on_hint_lines_picked(self, message: HintLines.Picked) -> None:
        self.input.focus()
        self.input.pick(message.index)

    def on_resize(self) -> None:
        self._show()

    def say_words(self) -> None:
        self._show()

    @work(group="names", name="names", exclusive=True)
    async def _look_further(self, look_up: LookUp, line: str) -> None:
        if await look_up(line):
            await self.input.suggest_again()
            self._show()

    def _understands(self, line: str) -> bool:
        """Whether `line` can be sent; if it cannot, what is wrong now stands under it."""
        self._sent = True
        self._show()
        if self._grammar is None or self.closed:
            return False
        return self._grammar.hint(line, sent=True).state == "ready"

    def _show(self) -> None:
        if self._grammar is None:
            return
        lines = self.query_one(HintLines)
        if self._sent and self.closed:
            lines.text = Content.styled(f"{GLYPHS['wrong']}{say(self.closed)}", STYLES["wrong"])
            return
        line, completing = self.input.value, self.input.completing
        if completing is None or completing.line != line or len(completing.candidates) == 1:
            completing = self._grammar.completing(line[: self.input.cursor_position], "") if line else None
        text = picture(
            self._grammar.hint(line, sent=self._sent),
            completing.candidates if completing is not None else (),
            completing.at if completing is not None else None,
            max(1, lines.content_size.width),
            max(1, lines.content_size.height),
        )
        lines.text = text
