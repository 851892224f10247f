"""The answers lead on, with the keyboard: to their events, to journeys, and back into the bar."""

import pytest

from tests.ui.stage import on_stage
from tui_ledger.ui.widgets.command_bar import CommandInput
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.inspection import Inspection
from tui_ledger.ui.widgets.results import Results


async def test_enter_goes_to_the_event_of_the_chosen_answer() -> None:
    async with on_stage() as stage:
        for line in ("create ann", "deposit ann 50", "deposit ann 60"):
            await stage.type(line)
        await stage.pilot.press("escape", "1", "down", "enter")
        stream = stage.app.main.query_one(EventStream)
        assert stream.has_focus
        assert stream.cursor == 2


@pytest.mark.slow
async def test_the_newest_answer_is_chosen_until_somebody_chooses_and_then_it_stays() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        await stage.type("deposit ann 50")
        results = stage.app.main.query_one(Results)
        await stage.pilot.press("escape", "1", "down")
        await stage.type("deposit ann 60")
        assert results.chosen is results.entries[2]
        await stage.pilot.press("escape", "1", "enter")
        assert stage.app.main.query_one(EventStream).cursor == 1


async def test_enter_on_a_refused_answer_puts_its_line_back_to_be_put_right() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        await stage.type("withdraw ann 900")
        await stage.pilot.press("escape", "1", "enter")
        bar = stage.app.main.query_one(CommandInput)
        assert bar.has_focus
        assert bar.value == "withdraw ann 900"
        assert bar.cursor_position == len(bar.value)


async def test_e_puts_any_line_back_and_what_was_half_typed_is_in_the_history() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        await stage.insert("deposit an")
        await stage.pilot.press("escape", "1", "e")
        bar = stage.app.main.query_one(CommandInput)
        assert bar.value == "create ann"
        await stage.pilot.press("up")
        assert bar.value == "deposit an"


@pytest.mark.slow
async def test_t_shows_the_journey_of_the_chosen_answer_and_of_a_refused_one_there_is_none() -> None:
    async with on_stage() as stage:
        await stage.type("withdraw ann 900")
        await stage.pilot.press("escape", "1", "t")
        assert stage.app.screen is stage.app.main
        await stage.type("create ann")
        await stage.pilot.press("escape", "1", "t")
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, Inspection)


@pytest.mark.slow
async def test_a_click_chooses_an_answer_and_a_second_one_goes_to_its_event() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        await stage.type("deposit ann 50")
        results = stage.app.main.query_one(Results)
        await stage.pilot.click(Results, offset=(4, 2))
        assert results.chosen is results.entries[1]
        await stage.pilot.click(Results, offset=(4, 2), times=2)
        await stage.pilot.pause()
        assert stage.app.main.query_one(EventStream).cursor == 1


async def test_the_keys_do_nothing_while_there_is_no_answer() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("escape", "1", "up", "down", "enter", "t", "e")
        assert stage.app.crash is None
        assert stage.app.main.query_one(Results).has_focus


async def test_on_a_small_screen_the_newest_answer_is_in_sight() -> None:
    async with on_stage(size=(80, 24)) as stage:
        await stage.type("create ann")
        await stage.type("deposit ann 50")
        assert "✓ deposit ann 50" in stage.screen_text()
