"""An app of Textual with nothing in it but a word: what any app of Textual takes to start.

python -m tui_ledger.ui.empty
"""

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static

READY = "ready"
ANSWER = "answered"


class EmptyApp(App[None]):
    """Says that it is there, and that a key was pressed."""

    def compose(self) -> ComposeResult:
        yield Static(READY)

    def on_key(self, event: Key) -> None:
        self.query_one(Static).update(f"{ANSWER} {event.key}")


if __name__ == "__main__":
    EmptyApp().run()
