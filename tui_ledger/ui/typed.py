"""What is typed or pasted into a line, fit to be drawn there and to be sent: both are the same text."""

from typing import Final

from textual.app import App
from textual.events import Event, Paste

from tui_ledger.safe_text import safe_text

_REPLACED: Final = "\ufffd"


def visible(text: str) -> str:
    """`text` with a sign of replacement for each character that a terminal would obey or hide."""
    if safe_text(text) == text:
        return text
    shown = "".join(character if safe_text(character) == character else _REPLACED for character in text)
    return shown if safe_text(shown) == shown else safe_text(shown)


def visible_lines(text: str) -> str:
    """`text`, which may have several lines, with each of them `visible`."""
    return "\n".join(visible(line) for line in text.splitlines())


class PastingApp(App[None]):
    """An app in which all that is pasted can be seen, whichever line has the keys; also Textual's own."""

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Paste):
            event.text = visible_lines(event.text)
        await super().on_event(event)
