"""What can be done with keys can be done with the mouse, where it is shown; nothing needs the mouse."""

import pytest
from textual.events import MouseScrollDown, MouseScrollUp
from textual.widget import Widget
from textual.widgets import Input, Static

from tests.ui.stage import Stage, on_stage, plain
from tests.ui.test_tabs import bought, turned_to
from tui_ledger.simulation.scenario import load_scenario
from tui_ledger.ui.widgets.dials_panel import DialBoard
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.explain_bar import ExplainBar
from tui_ledger.ui.widgets.filter_prompt import FilterPrompt
from tui_ledger.ui.widgets.header import HeaderLine
from tui_ledger.ui.widgets.help import HelpScreen
from tui_ledger.ui.widgets.inspection import Inspection
from tui_ledger.ui.widgets.pipeline import Pipeline
from tui_ledger.ui.widgets.spending import SpendingPie
from tui_ledger.ui.widgets.statement import StatementTable
from tui_ledger.ui.widgets.view_title import ViewTitle


async def click(stage: Stage, text: str, inside: Widget | None = None) -> None:
    """Click on where `text` stands: in a widget with its frame, or anywhere."""
    region = inside.region if inside is not None else stage.app.screen.region
    for y, line in enumerate(stage.screen_text().splitlines()):
        x = line.find(text, region.x, region.right)
        if x >= 0 and region.y <= y < region.bottom:
            await stage.pilot.click(offset=(x, y))
            break
    else:
        raise AssertionError(f"{text} is not there")
    await stage.controlled()


def title_of(bar: ExplainBar) -> str:
    return plain(bar.border_title)


async def wheel(stage: Stage, widget: Widget, kind: type[MouseScrollUp] | type[MouseScrollDown]) -> None:
    await stage.pilot._post_mouse_events([kind], widget, offset=(3, 3), button=0)
    await stage.tick()


def title(stage: Stage, view: str) -> ViewTitle:
    return stage.app.main.query_one(f"#{view}-title", ViewTitle)


async def test_an_event_is_chosen_where_it_stands_and_opened_by_a_double_click() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "deposit ann 5", "deposit ann 6")
        await stage.tick()
        stream = stage.app.main.query_one(EventStream)
        await stage.pilot.click(EventStream, offset=(5, 0))
        assert stream.following, "the frame is no event"
        await click(stage, "+5.00")
        assert stream.cursor == 2
        await stage.pilot.double_click(EventStream, offset=(5, 3))
        await stage.tick()
        assert isinstance(stage.app.screen, Inspection)


async def test_the_foot_of_the_events_freezes_them_and_lets_them_be_followed() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann")
        await stage.tick()
        stream = stage.app.main.query_one(EventStream)
        await click(stage, "following")
        assert not stream.following
        assert "■ frozen" in stage.screen_text()
        await click(stage, "frozen")
        assert stream.following


@pytest.mark.slow
async def test_a_title_pauses_its_read_model_lets_it_go_on_and_makes_it_late() -> None:
    async with on_stage() as stage:
        await click(stage, "current", title(stage, "statement"))
        assert "‖ paused" in plain(title(stage, "statement").render())
        assert stage.app.main.view == "statement", "the keys are about it now, too"
        await click(stage, "paused", title(stage, "statement"))
        assert "✓ current" in plain(title(stage, "statement").render())
        await click(stage, "+", title(stage, "balances"))
        await click(stage, "+", title(stage, "balances"))
        assert "delay 1 s" in plain(title(stage, "balances").render())
        await click(stage, "-", title(stage, "balances"))
        assert "delay 0.5 s" in plain(title(stage, "balances").render())
        await click(stage, "STATEMENT", title(stage, "statement"))
        assert "✓ current" in plain(title(stage, "statement").render()), "its name only turns to it"


@pytest.mark.parametrize(
    ("part", "focused"), [("COMMAND", "results"), ("EVENT", "stream"), ("READ", "balances")]
)
async def test_a_part_of_the_pipeline_leads_to_its_pane(part: str, focused: str) -> None:
    async with on_stage() as stage:
        await click(stage, part, stage.app.main.query_one(Pipeline))
        assert stage.app.focused is not None
        assert stage.app.focused.id == focused


async def test_the_bus_leads_to_its_dials_and_their_foot_closes_them() -> None:
    async with on_stage() as stage:
        await click(stage, "BUS", stage.app.main.query_one(Pipeline))
        assert isinstance(stage.app.focused, DialBoard)
        await stage.pilot.press("right")
        await click(stage, "all back to normal ·")
        assert not stage.ledger.faults.on
        await click(stage, "Esc closes")
        assert not stage.app.main.has_class("-dials")


async def test_the_header_holds_the_customers_and_leads_to_the_events() -> None:
    async with on_stage(traffic=5.0) as stage:
        header = stage.app.main.query_one(HeaderLine)
        await click(stage, "customers", header)
        assert "on hold" in stage.screen_text()
        await click(stage, "customers", header)
        assert "on hold" not in stage.screen_text()
        await stage.pilot.press("3")
        await click(stage, "head", header)
        assert stage.app.focused is stage.app.main.query_one(EventStream)


@pytest.mark.slow
async def test_frames_lead_to_their_panes_and_to_the_next_read_model() -> None:
    async with on_stage() as stage:
        await click(stage, "Commands")
        assert stage.app.main.shown == "commands"
        await click(stage, "Read models")
        assert stage.app.main.shown == "views"
        await click(stage, "v STATEMENT")
        assert stage.app.main.view == "statement"


async def test_on_a_small_terminal_what_is_not_shown_is_a_click_away() -> None:
    async with on_stage(size=(60, 20)) as stage:
        await click(stage, "3 Read models", stage.app.main.query_one("#hidden", Static))
        assert stage.app.main.shown == "views"


async def test_the_keys_of_the_story_can_be_clicked() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        bar = stage.app.main.query_one(ExplainBar)
        await click(stage, "w wait", bar)
        assert "waiting" in title_of(bar)
        await click(stage, "w go on", bar)
        assert "waiting" not in title_of(bar)
        await click(stage, "Esc skip", bar)
        assert not bar.progress


@pytest.mark.slow
async def test_a_line_of_the_statement_leads_to_its_event() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "deposit ann 5", "deposit ann 6")
        await stage.ledger.settle()
        await stage.tick()
        await click(stage, "+5.00", stage.app.main.query_one(StatementTable))
        assert stage.app.main.query_one(EventStream).cursor == 2


async def test_the_wheel_goes_through_the_years_of_the_pie() -> None:
    async with on_stage() as stage:
        await bought(stage)
        await turned_to(stage, "spending")
        pie = stage.app.main.query_one(SpendingPie)
        last = pie.picture.year
        await wheel(stage, pie, MouseScrollDown)
        assert pie.picture.year == last - 1
        await wheel(stage, pie, MouseScrollUp)
        assert pie.picture.year == last


async def test_the_wheel_over_the_events_lets_go_of_the_end() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", *["deposit ann 1"] * 60)
        await stage.tick()
        stream = stage.app.main.query_one(EventStream)
        await wheel(stage, stream, MouseScrollUp)
        await stage.tick()
        assert not stream.following


@pytest.mark.slow
async def test_windows_are_left_by_a_click_on_what_leaves_them() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        for key, screen, text in (
            ("?", HelpScreen, "Esc closes"),
            ("slash", FilterPrompt, "Esc as before"),
            ("o", None, "Esc: back"),
            ("s", None, "Esc: back"),
        ):
            await stage.pilot.press("question_mark" if key == "?" else key)
            await stage.pilot.pause()
            assert stage.app.screen is not stage.app.main
            assert screen is None or isinstance(stage.app.screen, screen)
            await click(stage, text)
            await stage.pilot.pause()
            assert stage.app.screen is stage.app.main, text


async def test_a_hint_of_explain_does_what_it_says_by_click_and_by_key() -> None:
    async with on_stage(views=("balances", "returns")) as stage:
        await stage.execute("create ann", "deposit ann 100", "buy ann lamp 40 id=lamp", "refund ann lamp")
        await stage.ledger.settle()
        await stage.tick()
        bar = stage.app.main.query_one(ExplainBar)
        await click(stage, "see #4", bar)
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, Inspection)
        await stage.pilot.press("escape")
        await stage.tick()
        assert stage.app.focused is stage.app.main.query_one(EventStream)
        await stage.pilot.press("2", "k")
        await click(stage, "Explain", bar)
        await stage.ledger.settle()
        await stage.tick()
        assert "◑ all but #4" in stage.screen_text()


async def test_a_hint_is_about_the_read_model_that_explain_is_about() -> None:
    async with on_stage() as stage:
        await stage.ledger.worker("spending").pause()
        await stage.execute("create ann")
        await stage.tick()
        assert "SPENDING is paused" in stage.explanation
        await click(stage, "p let it go on")
        await stage.ledger.settle()
        await stage.tick()
        assert "paused" not in stage.explanation
        assert stage.app.main.view == "spending"


@pytest.mark.slow
async def test_the_prompt_for_a_position_is_answered_by_a_click() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "deposit ann 5")
        await stage.tick()
        stage.app.action_steer("seek")
        await stage.pilot.pause()
        stage.app.screen.query_one(Input).value = "1"
        await stage.pilot.pause()
        await click(stage, "Enter: go there")
        await stage.tick()
        assert "as of #1" in plain(title(stage, "balances").render())
