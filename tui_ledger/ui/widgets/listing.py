"""A read model as a plain table: the top items, the books."""

from typing import ClassVar, Final

from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip

from tui_ledger.content import say
from tui_ledger.ui.cells import Cell, fit, row
from tui_ledger.ui.scene import Listing
from tui_ledger.ui.widgets.lines import Lines

_NUMBERS: Final = frozenset({"count", "revenue", "balance"})


class ListingTable(Lines):
    """Rows of texts, some of which are numbers.

    Args:
        view: The view's name; `screen.<view>` has its headings and what stands there while it is empty.
        columns: The names of the columns, and how wide they are; the width 0 takes what is left.
    """

    ALLOW_SELECT = False  # its lines do not know which part of them is selected

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "listing--heading",
        "listing--name",
        "listing--number",
        "listing--sum",
        "listing--empty",
    }

    listing: reactive[Listing] = reactive(Listing(), repaint=False)

    def __init__(self, view: str, columns: dict[str, int]) -> None:
        super().__init__(id=view)
        self._view = view
        self._columns = columns

    def watch_listing(self, old: Listing, new: Listing) -> None:
        if len(old.rows) != len(new.rows) or old.more != new.more:
            self.virtual_size = Size(0, len(new.rows) + 1 + new.more)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, base = self.scrollable_content_region.width, self.rich_style
        if y == 0:
            heading = [say(f"screen.{self._view}.{name}") for name in self._columns]
            return row(self._cells(heading, width, dict.fromkeys(self._columns, "heading")), width, base)
        index = self.scroll_offset.y + y - 1
        if index < len(self.listing.rows):
            texts = list(self.listing.rows[index])
            styles = {name: "number" if name in _NUMBERS else "name" for name in self._columns}
            if index >= len(self.listing.rows) - self.listing.sums:
                texts = [text or say(f"screen.{self._view}.sum") for text in texts]
                styles = dict.fromkeys(self._columns, "sum")
            return row(self._cells(texts, width, styles), width, base)
        if index == len(self.listing.rows):
            key = "more" if self.listing.more else "empty" if self.listing.on else "off"
            if self.listing.more or not self.listing.rows:
                text = say(f"screen.{self._view}.{key}") if self.listing.read else say("time.unread")
                return row([(fit(text, width), self._style("empty"))], width, base)
        return Strip.blank(width, base)

    def _cells(self, texts: list[str], width: int, styles: dict[str, str]) -> list[Cell]:
        fixed = sum(one for one in self._columns.values()) + len(self._columns) - 1
        cells: list[Cell] = []
        for place, (name, wide) in enumerate(self._columns.items()):
            number = name in _NUMBERS
            text = fit(texts[place], wide or max(4, width - fixed), right=number)
            cells.append((text, self._style(styles[name])))
        return cells

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"listing--{name}", partial=True)
