"""The answers to commands, the newest on top."""

from __future__ import annotations

import re
from typing import Final, Literal

import msgspec
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import Static

from tui_ledger.content import Sentence, say
from tui_ledger.errors import LedgerError
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.translation import Translation
from tui_ledger.ui.wrapping import wrapped

KEPT: Final = 50
"""How many answers are kept."""

State = Literal["pending", "accepted", "refused"]
_GLYPHS: Final = {"pending": "…", "accepted": "✓", "refused": "✗"}
_STYLES: Final = {"pending": "$quiet", "accepted": "$success", "refused": "$error"}
_OPTIONAL: Final = re.compile(r" [a-z]+=")
_BLANK: Final = Content("  ")


class Entry(msgspec.Struct):
    """A command and what became of it: as text, `note` says it. `last` is the position of its last event."""

    line: str
    state: State = "pending"
    note: Sentence | Translation | LedgerError = Sentence("screen.results.pending")
    last: int | None = None


class Results(Speaking, VerticalScroll, can_focus=True):
    """A list that is written anew when one of its entries changes; it is short."""

    class Followed(Message):
        """Somebody wants to see the event at `position`."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    def __init__(self) -> None:
        super().__init__(id="results")
        self._entries: list[Entry] = []

    def compose(self) -> ComposeResult:
        yield Static()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is in the list, the newest first."""
        return tuple(self._entries)

    def add(self, entry: Entry) -> Entry:
        """Put an entry on top."""
        self._entries = [entry, *self._entries[: KEPT - 1]]
        self.show()
        self.scroll_home(animate=False)
        return entry

    def show(self) -> None:
        """Draw the entries as they are."""
        width = max(8, self.scrollable_content_region.width)
        parts = [line for entry in self._entries for line in _lines(entry, width)]
        empty = wrapped(Content.styled(say("screen.results.empty"), "$quiet"), width)
        self.query_one(Static).update(Content("\n").join(parts or empty))

    def say_words(self) -> None:
        self.show()

    def on_resize(self) -> None:
        self.show()

    def action_follow(self, position: int) -> None:
        self.post_message(self.Followed(position))


def _lines(entry: Entry, width: int) -> list[Content]:
    """The command and, set in by two cells, its answer."""
    style = _STYLES[entry.state]
    glyph = Content.styled(f"{_GLYPHS[entry.state]} ", f"bold {style}")
    lines = _indented(_command(entry.line), width, glyph)
    note = safe_text(str(entry.note))
    if entry.last is None:
        quiet = style if entry.state == "refused" else "$quiet"
        return lines + _indented(Content.styled(note, quiet), width)
    link = Style.from_meta({"@click": f"follow({entry.last})"})
    return lines + _indented(Content.styled(note, link), width, Content.styled("→ ", "$quiet"))


def _command(line: str) -> Content:
    """The command, its optional fields dimmed."""
    match = _OPTIONAL.search(line)
    end = match.start() if match else len(line)
    return Content.assemble(safe_text(line[:end]), (safe_text(line[end:]), "$quiet"))


def _indented(text: Content, width: int, lead: Content = _BLANK) -> list[Content]:
    first, *rest = wrapped(text, width - 2)
    return [Content.assemble(lead, first), *(Content.assemble(_BLANK, line) for line in rest)]
