"""What is drawn, and what is not: counted, so that it is the same on any machine."""

import subprocess
import sys

from tests.ui.frames import watched
from tests.ui.stage import Stage, make_app, on_stage
from tui_ledger.clock import GLANCE
from tui_ledger.content import Sentence
from tui_ledger.query_side import lease
from tui_ledger.testing import VirtualClock
from tui_ledger.ui.drawing import BUSY, Drawing
from tui_ledger.ui.lag_history import BUCKET, KEPT
from tui_ledger.ui.widgets.balances import BalancesTable
from tui_ledger.ui.widgets.pipeline import HOP, Pipeline


async def opened(stage: Stage, events: int) -> None:
    """Have a log, and nothing on the screen that still moves."""
    await stage.execute("create ann", "create bob", *("deposit ann 1" for _ in range(events - 4)))
    await stage.tick()
    await stage.execute("deposit ann 1", "deposit bob 1")  # when everything has its place
    await stage.pass_time(BUCKET * KEPT + 4)
    await stage.tick()


async def test_nothing_is_drawn_while_nothing_happens() -> None:
    async with on_stage() as stage:
        await opened(stage, 100)
        with watched() as frames:
            await stage.pass_time(3)
            await stage.pilot.pause()
        assert (frames.count, frames.layouts, frames.styled) == (0, 0, 0)


async def test_what_comes_of_an_event_is_drawn_in_one_frame_that_lays_nothing_out() -> None:
    async with on_stage() as stage:
        await opened(stage, 100)
        await stage.execute("deposit ann 5")
        await stage.clock.advance(0)
        with watched() as frames:
            await stage.tick()
        assert (frames.count, frames.layouts, frames.styled) == (1, 0, 0)


async def test_only_the_lines_are_drawn_in_which_something_changed() -> None:
    async with on_stage() as stage:
        await opened(stage, 100)
        balances = stage.app.main.query_one(BalancesTable)
        await stage.execute("deposit bob 5")
        await stage.clock.advance(0)
        with watched() as frames:
            await stage.tick()
        assert frames.rows_in(balances.content_region) == [balances.content_region.y + 2]  # bob's


async def test_however_many_events_come_at_once_they_are_one_frame() -> None:
    async with on_stage() as stage:
        await opened(stage, 100)
        await stage.execute(*("deposit ann 1" for _ in range(60)))
        await stage.clock.advance(0)
        with watched() as frames:
            await stage.tick()
        assert (frames.count, frames.layouts, frames.styled) == (1, 0, 0)


async def test_a_log_that_grows_for_long_is_never_laid_out_nor_styled() -> None:
    async with on_stage() as stage:
        await opened(stage, 100)
        with watched() as frames:
            for number in range(10):
                await stage.execute(f"deposit {'ann' if number % 2 else 'bob'} {number + 1}")
                await stage.advance(GLANCE)
        assert (frames.layouts, frames.styled) == (0, 0)
        assert frames.count <= 2 * 10  # what was lit goes out as well


async def test_while_nothing_happens_or_more_than_anybody_can_read_the_screen_looks_half_as_often() -> None:
    looks: list[float] = []
    clock = VirtualClock()

    class Looking(Drawing):
        def sample(self, customers: Sentence | None) -> None:
            looks.append(clock.monotonic())
            super().sample(customers)

    app = make_app(clock)
    app._ticking = True
    app.animation_level = "none"
    app.drawing.__class__ = Looking
    async with app.run_test(size=(80, 24)):
        await app._connected.wait()

        async def looks_in(seconds: float) -> int:
            looks.clear()
            for _ in range(round(seconds / GLANCE * 4)):
                await clock.advance(GLANCE / 4)
                await app.drawing.settled()
            return len(looks)

        for rate, looks_often in ((0.0, False), (1.0, True), (BUSY + 1, False)):
            app.drawing._rate.at = lambda now, head, rate=rate: rate  # type: ignore[method-assign, misc]
            await looks_in(4 * GLANCE)
            assert app.drawing.unhurried is not looks_often
            count = await looks_in(20 * GLANCE)
            assert 19 <= count <= 21 if looks_often else 9 <= count <= 11


async def test_the_dots_move_by_one_row_a_tick_and_stand_still_once_everything_has_arrived() -> None:
    async with on_stage() as stage:
        await opened(stage, 10)
        stage.app.animation_level = "full"
        pipeline = stage.app.main.query_one(Pipeline)
        await stage.execute("deposit ann 5")
        await stage.tick()
        assert "●" in stage.line(pipeline, 0)
        with watched() as frames:
            await stage.advance(GLANCE)
        assert frames.rows_in(pipeline.region) == [pipeline.content_region.y]
        await stage.advance(2 * HOP)
        assert "●" not in stage.line(pipeline, 0)
        await stage.pass_time(BUCKET * KEPT + 4)
        await stage.tick()
        with watched() as frames:
            await stage.pass_time(1)
            await stage.pilot.pause()
        assert frames.count == 0


def test_all_that_looks_now_and_then_does_so_at_the_same_moments() -> None:
    assert GLANCE < 0.1  # what other processes do is noticed within 100 ms
    assert round(lease.BEAT / GLANCE, 9) == round(lease.BEAT / GLANCE)
    assert lease.BEAT < lease.EXPIRY / 2


_BEFORE = """
import sys
from tui_ledger.cli import entry, opening
from tui_ledger.ui import app, run

class App(app.LedgerApp):
    def on_main_screen_painted(self, message):
        message.prevent_default()  # which would open the ledger
        print(*sorted(name for name in sys.modules if name.startswith("tui_ledger.")))
        print(*sorted({"pydantic", "aiosqlite", "sqlite3", "importlib.metadata"} & set(sys.modules)))
        self.exit()

    async def run_async(self):
        return await super().run_async(headless=True, size=(120, 40))

run.LedgerApp = App
opening._check_terminal = lambda: None
sys.exit(opening.open_story(None, lang="en"))
"""
"""Opens the app as `tui-ledger` does, and says what is imported when the first frame is painted."""


def test_before_the_first_frame_nothing_is_imported_that_it_does_not_show() -> None:
    done = subprocess.run([sys.executable, "-c", _BEFORE], capture_output=True, text=True, check=True)
    ours, others = done.stdout.split("\n")[:2]
    names = ours.split()
    packages = {name.split(".")[1] for name in names}
    assert others == ""
    assert packages == {
        "cli",
        "clock",
        "content",
        "domain",
        "errors",
        "event_store",
        "file_replacement",
        "nearest",
        "safe_text",
        "timeline",
        "ui",
    }
    assert {name for name in names if name.startswith(("tui_ledger.domain.", "tui_ledger.event_store."))} == {
        "tui_ledger.domain.events",
        "tui_ledger.domain.mistakes",
        "tui_ledger.domain.money",
        "tui_ledger.event_store.port",
        "tui_ledger.event_store.upcasting",
    }
