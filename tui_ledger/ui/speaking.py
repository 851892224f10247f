"""How the screen changes its language while it is in use."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from tui_ledger.content import LANGUAGES, speak, spoken


class Speaking:
    """A widget with words that stay where they were put, such as the title of its frame.

    It puts them there in `say_words`, which is called when it is mounted and whenever another language is
    spoken. What is said while a widget is drawn needs none of this: everything is drawn anew.
    """

    def on_mount(self) -> None:
        self.say_words()

    def say_words(self) -> None:
        """Put the words where they stay."""
        raise NotImplementedError


class SpeakingApp(App[None]):
    """An app that changes its language at a key, and nothing else with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "other_language", priority=True, id="app.language"),
    ]

    def action_other_language(self) -> None:
        """Speak the next language from now on, on every screen that is open."""
        speak(LANGUAGES[(LANGUAGES.index(spoken()) + 1) % len(LANGUAGES)])
        for screen in self.screen_stack:
            for widget in screen.walk_children(with_self=True):
                if isinstance(widget, Speaking):
                    widget.say_words()
                widget.refresh(layout=True)
