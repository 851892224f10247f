"""Looking at one event: what the windows show, and how one leads to the next."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui_ledger.content import Sentence
from tui_ledger.errors import LedgerError
from tui_ledger.safe_text import safe_text
from tui_ledger.ui import event_picture, journey_picture
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.inspection import Inspection

if TYPE_CHECKING:
    from tui_ledger.ledger import Ledger
    from tui_ledger.ui.drawing import Drawing
    from tui_ledger.ui.main_screen import MainScreen


class Inspecting:
    """Opens a window on an event of `ledger`, and goes on as long as somebody wants to see another one.

    Args:
        ledger: The ledger.
        screen: Where the list of events is; the event that was seen last is chosen there.
        drawing: Knows when the list showed what, and is told what cannot be read.
    """

    def __init__(self, ledger: Ledger, screen: MainScreen, drawing: Drawing) -> None:
        self._ledger = ledger
        self._screen = screen
        self._drawing = drawing

    async def inspect(self, position: int, what: str) -> None:
        """Show the event at `position` (`event`), or its journey (`trace`)."""
        try:
            await self._inspect(position, what)
        except LedgerError as error:
            self._drawing.trouble("inspect", error)
        else:
            self._drawing.trouble("inspect", None)

    async def text(self, position: int) -> str | None:
        """The event at `position` as JSON; None if it cannot be read."""
        try:
            events = await self._ledger.read(position - 1, 1)
        except LedgerError as error:
            self._drawing.trouble("inspect", error)
            return None
        return event_picture.as_text(events[0]) if events else None

    async def _inspect(self, position: int, what: str) -> None:
        while what:
            shown = await self._window(position, what)
            to = await self._screen.app.push_screen_wait(shown)
            if to in ("before", "behind"):
                stream = self._screen.query_one(EventStream)
                position = stream.neighbour(position, -1 if to == "before" else 1)
                to = what
            what = to
        self._screen.query_one(EventStream).show(position)

    async def _window(self, position: int, what: str) -> Inspection:
        journey = await self._ledger.trace(position)
        if what == "trace":
            timings = {}
            for step in journey.steps:
                last = step.events[-1].position
                hops = self._ledger.hops(last)
                timings[step.events[0].position] = journey_picture.Timing(
                    hops, self._drawing.drawn.when(last)
                )
            draw = partial(journey_picture.picture, journey, timings)
            return Inspection(Sentence("screen.trace.title", {"position": f"{position:,}"}), draw)
        event = next(one for one in journey.events if one.position == position)
        title = Sentence("screen.event.title", {"position": f"{position:,}", "type": safe_text(event.type)})
        draw = partial(event_picture.picture, event, journey)
        return Inspection(title, lambda _: draw(), event_picture.as_text(event))
