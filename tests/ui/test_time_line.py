"""The time line: its handle, its marks, and the mouse."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.geometry import Size

from tests.ui.stage import Stage, on_stage, plain
from tests.ui.travelling import HISTORY, banner, moved, positions, time_line
from tui_ledger.ui.time_marks import Mark, marks
from tui_ledger.ui.widgets.time_line import PAGES, TimeLine


async def fill(stage: Stage, count: int) -> None:
    await stage.execute("create ann", *["deposit ann 1"] * (count - 1))
    await stage.advance(0.1)


async def at_cell(stage: Stage, cell: int, *, what: str = "click") -> None:
    """Do something with the mouse at a cell of the line."""
    offset = (time_line(stage).track.left + cell, 0)
    match what:
        case "down":
            await stage.pilot.mouse_down(TimeLine, offset)
        case "up":
            await stage.pilot.mouse_up(TimeLine, offset)
        case "hover":
            await stage.pilot.hover(TimeLine, offset)
        case _:
            await stage.pilot.click(TimeLine, offset)


async def test_the_handle_is_at_the_end_however_far_the_log_grows() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        assert plain(time_line(stage).render()).strip().startswith("Time  #1 ├━")
        assert "●┤ #6  now" in plain(time_line(stage).render())
        await stage.execute("create cy")
        await stage.advance(0.1)
        assert "●┤ #7  now" in plain(time_line(stage).render())
        await moved(stage, "4", "left")
        assert "#7  #6 · 00:00:00" in plain(time_line(stage).render())


async def test_keys_go_by_an_event_by_a_page_and_to_both_ends() -> None:
    async with on_stage() as stage:
        await fill(stage, 100)
        at = []
        keys = (
            "left",
            "left",
            "right",
            "pageup",
            "shift+left",
            "pagedown",
            "home",
            "left",
            "shift+right",
            "end",
        )
        await stage.pilot.press("4")
        for key in keys:
            await stage.pilot.press(key)
            at.append(time_line(stage).at)
        page = 100 // PAGES
        assert at == [99, 98, 99, 99 - page, 99 - 2 * page, 99 - page, 1, 1, 1 + page, None]


@pytest.mark.slow
@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20)])
async def test_the_mouse_clicks_and_drags_through_time(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as stage:
        await fill(stage, 100)
        last = time_line(stage).track.cells - 1
        await at_cell(stage, 0)
        await stage.advance(0.1)
        assert positions(stage) == ["1"]
        await at_cell(stage, last // 2, what="down")
        middle = time_line(stage).at
        assert middle is not None
        assert abs(middle - 50) < 5
        await at_cell(stage, last // 4, what="hover")
        assert (time_line(stage).at or 0) < middle
        await at_cell(stage, last + 3, what="hover")
        await at_cell(stage, last + 3, what="up")
        await stage.advance(0.1)
        assert "LIVE" in banner(stage)
        await at_cell(stage, last // 3, what="hover")
        assert time_line(stage).at is None, "the button is up"
        await stage.pilot.click(TimeLine, (1, 0))
        assert stage.app.focused is time_line(stage)
        assert time_line(stage).at is None, "its name is not a moment"


class Sized(TimeLine):
    """A time line that is on no screen."""

    width = 80

    @property
    def size(self) -> Size:
        return Size(self.width, 1)


@given(head=st.integers(0, 3_000_000), width=st.integers(1, 200), back=st.integers(0, 3_000_000))
@settings(max_examples=60, deadline=None)
def test_it_takes_its_row_and_no_more_and_only_now_is_at_the_end(head: int, width: int, back: int) -> None:
    line = Sized()
    line.width = width
    line.set_reactive(TimeLine.head, head)
    line.set_reactive(TimeLine.marks, marks({1: datetime(2026, 1, 1, tzinfo=UTC)}))
    if back < head - 1:
        line.set_reactive(TimeLine.at, head - 1 - back)
    assert line.render().cell_length <= max(width, 3)
    cells = line.track.cells
    assert 0 <= line.cell_of(line.at) < cells
    if cells > 1 and head > 1:
        assert (line.cell_of(line.at) == cells - 1) == (line.at is None)
        for cell in (0, cells // 2, cells - 1):
            position = line._position_at(line.track.left + cell)
            assert 1 <= position <= head


DAY = datetime(2024, 3, 1, 12, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(days=3650), "2024"),
        (timedelta(days=200), "2024-03"),
        (timedelta(days=5), "03-01"),
        (timedelta(hours=3), "12:30"),
        (timedelta(minutes=2), "12:30:15"),
    ],
)
def test_a_mark_is_as_fine_as_the_whole_time_makes_it_worth_while(span: timedelta, text: str) -> None:
    assert marks({1: DAY, 50: DAY + span})[0] == Mark(1, text)
    assert marks({}) == ()


def test_marks_stand_where_there_is_room_and_never_under_the_handle() -> None:
    line = Sized()
    line.width = 120
    line.set_reactive(TimeLine.head, 1000)
    times = {n: datetime(2016 + n // 100, 1, 1, tzinfo=UTC) for n in range(1, 1000, 80)}
    line.set_reactive(TimeLine.marks, marks(times))
    years = re.findall("20..", plain(line.render()))
    assert len(years) >= 5
    assert years == sorted(set(years))
    for position in range(1, 1000, 7):
        line.set_reactive(TimeLine.at, position)
        assert plain(line.render()).count("●") == 1
