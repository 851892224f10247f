"""The statement of one wallet, the newest line on top."""

from typing import ClassVar, Final

from rich.style import Style
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui_ledger.content import ContentError, say
from tui_ledger.ui.cells import Cell, fit, row
from tui_ledger.ui.scene import StatementRow
from tui_ledger.ui.widgets.lines import Lines

_CALLED_BY_TYPE: Final = frozenset({"UserCreated", "TransferReturned"})
"""Events whose text is no word about what happened: a name, and a code."""


class StatementTable(Lines):
    """A line an event.

    Attributes:
        subject: The wallet, empty while there is none.
        past: Whether this is of the past.
        unread: Whether it is not known yet what to show.
    """

    ALLOW_SELECT = False  # its lines do not know which part of them is selected

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "statement--position",
        "statement--text",
        "statement--change",
        "statement--balance",
        "statement--heading",
        "statement--empty",
    }

    class Followed(Message):
        """Somebody wants to see the event at `position` in the list of events."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    # As it is inherited, each line that comes would have the whole screen laid out again.
    virtual_size: reactive[Size] = reactive(Size(0, 0), layout=False, repaint=False)

    rows: reactive[tuple[StatementRow, ...]] = reactive((), repaint=False)
    subject: reactive[str] = reactive("")
    past: reactive[bool] = reactive(False)
    unread: reactive[bool] = reactive(False)

    def __init__(self) -> None:
        super().__init__(id="statement")
        self._amount = 8

    def on_click(self, event: Click) -> None:
        index = event.y + self.scroll_offset.y - 1
        if 0 <= index < len(self.rows):
            self.post_message(self.Followed(self.rows[index].position))

    def watch_rows(self, old: tuple[StatementRow, ...], new: tuple[StatementRow, ...]) -> None:
        if len(new) != len(old):
            self.virtual_size = Size(0, len(new) + 1)
            self._scroll_update(self.virtual_size)
        self._amount = max(8, *(len(text) for one in new for text in (one.change, one.balance)), 0)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, base = self.scrollable_content_region.width, self.rich_style
        number = max(3, *(len(f"{one.position:,}") for one in self.rows[:1]), 0)
        amount = self._amount
        text = width - number - 2 * amount - 3
        if text < 6:
            amount, text = max(6, (width - number - 9) // 2), 6
        if y == 0:
            return row(self._heading(number, text, amount), width, base)
        index = self.scroll_offset.y + y - 1
        if index >= len(self.rows):
            if not self.rows and y == 1:
                nothing = say(self._nothing, wallet=self.subject)
                return row([(fit(nothing, width), self._style("empty"))], width, base)
            return Strip.blank(width, base)
        one = self.rows[index]
        cells: list[Cell] = [
            (fit(f"{one.position:,}", number, right=True), self._style("position")),
            (fit(what(one), text), self._style("text")),
            (fit(_signed(one.change), amount, right=True), self._style("change")),
            (fit(one.balance, amount, right=True), self._style("balance")),
        ]
        return row(cells, width, base)

    @property
    def _nothing(self) -> str:
        """The key of what stands where there is no line."""
        if self.unread:
            return "time.unread"
        if self.past:
            return "time.no_line"
        return f"screen.statement.{'nothing_yet' if self.subject else 'empty'}"

    def _heading(self, number: int, text: int, amount: int) -> list[Cell]:
        style = self._style("heading")
        return [
            (fit(say("screen.statement.event"), number, right=True), style),
            (fit(say("screen.statement.what"), text), style),
            (fit(say("screen.statement.change"), amount, right=True), style),
            (fit(say("screen.statement.balance"), amount, right=True), style),
        ]

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"statement--{name}", partial=True)


def what(line: StatementRow) -> str:
    """What a line is about: the words that its writer chose, else what such an event is called."""
    if line.text and line.type not in _CALLED_BY_TYPE:
        return line.text
    try:
        return say(f"screen.type.{line.type}")
    except ContentError:
        return line.type


def _signed(change: str) -> str:
    if change.startswith("-"):
        return "−" + change[1:]
    return "" if not change.strip("0.") else "+" + change
