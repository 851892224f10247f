"""From a ledger to the widgets: what one tick reads, and where it goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import msgspec

from tui_ledger.clock import GLANCE, next_beat
from tui_ledger.content import Sentence
from tui_ledger.errors import LedgerError
from tui_ledger.timeline import Timeline
from tui_ledger.ui.board import board
from tui_ledger.ui.dials import fault_of
from tui_ledger.ui.explain import explain
from tui_ledger.ui.lag_history import LagHistory
from tui_ledger.ui.rate import Rate
from tui_ledger.ui.scene import Picture, Scene, unread
from tui_ledger.ui.time_marks import TimeMarks
from tui_ledger.ui.travel import Overtaken, Travel
from tui_ledger.ui.widgets.balances import BalancesTable
from tui_ledger.ui.widgets.command_bar import CommandBar
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.explain_bar import ExplainBar
from tui_ledger.ui.widgets.header import HeaderLine, HeaderState
from tui_ledger.ui.widgets.listing import ListingTable
from tui_ledger.ui.widgets.pipeline import Flow, Pipeline
from tui_ledger.ui.widgets.spending import SpendingPie
from tui_ledger.ui.widgets.statement import StatementTable
from tui_ledger.ui.widgets.time_line import TimeLine
from tui_ledger.ui.widgets.view_strip import ViewStrip
from tui_ledger.ui.widgets.view_title import ViewTitle

if TYPE_CHECKING:
    from tui_ledger.clock import Clock
    from tui_ledger.event_store.port import StoredEvent
    from tui_ledger.ledger import Ledger
    from tui_ledger.query_side.status import ViewStatus
    from tui_ledger.snapshot import Snapshot
    from tui_ledger.ui.feed import Feed
    from tui_ledger.ui.main_screen import MainScreen
    from tui_ledger.ui.scene import Moment

TOGETHER: Final = 0.05
"""How long a frame waits at most for what is read for it, in seconds."""

BUSY: Final = 100.0
"""Events a second from which on it is enough to look half as often."""


class Drawing:
    """Reads a ledger and assigns reactives; nothing is ever pushed at a widget.

    Attributes:
        scene: What the screen knows now.
        snapshot: The last one that was drawn; None before the ledger is open.
        values: What commands can be completed with, by field.
        drawn: When the list of events came to show which position.
        travel: Which moment is wanted, and which one is shown.
    """

    def __init__(self, screen: MainScreen, name: str, clock: Clock) -> None:
        self._screen = screen
        self._clock = clock
        self._ledger: Ledger | None = None
        self._feed: Feed | None = None
        self._marks: TimeMarks | None = None
        self._rate = Rate()
        self._lags = LagHistory()
        self._idle = asyncio.Event()  # no picture is being read
        self._idle.set()
        self._outdated = False
        self._shown = 0
        self._troubles: dict[str, str] = {}
        self.scene = Scene(name=name)
        self.snapshot: Snapshot | None = None
        self.values: dict[str, Sequence[str]] = {}
        self.drawn = Timeline(clock)
        self.travel = Travel(clock)

    @property
    def unhurried(self) -> bool:
        """Whether it is enough to look half as often: nothing happens, or more than anybody can read."""
        rests = self.scene.opened and not self.scene.rate and not any(view.lag for view in self.scene.views)
        return rests or self.scene.rate > BUSY

    def connect(self, ledger: Ledger, feed: Feed) -> None:
        """What to draw."""
        self._ledger, self._feed = ledger, feed
        self._marks = TimeMarks(ledger, self._screen.zone)
        self.drawn.begin(ledger.snapshot().head)
        self._screen.query_one(EventStream).connect(self._read_events)

    def disconnect(self) -> None:
        """Draw nothing more: the ledger is about to close."""
        self._ledger = self._feed = None

    async def settled(self) -> None:
        """Return when all that was asked for is drawn."""
        await self._idle.wait()
        await self._screen.query_one(EventStream).settled()

    async def follow(self, sample: Callable[[], None]) -> None:
        """Tick whenever all else looks, too, so that the processor wakes up once; until this is cancelled."""
        while True:
            await next_beat(self._clock, 2 * GLANCE if self.unhurried else GLANCE)
            await self.tick(sample, within=TOGETHER)

    async def tick(self, sample: Callable[[], None], *, within: float | None = None) -> None:
        """Have `sample` called, and what comes of it drawn in one frame.

        Args:
            sample: Looks at the ledger.
            within: How many seconds the frame waits at most for what is read for it.
        """
        app, before = self._screen.app, self.scene
        sample()
        if reading := not self._idle.is_set():
            with app.batch_update(), suppress(TimeoutError):
                async with asyncio.timeout(within):
                    await self.settled()
        if self._shown != self.scene.head:
            self._shown = self.scene.head
            self._screen.call_after_refresh(self.drawn.reach, self._shown)
        if not reading:  # nothing was held up, so that nobody has to be told to go on
            return
        if self._screen is app.screen or self.scene is not before:
            self._screen.check_idle()  # behind a window, that draws the whole of it anew
        app.screen.check_idle()

    def sample(self, customers: Sentence | None) -> None:
        """Look at the ledger once, and hand what changed to the widgets.

        Args:
            customers: What to say of the simulated ones, if there are any.
        """
        if self._ledger is None or not self._screen.is_mounted:
            return
        before, snapshot = self.snapshot, self._ledger.snapshot()
        self.snapshot = snapshot
        if before is None or snapshot.transfers.trouble is not before.transfers.trouble:
            self.trouble("transfers", snapshot.transfers.trouble)
        if before is None or snapshot.trouble is not before.trouble:
            self.trouble("views", snapshot.trouble)
        rate = round(self._rate.at(self._clock.monotonic(), snapshot.head), 1)
        state = "trouble" if self._troubles else "live"
        header = HeaderState(state, snapshot.head, rate, customers, self.travel.shown)
        self._screen.query_one(HeaderLine).state = header
        self._screen.query_one(TimeLine).head = snapshot.head
        self._screen.query_one(BalancesTable).unlight()
        self._screen.query_one(Pipeline).move()
        if before is None or _positions(snapshot) != _positions(before):
            self._screen.query_one(EventStream).head = snapshot.head
            applied = min((view.checkpoint for view in snapshot.views), default=snapshot.head)
            self._screen.query_one(Pipeline).flow = Flow(snapshot.head, applied)
            self.read_views()
        self._screen.query_one(Pipeline).fault = fault_of(self._ledger.faults)
        moved = self._lags.note(self._clock.monotonic(), snapshot.views)
        if before is None or moved or snapshot.views != before.views:
            self._show_views(snapshot.views)
        self.note(opened=True, head=snapshot.head, views=snapshot.views, rate=rate)
        self._go_on()

    def _show_views(self, views: tuple[ViewStatus, ...]) -> None:
        """Say how each read model is."""
        known = {view.view: view for view in views}
        self._screen.offer(tuple(known))
        self._screen.query_one(ViewStrip).views = views
        for title in self._screen.query(ViewTitle):
            title.status = known.get(title.view, "off")
            title.lags = self._lags.bars(title.view)

    def note(self, **changes: Any) -> None:
        """Put down what has changed, and say what there is to say now; without changes, say it anew."""
        changed = any(getattr(self.scene, name) != value for name, value in changes.items())
        if changed:
            self.scene = msgspec.structs.replace(self.scene, **changes)
        if changed or not changes:
            self._screen.query_one(ExplainBar).sentence = explain(self.scene)
        if self._screen.large is not None:
            self._screen.large.board = board(self.scene, self._screen.view)

    def trouble(self, source: str, error: LedgerError | None) -> None:
        """Say what `source` cannot do at the moment, or that it can again."""
        if error is None:
            self._troubles.pop(source, None)
        else:
            self._troubles[source] = str(error)
        self.note(trouble=next(iter(self._troubles.values()), None))

    def choose(self, wallet: str) -> None:
        """Have the statement be of `wallet`."""
        if self._feed is not None and self._feed.wallet != wallet:
            self._feed.wallet = wallet
            self.read_views()

    def turn(self, year: int, currency: str) -> None:
        """Have the pie be of that year and currency."""
        if self._feed is not None:
            self._feed.shelf.year, self._feed.shelf.currency = year, currency
            self.read_views()

    def go(self, position: int | None) -> None:
        """View the moment after the event at `position`: the last one, and beyond, is now, as is None."""
        head = self.snapshot.head if self.snapshot else 0
        self.travel.want(None if position is None or position >= head else max(1, position))
        self._go_on()

    def _go_on(self) -> None:
        """Read the moment that is wanted, if that is due, or say that it takes long."""
        if self.travel.is_due:
            self.read_views()
        delayed = self.travel.delayed
        if delayed is not None and delayed != self.travel.shown and self._feed is not None:
            self._show(unread(delayed, wallet=self._feed.wallet), self._feed)

    def turned(self) -> None:
        """Say of the read models that may have come into sight how they are, and read them."""
        if self.snapshot is not None:
            self._show_views(self.snapshot.views)
        self.read_views()

    def read_views(self) -> None:
        """Have the read models read: now, or once more when the reading under way is done.

        Nothing queues up, and the last picture is never older than the last wish.
        """
        self._outdated = True
        if self._idle.is_set() and self._feed is not None:
            self._idle.clear()
            self._screen.run_worker(self._read_pictures(self._feed), group="feed", name="read models")

    async def _read_pictures(self, feed: Feed) -> None:
        try:
            while self._outdated:
                self._outdated = False
                await self._read_picture(feed)
            self.trouble("views", None)
        except LedgerError as error:
            self.trouble("views", error)
        finally:
            self._idle.set()

    async def _read_picture(self, feed: Feed) -> None:
        """Read the moment that is wanted, unless another is wanted meanwhile."""
        head = self.snapshot.head if self.snapshot else 0
        if self._marks is not None:
            self._screen.query_one(TimeLine).marks = await self._marks.read(head)
        as_of = self.travel.begin()
        try:
            picture = await feed.read(head, as_of, self.travel.progress)
        except Overtaken:
            self._outdated = True
            return
        if (as_of is None) == (self.travel.wanted is None):
            self._show(picture, feed)

    def _show_moment(self, moment: Moment | None) -> None:
        """Have every widget say what it is about, at once with what it then shows."""
        self.travel.show(moment)
        header = self._screen.query_one(HeaderLine)
        header.state = header.state._replace(moment=moment)
        self._screen.set_class(moment is not None, "-past")
        self._screen.query_one(TimeLine).moment = moment
        self._screen.query_one(EventStream).until = moment.position if moment else None
        self._screen.query_one(BalancesTable).past = moment is not None
        self._screen.query_one(StatementTable).past = moment is not None
        self._screen.query_one(ViewStrip).past = moment is not None
        for title in self._screen.query(ViewTitle):
            title.moment = moment

    def _show(self, picture: Picture, feed: Feed) -> None:
        self._show_moment(picture.moment)
        for title in self._screen.query(ViewTitle):
            title.failure = picture.failures.get(title.view, "")
        table, statement = self._screen.query_one(BalancesTable), self._screen.query_one(StatementTable)
        table.unread, statement.unread = "balances" not in picture.read, "statement" not in picture.read
        table.more, table.rows, table.chosen = picture.more, picture.balances, picture.wallet
        statement.subject, statement.rows = picture.wallet, picture.statement
        self._screen.query_one("#statement-title", ViewTitle).subject = picture.wallet
        self._screen.query_one(SpendingPie).picture = picture.spending
        self._screen.query_one("#top_items", ListingTable).listing = picture.top_items
        self._screen.query_one("#books", ListingTable).listing = picture.books
        self._screen.query_one("#own", ListingTable).listing = picture.own
        self._screen.query_one(CommandBar).suggest(picture.wallet)
        self.values["wallet"] = self.values["to"] = tuple(one.wallet for one in picture.balances)
        self.values["item"] = feed.items
        self.note(picture=picture)

    async def _read_events(self, after: int, limit: int) -> Sequence[StoredEvent]:
        if self._ledger is None:
            return []
        try:
            events = await self._ledger.read(after, limit)
        except LedgerError as error:
            self.trouble("events", error)
            return []
        self.trouble("events", None)
        return events


def _positions(snapshot: Snapshot) -> tuple[int, ...]:
    return (snapshot.head, *(view.checkpoint for view in snapshot.views))
