"""The app on a ledger in memory, in time that a test moves, ticking only when it is told to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC
from typing import Any

from textual.content import Content
from textual.pilot import Pilot
from textual.widget import Widget

from tui_ledger.domain.command_language import parse
from tui_ledger.ledger import Ledger
from tui_ledger.ledger_views import BUILT_IN_NAMES
from tui_ledger.query_side.view import View
from tui_ledger.simulation.scenario import Scenario
from tui_ledger.testing import CountingIds, VirtualClock
from tui_ledger.ui.app import LedgerApp
from tui_ledger.ui.look import Look
from tui_ledger.ui.widgets.command_bar import CommandBar, CommandInput
from tui_ledger.ui.widgets.explain_bar import ExplainBar
from tui_ledger.ui.widgets.results import Results


def make_app(
    clock: VirtualClock,
    *,
    scenario: Scenario | None = None,
    traffic: float | None = None,
    name: str = "test-ledger",
    views: Sequence[str | View] = BUILT_IN_NAMES,
    look: Look | None = None,
) -> LedgerApp:
    """An app that does nothing by itself, on a ledger with the views of the scenario."""
    views = scenario.views if scenario is not None and scenario.views else views
    return LedgerApp(
        lambda: Ledger.in_memory(clock=clock, new_id=CountingIds(), views=views),
        name=name,
        clock=clock,
        scenario=scenario,
        traffic=traffic,
        ticking=False,
        zone=UTC,
        look=look,
    )


class Stage:
    """The app with what a test does to it."""

    def __init__(self, app: LedgerApp, pilot: Pilot[None], clock: VirtualClock) -> None:
        self.app = app
        self.pilot = pilot
        self.clock = clock
        self.notices: list[str] = []
        """What was said in the corner, however long ago."""
        notify = app.notify

        def noted(message: str, **options: Any) -> None:
            self.notices.append(message)
            notify(message, **options)

        app.notify = noted  # type: ignore[method-assign]

    @property
    def ledger(self) -> Ledger:
        assert self.app.ledger is not None
        return self.app.ledger

    @property
    def explanation(self) -> str:
        """What Explain says, in one line."""
        return str(self.app.screen.query_one(ExplainBar).render()).replace("\n", " ")

    async def tick(self) -> None:
        """Draw what is so now."""
        await self.clock.advance(0)
        await self.app.tick()
        await self.pilot.pause()

    async def advance(self, seconds: float) -> None:
        """Let time pass, and draw."""
        await self.clock.advance(seconds)
        await self.tick()

    async def pass_time(self, seconds: float) -> None:
        """Let time pass in ticks, as it does on a real screen, without waiting for what is drawn."""
        for _ in range(round(seconds * 10)):
            await self.clock.advance(0.1)
            await self.app.tick()

    async def execute(self, *lines: str) -> None:
        """Have the ledger execute commands, past the screen."""
        for line in lines:
            await self.ledger.execute(parse(line))

    async def type(self, line: str) -> None:
        """Type a command into the bar and send it."""
        bar = self.app.screen.query_one(CommandInput)
        if not bar.has_focus:
            await self.pilot.press("colon")
        bar.value = line
        await self.pilot.press("enter")
        if not bar.value:  # it was understood
            await self.answered(line)
        await self.tick()

    async def insert(self, text: str) -> None:
        """Put text into the bar, where the cursor is."""
        self.app.screen.query_one(CommandInput).insert_text_at_cursor(text)
        await self.pilot.pause()

    async def send(self, line: str) -> None:
        """Send a command as the bar does."""
        self.app.screen.query_one(CommandBar).post_message(CommandBar.Sent(line))
        await self.answered(line)
        await self.tick()

    async def start_over(self) -> None:
        """Have the story begin again, and wait until it does."""
        before = self.ledger
        await self.pilot.press("o")
        await self.pilot.press("enter")
        for _ in range(1000):
            await self.pilot.pause()
            await self.clock.advance(0)
            if self.app.ledger not in (None, before):
                return await self.tick()
        raise AssertionError("it did not start over")

    async def answered(self, line: str) -> None:
        """Wait until the newest answer is the one to `line`: it takes its way through several queues."""
        results = self.app.screen.query_one(Results)
        for _ in range(10_000):
            newest = results.entries[0] if results.entries else None
            if newest is not None and newest.line == line and newest.state != "pending":
                return
            await asyncio.sleep(0.001)
        raise AssertionError(f"no answer to {line!r}")

    async def controlled(self) -> None:
        """Wait until what was begun with keys or the mouse to what runs is done, and draw."""
        begun = [worker for worker in self.app.workers if worker.group == "controls"]
        if begun:
            await self.app.workers.wait_for_complete(begun)
        await self.tick()

    def line(self, widget: Widget, y: int) -> str:
        """A line of a widget as it is drawn."""
        return widget.render_line(y).text.rstrip()

    def screen_text(self) -> str:
        """All that is on the screen."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        assert len(strips) == height
        assert all(strip.cell_length == width for strip in strips)
        return "\n".join(strip.text for strip in strips)


@asynccontextmanager
async def on_stage(
    *,
    size: tuple[int, int] = (120, 40),
    scenario: Scenario | None = None,
    traffic: float | None = None,
    name: str = "test-ledger",
    views: Sequence[str | View] = BUILT_IN_NAMES,
    look: Look | None = None,
) -> AsyncIterator[Stage]:
    """A stage that has opened its ledger and drawn once."""
    clock = VirtualClock()
    app = make_app(clock, scenario=scenario, traffic=traffic, name=name, views=views, look=look)
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        stage = Stage(app, pilot, clock)
        await stage.tick()
        yield stage


def plain(content: object) -> str:
    """The text of a border title or of what a widget renders."""
    return content.plain if isinstance(content, Content) else str(content)
