"""The answers to commands, the newest on top."""

from __future__ import annotations

import re
from typing import ClassVar, Final, Literal

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Click
from textual.geometry import Region
from textual.message import Message
from textual.style import Style
from textual.widgets import Static

from tui_ledger.content import Sentence, say
from tui_ledger.errors import LedgerError
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.keys import shown
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.translation import Translation
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.wrapping import wrapped

KEPT: Final = 50
"""How many answers are kept."""

State = Literal["pending", "accepted", "refused", "done"]
_GLYPHS: Final = {"pending": "…", "accepted": "✓", "refused": "✗", "done": "✓"}
_STYLES: Final = {"pending": "$quiet", "accepted": "$success", "refused": "$error", "done": "$success"}
_OPTIONAL: Final = re.compile(r" [a-z]+=")
_BLANK: Final = Content("  ")


class Entry(msgspec.Struct):
    """A line and what became of it: as text, `note` says it. `last` is the position of its last event."""

    line: str
    state: State = "pending"
    note: Sentence | Translation | LedgerError = Sentence("screen.results.pending")
    last: int | None = None


class Results(Speaking, VerticalScroll, can_focus=True):
    """A list that is written anew when one of its entries changes; it is short.

    Attributes:
        chosen: The entry that keys are about; the newest, until somebody chooses another one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", id="results.above"),
        Binding("down", "choose(1)", id="results.below"),
        shown("enter", "open", "results.open"),
        shown("t", "trace", "results.trace"),
        shown("e", "edit", "results.edit"),
    ]

    class Edited(Message):
        """Somebody wants to have a line in the bar again."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    class Followed(Message):
        """Somebody wants to see the event at `position`."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    def __init__(self) -> None:
        super().__init__(id="results")
        self._entries: list[Entry] = []
        self._tops: list[int] = []  # the line on which each entry begins, and the one behind the last
        self.chosen: Entry | None = None

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
        parts: list[Content] = []
        self._tops = [0]
        for entry in self._entries:
            lines = _lines(entry, width)
            if self.has_focus and entry is self._chosen:
                lines = [line.pad_right(width - line.cell_length).stylize("on $panel") for line in lines]
                lines[0] = lines[0].stylize("reverse", 0, 1)  # seen without colours, too
            parts += lines
            self._tops.append(len(parts))
        empty = wrapped(Content.styled(say("screen.results.empty"), "$quiet"), width)
        self.query_one(Static).update(Content("\n").join(parts or empty))
        self.refresh_bindings()

    def say_words(self) -> None:
        self.show()

    def on_resize(self) -> None:
        self.show()

    def on_focus(self) -> None:
        self.show()

    def on_blur(self) -> None:
        self.show()

    def on_click(self, event: Click) -> None:
        line = event.y + self.scroll_offset.y
        index = next((at for at, top in enumerate(self._tops[1:]) if line < top), None)
        if index is not None:
            self._choose(index)
            if event.chain > 1:
                self.action_open()

    @property
    def _chosen(self) -> Entry | None:
        """The chosen entry, if it is still in the list; else the newest."""
        if any(entry is self.chosen for entry in self._entries):
            return self.chosen
        return self._entries[0] if self._entries else None

    def _choose(self, index: int) -> None:
        index = min(max(0, index), len(self._entries) - 1)
        self.chosen = self._entries[index]
        self.show()
        top, bottom = self._tops[index : index + 2]
        self.scroll_to_region(Region(0, top, 1, bottom - top), animate=False)

    def action_choose(self, step: int) -> None:
        """Choose the entry above or below."""
        for index, entry in enumerate(self._entries):
            if entry is self._chosen:
                self._choose(index + step)
                break

    def action_open(self) -> None:
        """Go to the event of the chosen entry; a line that was refused is put back to be put right."""
        entry = self._chosen
        if entry is None:
            return
        if entry.last is not None:
            self.post_message(self.Followed(entry.last))
        elif entry.state == "refused":
            self.post_message(self.Edited(entry.line))

    def action_trace(self) -> None:
        """Show the journey of the chosen entry's event."""
        entry = self._chosen
        if entry is not None and entry.last is not None:
            self.post_message(EventStream.Traced(entry.last))

    def action_edit(self) -> None:
        """Put the chosen line into the bar again."""
        if (entry := self._chosen) is not None:
            self.post_message(self.Edited(entry.line))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is no journey of what led to no event."""
        return action != "trace" or (self._chosen is not None and self._chosen.last is not None)

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
