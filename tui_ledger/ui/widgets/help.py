"""What ? shows: what the screen is, the keys of the pane that has them, and a few words."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_ledger.content import say
from tui_ledger.ui.links import linked
from tui_ledger.ui.speaking import Speaking

PARTS: Final = {
    "dials": ("dials",),
    "commands": ("bar", "form", "commands"),
    "events": ("events",),
    "views": ("views",),
    "time": ("time",),
}


class HelpScreen(Speaking, ModalScreen[None]):
    """Help for `topic`: `commands`, `events`, `views` or `time`; and the keys of a story, if there is one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss(None)", id="help.leave"),
    ]

    def __init__(self, topic: str, *, story: bool) -> None:
        super().__init__()
        self._parts = (*PARTS[topic], *(("story",) if story else ()), "everywhere")

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield Static()

    def say_words(self) -> None:
        box = self.query_one("#help")
        box.border_title = Content(say("help.title"))
        box.border_subtitle = linked(say("help.close"), "screen.dismiss(None)")
        self.query_one(Static).update(self._text())

    def _text(self) -> Content:
        parts = [
            _part("what", "\n".join(say(f"help.what.{name}") for name in ("commands", "events", "views")))
        ]
        parts += [_part(name, say(f"help.{name}.keys")) for name in self._parts]
        parts.append(_part("words", say("help.words.text")))
        return Content("\n\n").join(parts)


def _part(name: str, text: str) -> Content:
    return Content.assemble((say(f"help.{name}.heading"), "bold $write"), "\n", text.strip("\n"))
