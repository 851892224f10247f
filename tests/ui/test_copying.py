"""What can be taken from the screen, and that nothing is taken by itself."""

import json

import pytest
from textual.geometry import Offset

from tests.ui.stage import Stage, on_stage
from tui_ledger.ui.widgets.balances import BalancesTable
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.explain_bar import ExplainBar


async def drag(stage: Stage, widget: type[ExplainBar | EventStream], start: int, end: int) -> None:
    await stage.pilot.mouse_down(widget, offset=Offset(start, 1))
    await stage.pilot.hover(widget, offset=Offset(end, 1))
    await stage.pilot.mouse_up(widget, offset=Offset(end, 1))
    await stage.pilot.pause()


async def test_y_copies_the_chosen_event_as_json_and_says_which() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "deposit ann 50", "deposit ann 60")
        await stage.tick()
        await stage.pilot.press("up", "up", "y")
        await stage.tick()
        assert json.loads(stage.app.clipboard)["position"] == 2
        assert stage.notices == ["In the clipboard: event #2, as JSON"]


@pytest.mark.slow
async def test_y_copies_nothing_where_there_is_nothing() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("y", "3", "y")
        await stage.tick()
        assert stage.app.clipboard == ""


async def test_y_copies_the_balance_that_is_shown() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "deposit ann 50")
        await stage.advance(1)
        await stage.pilot.press("3")
        assert isinstance(stage.app.focused, BalancesTable)
        await stage.pilot.press("y")
        await stage.tick()
        assert stage.app.clipboard == "50.00"
        assert stage.notices == ["In the clipboard: the balance of ann, 50.00"]


async def test_ctrl_c_copies_what_the_mouse_has_selected_and_quits_when_nothing_is() -> None:
    async with on_stage() as stage:
        await drag(stage, ExplainBar, 2, 9)
        assert stage.app.clipboard == ""  # not by itself
        await stage.pilot.press("ctrl+c")
        await stage.tick()
        assert stage.app.clipboard
        assert stage.app.clipboard in stage.explanation
        assert stage.notices == ["In the clipboard: the text that was selected"]
        assert stage.app.is_running
        await stage.pilot.press("ctrl+c")
        assert stage.app._exit


@pytest.mark.slow
async def test_ctrl_c_copies_what_is_selected_of_a_command() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("colon", *"abc", "shift+left", "shift+left", "ctrl+c")
        assert stage.app.clipboard == "bc"
        assert not stage.app._exit


@pytest.mark.slow
async def test_dragging_over_the_events_selects_nothing() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "deposit ann 50")
        await stage.tick()
        await drag(stage, EventStream, 2, 20)
        assert not stage.app.screen.selections
        assert stage.app.screen.get_selected_text() in (None, "")
