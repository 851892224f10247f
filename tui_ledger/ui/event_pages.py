"""The events that the list has in memory: some pages, those that were looked at last."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from tui_ledger.ui.event_line import EventLine, describe
from tui_ledger.ui.matches import Read

PAGE: Final = 200
"""Events in a page."""

PAGES: Final = 48
"""Pages kept in memory."""


class EventPages:
    """Events by their position."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, list[EventLine]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pages)

    def line(self, position: int) -> EventLine | None:
        """The event at `position`, if it is in memory."""
        page, place = divmod(position - 1, PAGE)
        lines = self._pages.get(page, ())
        return lines[place] if position > 0 and place < len(lines) else None

    def next_page(self, in_sight: Iterable[int], head: int, *, beside: bool) -> int | None:
        """What to load next: a page in sight that lacks events, else one beside it that is not there.

        Args:
            in_sight: Positions.
            head: Where the log ends.
            beside: Whether what is beside what is in sight is wanted at all.
        """
        pages = sorted({(position - 1) // PAGE for position in in_sight}, reverse=True)
        for page in pages:
            if len(self._pages.get(page, ())) < min(PAGE, head - page * PAGE):
                return page
        if not pages or not beside:
            return None
        neighbours = (page for page in (pages[-1] - 1, pages[0] + 1) if 0 <= page * PAGE < head)
        return next((page for page in neighbours if page not in self._pages), None)

    async def load(self, page: int, read: Read) -> range:
        """Read what `page` lacks; the positions that came."""
        lines = self._pages.setdefault(page, [])
        self._pages.move_to_end(page)
        known = page * PAGE + len(lines)
        found = await read(known, PAGE - len(lines))
        lines.extend(describe(event) for event in found)
        while len(self._pages) > PAGES:
            self._pages.popitem(last=False)
        return range(known + 1, known + 1 + len(found))
