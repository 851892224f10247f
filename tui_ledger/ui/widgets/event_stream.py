"""The log as a live list: one line an event, a million as smooth as forty."""

import asyncio
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui_ledger.content import say
from tui_ledger.ui.cells import Cell, bar, fit, row
from tui_ledger.ui.event_columns import cells
from tui_ledger.ui.event_filter import EventFilter
from tui_ledger.ui.event_line import EventLine, short_time
from tui_ledger.ui.event_pages import EventPages
from tui_ledger.ui.keys import shown
from tui_ledger.ui.links import link
from tui_ledger.ui.matches import Matches, Read
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.whereabouts import whereabouts
from tui_ledger.ui.widgets.lines import Lines


class EventStream(Speaking, Lines):
    """Draws from pages in memory and never waits: a page that is missing is asked for and drawn later.

    Attributes:
        head: Position of the last event; set once a tick.
        following: Whether the end of the log stays in sight. Scrolling up lets go of it.
        cursor: The position of the event that is chosen; 0 for none, which is so while the end is followed.
        wanted: Which events are shown; all, if None.
        until: The last event that is shown, in the past; None for the end of the log.
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
        "event--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("end", "follow", id="stream.end"),
        Binding("home", "go(0)", id="stream.home"),
        Binding("up", "move(-1)", id="stream.up"),
        Binding("down", "move(1)", id="stream.down"),
        Binding("pageup", "page(-1)", id="stream.page_up"),
        Binding("pagedown", "page(1)", id="stream.page_down"),
        shown("enter", "open", "stream.open"),
        shown("t", "trace", "stream.trace"),
        Binding("f", "freeze", id="stream.freeze"),
        Binding("g", "go_back", id="stream.go"),
        shown("slash", "filter", "stream.filter", key_display="/"),
        Binding("y", "copy", id="stream.copy"),
    ]

    ALLOW_SELECT = False  # what is pressed is chosen, and what is chosen can be copied

    # As it is inherited, a log that grows would have the whole screen laid out again ten times a second.
    virtual_size: reactive[Size] = reactive(Size(0, 0), layout=False, repaint=False)

    head: reactive[int] = reactive(0)
    following: reactive[bool] = reactive(True)
    cursor: reactive[int] = reactive(0)
    wanted: reactive[EventFilter | None] = reactive(None)
    until: reactive[int | None] = reactive(None)

    class Opened(Message):
        """Somebody wants to see an event from near."""

        def __init__(self, position: int) -> None:
            super().__init__()
            self.position = position

    class Traced(Opened):
        """Somebody wants to see where an event came from, and where it went."""

    class GoneBack(Opened):
        """Somebody wants to see the moment after an event."""

    class Copied(Opened):
        """Somebody wants to have an event in the clipboard."""

    class Filtered(Message):
        """Somebody wants to say which events to show."""

    def __init__(self, *, id: str, zone: tzinfo | None, now: Callable[[], datetime]) -> None:  # noqa: A002
        super().__init__(id=id)
        self._zone = zone
        self._now = now
        self._read: Read | None = None
        self._pages = EventPages()
        self._matches: Matches | None = None  # where not all events are shown: which
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

    @property
    def chosen(self) -> int:
        """The position of the event that keys are about: the chosen one, else the last; 0 for none."""
        return self.cursor or (self._position_of(self._shown - 1) if self._shown else 0)

    @property
    def chosen_line(self) -> EventLine | None:
        """The event that somebody has chosen, if somebody has, and it is in memory."""
        return self._pages.line(self.cursor)

    def action_follow(self) -> None:
        """Go to the end and stay there."""
        self.following = True

    def action_freeze(self) -> None:
        """Freeze the list, or follow the end again."""
        self.following = not self.following

    def action_move(self, step: int) -> None:
        """Choose the event above or below; below the last one the end is followed again."""
        if not self._shown:
            return
        if not self.cursor:
            top, height = self.scroll_offset.y, max(1, self.size.height)
            last = min(top + height, self._shown) - 1
            self._choose(last if step < 0 or not self.following else self._shown)
        else:
            self._choose(self._index_of(self.cursor) + step)

    def action_page(self, step: int) -> None:
        """Choose an event a page further."""
        if self._shown:
            at = self._index_of(self.chosen)
            self._choose(at + step * max(1, self.size.height - 1), end_follows=False)

    def action_go(self, index: int) -> None:
        """Choose the event in that line."""
        if self._shown:
            self._choose(index)

    def action_open(self) -> None:
        """Show the chosen event from near."""
        if self.chosen:
            self.post_message(self.Opened(self.chosen))

    def action_trace(self) -> None:
        """Show the journey of the chosen event."""
        if self.chosen:
            self.post_message(self.Traced(self.chosen))

    def action_go_back(self) -> None:
        """Show everything as it was right after the chosen event."""
        if self.chosen:
            self.post_message(self.GoneBack(self.chosen))

    def action_copy(self) -> None:
        """Copy the chosen event."""
        if self.chosen:
            self.post_message(self.Copied(self.chosen))

    def action_filter(self) -> None:
        """Say which events to show."""
        self.post_message(self.Filtered())

    def on_click(self, event: Click) -> None:
        inside = event.get_content_offset(self)
        index = inside.y + self.scroll_offset.y if inside is not None else -1
        if not 0 <= index < self._shown:
            return
        if event.chain > 1:
            self.action_open()
        else:
            self._choose(index)

    def show(self, position: int) -> None:
        """Choose the event at `position`, and bring it into sight; all events are shown for that."""
        if self._matches is not None and not self._is_shown(position):
            self.wanted = None
        self._choose(self._index_of(position), centred=True)

    def neighbour(self, position: int, step: int) -> int:
        """The position of the event so many lines below `position`; the last one that is shown at most."""
        if not self._shown:
            return position
        index = self._index_of(position) + step
        return self._position_of(min(max(0, index), self._shown - 1))

    def _choose(self, index: int, *, end_follows: bool = True, centred: bool = False) -> None:
        if index >= self._shown and end_follows:
            self.following = True
            return
        index = min(max(0, index), max(0, self._shown - 1))
        self.cursor = self._position_of(index)
        self.following = False
        top, height = self.scroll_offset.y, max(1, self.size.height)
        if not top <= index < top + height:
            above = height // 2 if centred else 0 if index < top else height - 1
            self.scroll_to(y=index - above, animate=False)

    def watch_head(self) -> None:
        self._fetch()

    def watch_following(self, following: bool) -> None:
        if following:
            self.cursor = 0
            self._go_to_end()
        else:
            self._seen = self.head
        self._say_where()

    def watch_cursor(self, old: int, new: int) -> None:
        for position in (old, new):
            if position and self._is_shown(position):
                self.refresh_line(self._index_of(position))

    def watch_wanted(self, wanted: EventFilter | None) -> None:
        self._matches = None if wanted is None else Matches(wanted, self._end)
        self._shown = self._end if wanted is None else 0
        self.cursor = 0
        self.following = True
        self.virtual_size = Size(0, self._shown)
        self._scroll_update(self.virtual_size)
        self._go_to_end()
        self.refresh()
        self._say_where()
        self._fetch()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if not self.cursor:
            self.following = new_value >= self.max_scroll_y

    def watch_until(self) -> None:
        self.following = True
        self._advance()
        self.refresh()
        self._fetch()

    def on_resize(self, event: Resize) -> None:
        if self.following:
            self.call_after_refresh(self._go_to_end)

    def _go_to_end(self) -> None:
        if self.following:
            self.scroll_to(y=self.max_scroll_y, animate=False)

    # Lines and positions

    @property
    def _end(self) -> int:
        return self.head if self.until is None else min(self.until, self.head)

    @property
    def _count(self) -> int:
        return self._end if self._matches is None else self._matches.index_of(self._end + 1)

    def _position_of(self, index: int) -> int:
        return index + 1 if self._matches is None else self._matches[index]

    def _index_of(self, position: int) -> int:
        """The line of the event at `position`, or of the next one that is shown."""
        return position - 1 if self._matches is None else self._matches.index_of(position)

    def _is_shown(self, position: int) -> bool:
        index = self._index_of(position)
        return index < self._shown and self._position_of(index) == position

    def say_words(self) -> None:
        self.border_title = link(say("screen.events"), "screen.pane('stream')")
        self._say_where()

    def _say_where(self) -> None:
        past = self.until is not None
        text = whereabouts(self.head, self._end, self._seen, following=self.following, past=past)
        if self._matches is not None:
            text = link(f"{self._matches.say(self._end, self._count)} · ", "filter") + text
        if text.plain != self._where:  # setting it draws the whole widget
            self._where = text.plain
            self.border_subtitle = text

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        index = self.scroll_offset.y + y
        base = self.rich_style
        if index >= self._shown:
            if self._shown == 0 and y == 1:
                matches = self._matches
                none = say("screen.stream.empty") if matches is None else matches.say_none(self._end)
                return row([(fit(none, width), self._style("event--empty"))], width, base)
            return Strip.blank(width, base)
        position = self._position_of(index)
        if position in (self.cursor, self.until):
            base += bar(self.get_component_rich_style("event--cursor"))
        line = self._pages.line(position)
        if line is None:
            self.call_next(self._fetch)
            dots: Cell = (fit(f"{position:,} …", width), self._style("event--position"))
            return row([dots], width, base)
        return row(cells(line, width, self.head, self._style, self._time), width, base)

    def _time(self, stamp: str) -> str:
        return short_time(stamp, self._now(), self._zone)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)

    def _fetch(self) -> None:
        """See to it that what is in sight gets there; one worker at a time fetches, one page at a time."""
        if self._fetched.is_set() and self._read is not None:
            self._fetched.clear()
            self.run_worker(self._fetch_pages(self._read), group="stream", name="event stream")

    async def _fetch_pages(self, read: Read) -> None:
        try:
            await self._load_pages(read)
            while (matches := self._matches) is not None and not matches.is_done(self._end):
                before = await matches.search(read, self._end)
                if matches is self._matches:
                    self._advance(before)
                    await self._load_pages(read)
        finally:
            self._fetched.set()
            self._advance()

    async def _load_pages(self, read: Read) -> None:
        """Load what is in sight, and then what is beside it."""
        while (page := self._next_page()) is not None:
            came = await self._pages.load(page, read)
            if not came:
                return
            if self._matches is None:
                self.refresh_lines(came.start - 1, len(came))
            else:
                self.refresh()

    def _advance(self, before: int = 0) -> None:
        """Let the list end where the log ends: once the new lines are there, so that they are drawn once.

        Args:
            before: How many of the new lines stand before those that were there.
        """
        count = self._count
        if self._shown != count:
            self._shown = count
            self.virtual_size = Size(0, count)
            self._scroll_update(self.virtual_size)
            if before and not self.following:
                self.scroll_to(y=self.scroll_offset.y + before, animate=False)
            self._go_to_end()
            if before or count <= self.size.height:
                self.refresh()
        self._say_where()

    def _next_page(self) -> int | None:
        height, count = self.size.height, self._count
        top = max(0, count - height) if self.following else self.scroll_offset.y
        in_sight = map(self._position_of, range(top, min(top + height, count)))
        return self._pages.next_page(in_sight, self.head, beside=self._matches is None)
