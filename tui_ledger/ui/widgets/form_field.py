"""One field of the form: its name, a line to type into, and under it what is expected or wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.suggester import Suggester
from textual.widgets import Input, Static

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.bar_hint import strip
from tui_ledger.ui.completing import Completing
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.widgets.prose import Prose
from tui_ledger.ui.widgets.visible_input import VisibleInput

if TYPE_CHECKING:
    from tui_ledger.ui.draft import Draft

LISTED: Final = 4
"""The most candidates that are listed below one another."""

_ARROW: Final = "↓ "
_BLANK: Final = "  "

Rank = Literal["required", "optional", "common"]


class FieldInput(VisibleInput):
    """The line of a field. Up and Down go through the candidates, or to the field above or below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", id="form.before"),
        Binding("down", "choose(1)", id="form.choose"),
    ]

    class Stepped(Message):
        """Up or Down was pressed."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    async def on_key(self, event: Key) -> None:
        """Go on at Enter in its turn among the letters, as in the bar."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            await self.action_submit()

    def action_choose(self, step: int) -> None:
        self.post_message(self.Stepped(step))


class Candidates(Prose):
    """What stands under a field; a click on a candidate takes it."""

    # Texts that differ in nothing but their styles are the same to a reactive.
    text: reactive[Content] = reactive(Content(), layout=True, always_update=True)

    class Picked(Message):
        """Somebody clicked on a candidate."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def action_pick(self, index: int) -> None:
        self.post_message(self.Picked(index))


class FormField(Speaking, Vertical):
    """A field of the draft.

    Args:
        draft: What is being filled in.
        name: The field.
        rank: Whether it is needed, one that this command has besides, or one that every command has.
    """

    class Changed(Message):
        """Something else stands in the field now."""

        def __init__(self, field: FormField) -> None:
            super().__init__()
            self.field = field

    class Finished(Changed):
        """Enter was pressed in it."""

    class Moved(Changed):
        """Somebody wants to go to the field above or below."""

        def __init__(self, field: FormField, step: int) -> None:
            super().__init__(field)
            self.step = step

    def __init__(self, draft: Draft, name: str, rank: Rank) -> None:
        super().__init__(classes=f"field -{rank}")
        self._draft = draft
        self._completing: Completing | None = None
        self.field = name
        self.rank = rank
        self.seen = False  # it was left or to be sent, so that what is wrong is called wrong

    def compose(self) -> ComposeResult:
        suggester = _Suggester(self._draft, self.field)
        with Horizontal():
            yield Static(Content(self.field), classes="label")
            yield FieldInput(
                self._draft.values.get(self.field, ""),
                compact=True,
                select_on_focus=False,
                suggester=suggester,
            )
        yield Candidates(classes="note")

    def say_words(self) -> None:
        if self.rank != "required":
            self.input.placeholder = self._draft.default(self.field) or say("form.optional")
        self.show()

    @property
    def input(self) -> FieldInput:
        """The line itself."""
        return self.query_one(FieldInput)

    def show(self) -> None:
        """Say what is expected, what is possible, or what is wrong."""
        if self.is_mounted:
            self.query_one(Candidates).text = self._note()

    def look_again(self) -> None:
        """More is known of what it can become."""
        if self.is_here and self._going is None:
            self.show()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._draft.values[self.field] = event.value
        self.post_message(self.Changed(self))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Finished(self))

    def on_field_input_stepped(self, message: FieldInput.Stepped) -> None:
        completing = self._going or self._draft.completing(self.field)
        if completing is None:
            self.post_message(self.Moved(self, message.step))
            return
        completing.step(message.step)
        self._take(completing)

    def on_candidates_picked(self, message: Candidates.Picked) -> None:
        completing = self._going or self._draft.completing(self.field)
        if completing is not None and message.index < len(completing.candidates):
            completing.pick(message.index)
            self._take(completing)
        self.input.focus()

    @property
    def is_here(self) -> bool:
        """Whether it is the field that is being filled in."""
        return self.has_class("-here")

    @is_here.setter
    def is_here(self, here: bool) -> None:
        self.seen = self.seen or (self.is_here and not here and bool(self.input.value))
        self.set_class(here, "-here")
        self.show()
        if here:
            self.call_after_refresh(self.scroll_visible, animate=False)

    def on_resize(self) -> None:
        self.show()

    @property
    def _going(self) -> Completing | None:
        """The candidates that somebody goes through now."""
        now = self._completing
        return now if now is not None and now.at is not None and now.line == self.input.value else None

    def _take(self, completing: Completing) -> None:
        self._completing = completing
        self.input.value = completing.line
        self.input.action_end()
        self.show()

    def _note(self) -> Content:
        focused = self.is_here
        wrong = self._draft.problems().get(self.field)
        if wrong is None and self.seen and self.field in self._draft.missing:
            wrong = say("form.needed")
        completing = (self._going or self._draft.completing(self.field)) if focused else None
        parts = []
        if wrong is not None:
            sentence = f"{'' if focused and not self.seen else '✗ '}{safe_text(wrong)}"
            parts.append(Content.styled(sentence, "$warning" if focused else "$error"))
        else:
            parts.append(Content.styled(self._draft.about(self.field), "$quiet"))
        if completing is not None:
            parts.append(self._offer(completing))
        return Content("\n").join(parts)

    def _offer(self, completing: Completing) -> Content:
        """The candidates: beside one another, or a line each where they say more than their names."""
        width = max(8, self.query_one(Candidates).content_size.width)
        if not any(one.note for one in completing.candidates):
            found = strip(completing.candidates, completing.at, width - len(_ARROW))
            return Content.assemble((_ARROW, "$quiet"), found)
        first = max(0, (completing.at or 0) - LISTED + 1)
        lines: list[Content] = []
        for index, one in list(enumerate(completing.candidates))[first : first + LISTED]:
            text = safe_text(f"{one.word}  {one.note}", limit=width - len(_ARROW))
            style = "reverse bold" if index == completing.at else "$foreground"
            link = Style.from_meta({"@click": f"pick({index})"})
            lead = (_BLANK if lines else _ARROW, "$quiet")
            lines.append(Content.assemble(lead, Content.styled(text, style).stylize(link)))
        more = len(completing.candidates) - first - len(lines)
        if more:
            lines.append(Content.styled(_BLANK + say("bar.more", count=f"{more:,}"), "$quiet"))
        return Content("\n").join(lines)


class _Suggester(Suggester):
    """The first candidate, behind what is typed of it."""

    def __init__(self, draft: Draft, field: str) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._draft = draft
        self._field = field

    async def get_suggestion(self, value: str) -> str | None:
        completing = self._draft.completing(self._field) if value else None
        words = (one.word for one in completing.candidates) if completing is not None else ()
        return next((word for word in words if word.startswith(value)), None)
