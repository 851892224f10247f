"""The form: which command, then its fields, and the line of the command language that comes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.screen import ModalScreen
from textual.widgets import Button, OptionList, Static

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.draft import VERBS, Draft
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.widgets.form_field import FormField
from tui_ledger.ui.widgets.prose import Prose

if TYPE_CHECKING:
    from tui_ledger.ui.grammar import Grammar


class MoreLine(Static, can_focus=True):
    """Unfolds the fields that every command has, and folds them again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "screen.unfold", id="form.more"),
    ]

    async def on_click(self) -> None:
        await self.run_action("screen.unfold")


class CommandForm(Speaking, ModalScreen[str | None]):
    """Answers with the line that is to be sent, or with None.

    Args:
        grammar: What knows the language.
        look_up: Looks for more that the end of a line can become.
        given: What is filled in already, by field.
        verb: The command that is likely.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", id="form.back"),
        Binding("ctrl+enter,ctrl+j,ctrl+s", "send", priority=True, id="form.send"),
    ]

    def __init__(
        self,
        grammar: Grammar,
        look_up: Callable[[str], Awaitable[bool]],
        given: Mapping[str, str],
        verb: str,
    ) -> None:
        super().__init__(classes="-verbs")
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]
        self.VERTICAL_BREAKPOINTS = [(0, "-tiny"), (10, "-flat"), (16, "-tall")]
        self._grammar = grammar
        self._look_up = look_up
        self._given = dict(given)
        self._draft = Draft(verb, given, grammar)
        self._unfolded = False

    def compose(self) -> ComposeResult:
        with Vertical(id="form", classes="dialog"):
            yield Prose(id="form-which")
            yield OptionList(*VERBS, id="form-verbs", compact=True, markup=False)
            yield VerticalScroll(id="form-fields", can_focus=False)
            with Vertical(id="form-foot"):
                yield Prose(id="form-line")
                with Horizontal():
                    yield Prose(id="form-verdict")
                    yield Button(id="form-send", compact=True)

    def on_mount(self) -> None:
        super().on_mount()
        self._ask_which()

    def say_words(self) -> None:
        self._entitle()
        self.query_one("#form-which", Prose).text = Content.styled(say("form.which"), "$quiet")
        verbs = self.query_one(OptionList)
        for index, verb in enumerate(VERBS):
            verbs.replace_option_prompt_at_index(index, _option(verb))
        self.query_one(Button).label = Content(say("form.send"))
        if self.has_class("-fields"):
            self._say_what()
            self._fold()
            self._show()

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Leave so much room to the fields that what stands under them stays in sight."""
        box, foot = self.query_one("#form"), self.query_one("#form-foot")
        below = foot.outer_size.height if foot.display else 0
        room = self.size.height - box.gutter.height - below
        self.query_one("#form-fields").styles.max_height = max(1, room)

    # Which command

    def _ask_which(self) -> None:
        self._turn_to("-verbs")
        verbs = self.query_one(OptionList)
        verbs.highlighted = VERBS.index(self._draft.verb)
        verbs.focus()

    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        await self._fill_in(VERBS[event.option_index])

    # Its fields

    async def _fill_in(self, verb: str) -> None:
        values = self._draft.values
        if verb == "create" and values.get("wallet") == self._given.get("wallet"):
            values = {name: value for name, value in values.items() if name != "wallet"}
        draft = self._draft = Draft(verb, self._given | values if verb != "create" else values, self._grammar)
        self._unfolded = any(draft.values.get(name) for name in draft.common)
        self._turn_to("-fields")
        box = self.query_one("#form-fields", VerticalScroll)
        await box.remove_children()
        await box.mount(
            Prose(classes="what"),
            *(FormField(draft, name, "required") for name in draft.required),
            *(FormField(draft, name, "optional") for name in draft.optional),
            MoreLine(),
            *(FormField(draft, name, "common") for name in draft.common),
        )
        self._say_what()
        self._fold()
        self._show()
        empty = next((field for field in self._fields if field.field in draft.missing), self._fields[0])
        empty.input.focus()

    @property
    def _fields(self) -> list[FormField]:
        """The fields that can be seen, in order."""
        fields = list(self.query(FormField))
        return [field for field in fields if field.rank != "common" or self._unfolded]

    def action_unfold(self) -> None:
        """Show the fields that every command has, or show them no more."""
        self._unfolded = not self._unfolded
        self._fold()

    def _fold(self) -> None:
        for field in self.query(FormField):
            if field.rank == "common":
                field.display = self._unfolded
        names = ", ".join(self._draft.common)
        key = "form.less" if self._unfolded else "form.more"
        self.query_one(MoreLine).update(Content(say(key, fields=names)))

    def on_form_field_changed(self, message: FormField.Changed) -> None:
        for field in self._fields:
            field.show()
        self._show()
        self._look_further(message.field)

    def on_form_field_finished(self, message: FormField.Finished) -> None:
        fields = self._fields
        if message.field is fields[-1]:
            self.action_send()
        else:
            fields[fields.index(message.field) + 1].input.focus()

    def on_form_field_moved(self, message: FormField.Moved) -> None:
        fields = self._fields
        fields[(fields.index(message.field) + message.step) % len(fields)].input.focus()

    def on_descendant_focus(self) -> None:
        """Turn to the field that has the keys now.

        Where no field has them, all stays as it is: what would move away from under the mouse while somebody
        clicks on it could not be clicked on.
        """
        here = next((field for field in self._fields if field.input.has_focus), None)
        if here is None or here.is_here:
            return
        for field in self._fields:
            if field.is_here:
                field.is_here = False
        here.is_here = True
        self._look_further(here)

    @work(group="names", name="names", exclusive=True)
    async def _look_further(self, field: FormField) -> None:
        if await self._look_up(self._draft.line_up_to(field.field)):
            field.look_again()

    # What comes of it

    def _show(self) -> None:
        draft = self._draft
        line = Content.assemble(("❯ ", "bold $write"), safe_text(draft.line))
        for name in draft.missing:
            line = line.highlight_regex(f"<{name}>", style="$write")
        self.query_one("#form-line", Prose).text = line
        wrong = draft.problems()
        if wrong:
            verdict = Content.styled(f"✗ {', '.join(wrong)}", "$error")
        elif draft.missing:
            verdict = Content.styled(say("form.missing", fields=", ".join(draft.missing)), "$quiet")
        else:
            verdict = Content.styled(f"✓ {say('form.ready')}", "$success")
        self.query_one("#form-verdict", Prose).text = verdict
        self.call_after_refresh(self._fit)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_send()

    def action_send(self) -> None:
        """Answer with the line if it is a command; else go to the first field because of which it is none."""
        draft = self._draft
        bad = {*draft.missing, *draft.problems()}
        if not self.has_class("-fields"):
            return
        if not bad:
            self.dismiss(draft.line)
            return
        for field in self.query(FormField):
            field.seen = True
            field.show()
        first = next(field for field in self.query(FormField) if field.field in bad)
        if first.rank == "common" and not self._unfolded:
            self.action_unfold()
        first.input.focus()

    def action_back(self) -> None:
        """Go back to the choice of the command, and from there to where one was."""
        if self.has_class("-fields"):
            self._ask_which()
        else:
            self.dismiss(None)

    def on_click(self, event: Click) -> None:
        """A click beside the form closes it."""
        if event.widget is self:
            self.dismiss(None)

    def _turn_to(self, page: str) -> None:
        self.remove_class("-verbs", "-fields").add_class(page)
        self._entitle()

    def _entitle(self) -> None:
        fields = self.has_class("-fields")
        title = say("form.title_of", verb=self._draft.verb) if fields else say("form.title")
        box = self.query_one("#form")
        box.border_title = Content(title)
        box.border_subtitle = Content(say("form.keys_fields" if fields else "form.keys_verbs"))

    def _say_what(self) -> None:
        self.query_one(".what", Prose).text = Content.styled(say(f"form.verb.{self._draft.verb}"), "$quiet")


def _option(verb: str) -> Content:
    return Content.assemble((f"{verb:<10}", "bold $write"), say(f"form.verb.{verb}"))
