"""The log as a live list: one line an event, a million as smooth as forty."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, tzinfo
from typing import ClassVar, Final

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_ledger.content import say
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.ui.cells import Cell, fit, row
from tui_ledger.ui.event_line import EventLine, describe, short_time

PAGE: Final = 200
"""Events in a page."""

PAGES: Final = 48
"""Pages kept in memory."""

Read = Callable[[int, int], Awaitable[Sequence[StoredEvent]]]
"""Reads at most so many events (second) after a position (first)."""

_COLOURS: Final = {
    "UserCreated": "event--opened",
    "WalletClosed": "event--closed",
    "MoneyDeposited": "event--in",
    "PurchaseRefunded": "event--in",
    "TransferReceived": "event--in",
    "TransferReturned": "event--in",
    "MoneyWithdrawn": "event--out",
    "TransferSent": "event--out",
    "ItemPurchased": "event--bought",
}


class EventStream(ScrollView, can_focus=True):
    """Draws from pages in memory and never waits: a page that is missing is asked for and drawn later.

    Attributes:
        head: Position of the last event; set once a tick.
        following: Whether the end of the log stays in sight. Scrolling up lets go of it.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "event--position",
        "event--time",
        "event--opened",
        "event--closed",
        "event--in",
        "event--out",
        "event--bought",
        "event--other",
        "event--wallet",
        "event--text",
        "event--empty",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("end", "follow", "Follow the end", show=False),
    ]

    # As it is inherited, a log that grows would have the whole screen laid out again ten times a second.
    virtual_size: reactive[Size] = reactive(Size(0, 0), layout=False, repaint=False)

    head: reactive[int] = reactive(0)
    following: reactive[bool] = reactive(True)

    def __init__(self, *, id: str, zone: tzinfo | None, now: Callable[[], datetime]) -> None:  # noqa: A002
        super().__init__(id=id)
        self._zone = zone
        self._now = now
        self._read: Read | None = None
        self._pages: OrderedDict[int, list[EventLine]] = OrderedDict()
        self._shown = 0  # how many lines the list has
        self._seen = 0  # how long the log was when following ended
        self._where = ""
        self._fetched = asyncio.Event()
        self._fetched.set()

    def connect(self, read: Read) -> None:
        """Where the events come from."""
        self._read = read

    async def settled(self) -> None:
        """Return when every page that was asked for has come."""
        await self._fetched.wait()

    def action_follow(self) -> None:
        """Go to the end and stay there."""
        self.following = True

    def action_toggle_follow(self) -> None:
        """Hold the list still, or follow the end again."""
        self.following = not self.following

    def show(self, position: int) -> None:
        """Bring the event at `position` into sight."""
        if not self.scroll_offset.y < position <= self.scroll_offset.y + self.size.height:
            self.scroll_to(y=position - 1 - self.size.height // 2, animate=False)

    def watch_head(self) -> None:
        self._fetch()

    def watch_following(self, following: bool) -> None:
        if following:
            self._go_to_end()
        else:
            self._seen = self.head
        self._say_where()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.following = new_value >= self.max_scroll_y

    def on_resize(self, event: Resize) -> None:
        if self.following:
            self.call_after_refresh(self._go_to_end)

    def _go_to_end(self) -> None:
        if self.following:
            self.scroll_to(y=self.max_scroll_y, animate=False)

    def _say_where(self) -> None:
        if self.following:
            key, style = "screen.stream.following", "$quiet"
        else:
            key = "screen.stream.new" if self.head > self._seen else "screen.stream.still"
            style = "bold $warning"
        text = say(key, new=f"{self.head - self._seen:,}")
        if text != self._where:  # setting it draws the whole widget
            self._where = text
            self.border_subtitle = Content.styled(text, style)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        index = self.scroll_offset.y + y
        base = self.rich_style
        if index >= self._shown:
            if self._shown == 0 and y == 1:
                empty = self.get_component_rich_style("event--empty", partial=True)
                return row([(fit(say("screen.stream.empty"), width), empty)], width, base)
            return Strip.blank(width, base)
        page, place = divmod(index, PAGE)
        lines = self._pages.get(page, ())
        if place >= len(lines):
            self.call_next(self._fetch)
            dots: Cell = (fit(f"{index + 1:,} …", width), self._style("event--position"))
            return row([dots], width, base)
        return row(self._cells(lines[place], width), width, base)

    def _cells(self, line: EventLine, width: int) -> list[Cell]:
        kind = self._style(_COLOURS.get(line.type, "event--other"))
        number, time, type_width, wallet, amount, text = columns(width, self._shown)
        text -= max(0, len(line.amount) - amount) if amount else 0  # an amount is never cut
        return [
            (fit(f"{line.position:,}", number, right=True), self._style("event--position")),
            (fit(short_time(line.occurred_at, self._now(), self._zone), time), self._style("event--time")),
            (fit(line.type, type_width), kind),
            (fit(line.wallet, wallet), self._style("event--wallet")),
            (fit(line.amount, max(amount, len(line.amount)) if amount else 0, right=True), kind),
            (fit(line.text, text), self._style("event--text")),
        ]

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)

    def _fetch(self) -> None:
        """See to it that what is in sight gets there; one worker at a time fetches, one page at a time."""
        if self._fetched.is_set() and self._read is not None:
            self._fetched.clear()
            self.run_worker(self._fetch_pages(self._read), group="stream", name="event stream")

    async def _fetch_pages(self, read: Read) -> None:
        try:
            while (page := self._next_page()) is not None and await self._load(page, read):
                pass
        finally:
            self._fetched.set()
            self._advance()

    def _advance(self) -> None:
        """Let the list end where the log ends: once the new lines are there, so that they are drawn once."""
        if self._shown != self.head:
            self._shown = self.head
            self.virtual_size = Size(0, self._shown)
            self._scroll_update(self.virtual_size)
            self._go_to_end()
            if self._shown <= self.size.height:
                self.refresh()
        self._say_where()

    def _next_page(self) -> int | None:
        """What to load next: a page in sight that lacks events, else one beside it that is not there."""
        height = self.size.height
        top = max(0, self.head - height) if self.following else self.scroll_offset.y
        first, last = top // PAGE, max(top, min(top + height, self.head) - 1) // PAGE
        for page in range(last, first - 1, -1):
            if len(self._pages.get(page, ())) < min(PAGE, self.head - page * PAGE):
                return page
        beside = (page for page in (first - 1, last + 1) if 0 <= page * PAGE < self.head)
        return next((page for page in beside if page not in self._pages), None)

    async def _load(self, page: int, read: Read) -> bool:
        """Read what `page` lacks; whether anything came."""
        lines = self._pages.setdefault(page, [])
        self._pages.move_to_end(page)
        known = len(lines)
        found = await read(page * PAGE + known, PAGE - known)
        if found:
            lines.extend(describe(event) for event in found)
            self.refresh_lines(page * PAGE + known, len(found))
        while len(self._pages) > PAGES:
            self._pages.popitem(last=False)
        return bool(found)


def columns(width: int, head: int) -> tuple[int, int, int, int, int, int]:
    """How wide position, time, type, wallet, amount and text are in `width` cells; 0: there is no room.

    What a narrow screen goes without is first the text or the time, then both, then the amount.
    """
    number = max(2, len(f"{head:,}"))
    time, kind, wallet, amount, text = 0, 14, 6, 8, 0
    spare = width - number - kind - wallet - amount - 3
    if spare < 0:
        kind = max(4, min(kind, width - number - wallet - 2))
        return number, 0, kind, max(0, width - number - kind - 2), 0, 0
    if spare >= 9:
        time, spare = 8, spare - 9
    if spare >= 6:
        text = min(9, spare - 1)
        spare -= text + 1
    more_kind = min(2, spare)
    more_amount = min(2, spare - more_kind)
    more_wallet = min(6, spare - more_kind - more_amount)
    left = spare - more_kind - more_amount - more_wallet
    return number, time, kind + more_kind, wallet + more_wallet, amount + more_amount, text and text + left
