"""The panel with the dials: one turns while one watches, and each turn is a line of the scenario language."""

import pytest
from textual.events import MouseScrollUp

from tests.ui.stage import Stage, on_stage, plain
from tui_ledger.simulation.scenario import load_scenario
from tui_ledger.ui.widgets.dials_panel import DialBoard
from tui_ledger.ui.widgets.pipeline import Pipeline
from tui_ledger.ui.widgets.prose import Prose


async def press(stage: Stage, *keys: str) -> None:
    for key in keys:
        await stage.pilot.press(key)
    await stage.controlled()


def board(stage: Stage) -> DialBoard:
    return stage.app.main.query_one(DialBoard)


def lines(stage: Stage) -> list[str]:
    return plain(board(stage).render()).splitlines()


def line(stage: Stage, beginning: str) -> str:
    """The line of the panel that begins so, without what marks it as chosen."""
    found = (one.removeprefix("▸").strip() for one in lines(stage))
    return next(one for one in found if one.startswith(beginning))


def strip(stage: Stage) -> str:
    return plain(stage.app.main.query_one(Pipeline).render())


def recorded(stage: Stage) -> list[str]:
    """What a saved session would have of what was done by hand."""
    session = stage.app._session
    assert session is not None
    return [moment.line for moment in session._moments]


@pytest.mark.slow
async def test_the_panel_leaves_events_and_read_models_in_sight_and_b_or_escape_closes_it() -> None:
    for size in ((120, 40), (80, 24)):
        async with on_stage(size=size) as stage:
            await press(stage, "b")
            text = stage.screen_text()
            assert "⚠" not in text
            for word in ("2 Events", "3 Read models", "BALANCES", "reorder", "READ MODELS"):
                assert word in text
            assert stage.app.focused is board(stage)
            await press(stage, "escape")
            assert not board(stage).display or not stage.app.main.has_class("-dials")
            assert stage.app.focused is not None
            assert stage.app.focused.id == "stream", "the keys are where they were"
            await press(stage, "b", "b")
            assert not stage.app.main.has_class("-dials")


async def test_a_dial_that_is_turned_acts_at_once_and_the_strip_and_the_panel_say_so() -> None:
    async with on_stage() as stage:
        await press(stage, "b", "down", "down", "down", "right", "right")
        assert stage.ledger.faults.drop == 0.1
        assert line(stage, "drop").endswith("⚠ 10 % lost")
        assert line(stage, "BUS").endswith("⚠ 1 off rest")
        assert "BUS ⚠ drops 10 %" in strip(stage)
        await press(stage, "0")
        assert stage.ledger.faults.drop == 0
        assert line(stage, "BUS").endswith("✓ at rest")
        assert "⚠" not in strip(stage)


async def test_turning_quickly_is_one_line_of_the_session_and_another_dial_is_another() -> None:
    async with on_stage() as stage:
        await press(stage, "b", *["right"] * 5)
        assert recorded(stage) == ["bus delay 2"]
        await press(stage, "down", "right", "right", "up", "left")
        assert recorded(stage) == ["bus delay 2", "bus jitter 0.2", "bus delay 1"]
        await stage.advance(3)
        await press(stage, "left")
        assert recorded(stage)[-2:] == ["bus delay 1", "bus delay 0.5"], "a new movement, a new line"


@pytest.mark.slow
async def test_what_happened_between_two_turns_keeps_them_apart() -> None:
    async with on_stage() as stage:
        await press(stage, "b", "right")
        await stage.execute("create ann")
        await stage.tick()
        await press(stage, "right")
        assert recorded(stage) == ["bus delay 0.1", "bus delay 0.2"]


async def test_a_worker_is_turned_as_far_as_the_keys_came_however_quickly() -> None:
    async with on_stage() as stage:
        await press(stage, "b", *["down"] * 5, *["right"] * 5)
        assert stage.ledger.snapshot().views[0].delay == 3
        assert recorded(stage) == ["delay balances 3"]
        await press(stage, "down", "right")
        view = stage.ledger.snapshot().views[0]
        assert (view.delay, view.jitter) == (3, 0.5)
        assert recorded(stage) == ["delay balances 3 0.5"]
        assert line(stage, "jitter").endswith("none"), "that is the one of the bus"
        assert any("⚠ up to 0.5 s" in one for one in lines(stage))


async def test_the_mouse_turns_a_gauge_along_it_at_its_ends_and_by_its_wheel() -> None:
    async with on_stage() as stage:
        await press(stage, "b")
        y = next(y for y, one in enumerate(lines(stage)) if "double" in one)
        one = lines(stage)[y]
        left, right = one.index("‹"), one.index("›")
        await stage.pilot.click(DialBoard, offset=(right, y))
        await stage.controlled()
        assert stage.ledger.faults.double == 0.05
        await stage.pilot.click(DialBoard, offset=(right - 1, y))
        await stage.controlled()
        assert stage.ledger.faults.double == 1
        await stage.pilot.click(DialBoard, offset=(left, y))
        await stage.controlled()
        assert stage.ledger.faults.double == 0.7
        await stage.pilot._post_mouse_events([MouseScrollUp], DialBoard, offset=(left + 2, y), button=0)
        await stage.controlled()
        assert stage.ledger.faults.double == 1
        assert board(stage).chosen == "bus.double"


async def test_the_wheel_over_all_else_turns_nothing() -> None:
    async with on_stage() as stage:
        await press(stage, "b")
        await stage.pilot._post_mouse_events([MouseScrollUp], DialBoard, offset=(3, 1), button=0)
        await stage.controlled()
        assert not stage.ledger.faults.on


@pytest.mark.slow
async def test_what_can_be_done_to_a_worker_is_done_by_enter_by_its_key_and_by_a_click() -> None:
    async with on_stage() as stage:
        await press(stage, "b", *["down"] * 7, "enter")
        assert board(stage).chosen == "pause"
        assert line(stage, "BALANCES").endswith("‖ paused")
        assert line(stage, "p go on")
        await press(stage, "p")
        assert line(stage, "BALANCES").endswith("✓ current")
        y = next(y for y, one in enumerate(lines(stage)) if "r rebuild" in one)
        await stage.pilot.click(DialBoard, offset=(lines(stage)[y].index("rebuild"), y))
        await stage.controlled()
        assert recorded(stage) == ["view pause balances", "view resume balances", "view rebuild balances"]


async def test_left_and_right_go_from_deed_to_deed_and_v_to_the_next_read_model() -> None:
    async with on_stage() as stage:
        await press(stage, "b", *["down"] * 7, "right")
        assert board(stage).chosen == "step"
        await press(stage, "left", "left")
        assert board(stage).chosen == "pause"
        await press(stage, "v")
        assert line(stage, "STATEMENT")
        assert stage.app.focused is board(stage)


@pytest.mark.slow
async def test_every_chosen_item_is_explained_in_a_sentence() -> None:
    async with on_stage(traffic=1.0) as stage:
        await press(stage, "b")
        said = set()
        for _ in range(30):
            said.add(plain(stage.app.main.query_one("#dial-note", Prose).text))
            await stage.pilot.press("down")
            await stage.pilot.pause()
        assert "Announcements get lost. The next look finds the event: none is lost." in said
        assert len(said) >= 13


async def test_one_key_puts_all_back_and_says_what_that_was() -> None:
    async with on_stage(traffic=5.0) as stage:
        await press(stage, "b", "right", "h")
        await stage.ledger.worker("balances").delay(2, 1)
        await stage.ledger.worker("statement").pause()
        await stage.ledger.worker("books").keep_checkpoint_apart(True)
        await stage.tick()
        await press(stage, "a")
        assert not stage.ledger.faults.on
        views = {view.view: view for view in stage.ledger.snapshot().views}
        assert (views["balances"].delay, views["balances"].jitter) == (0, 0)
        assert views["statement"].state == "live"
        assert not views["books"].apart
        said = [one.message for one in stage.app._notifications][-1]
        assert said == (
            "Back to normal: the bus is honest again; BALANCES is not late any more; STATEMENT goes on; "
            "BOOKS keeps its checkpoint with its documents; the customers are as they were."
        )
        assert recorded(stage)[1:] == [
            "bus calm",
            "delay balances 0",
            "view resume statement",
            "view apart books off",
        ]
        await press(stage, "a")
        assert [one.message for one in stage.app._notifications][-1].startswith("All is as it should be")


@pytest.mark.slow
async def test_the_customers_rate_is_turned_and_their_commands_are_the_record() -> None:
    async with on_stage(traffic=5.0) as stage:
        await press(stage, "b", *["down"] * 30, "up", "up", "right")
        assert "customers 10/s" in stage.screen_text()
        assert line(stage, "rate").endswith("⚠ 10/s")
        assert recorded(stage) == []
        await press(stage, "h")
        assert "‖ on hold" in line(stage, "CUSTOMERS")
        assert "customers on hold" in stage.screen_text()


async def test_without_customers_there_is_no_dial_for_them() -> None:
    async with on_stage() as stage:
        await press(stage, "b")
        assert not any("CUSTOMERS" in one for one in lines(stage))


async def test_a_session_with_turned_dials_is_saved_with_them() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        await press(stage, "escape", "b", *["down"] * 3, "right", "right")
        await stage.advance(5)
        session = stage.app._session
        assert session is not None
        moments = [(moment.line, moment.view) for moment in session._moments]
        assert moments == [("bus drop 0.1", None)]


@pytest.mark.slow
async def test_a_dial_set_by_hand_stays_when_the_story_ends() -> None:
    async with on_stage(scenario=load_scenario("chaos")) as stage:
        await stage.pilot.press("space")
        await stage.advance(1)
        for _ in range(3):
            await stage.pilot.press("space")
            await stage.advance(1)
        assert stage.ledger.faults.on
        await press(stage, "b", *["right"] * 9)
        assert stage.ledger.faults.delay == 5
        stage.app.action_story("leave")
        await stage.advance(1)
        assert stage.ledger.faults.delay == 5


@pytest.mark.slow
async def test_typing_a_command_is_possible_while_the_panel_is_open_and_letters_are_letters() -> None:
    async with on_stage() as stage:
        await press(stage, "b", "right")
        await stage.type("create ann")
        assert (await stage.ledger.head()).position == 1
        await stage.pilot.press("b", "a")
        assert stage.ledger.faults.on
        assert stage.app.main.has_class("-dials")


async def test_on_a_tiny_terminal_there_is_room_for_the_dials_all_the_same() -> None:
    async with on_stage(size=(20, 5)) as stage:
        await press(stage, "b", "down", "down", "down")
        assert "drop" in stage.screen_text()
        await press(stage, "escape")
        assert "drop" not in stage.screen_text()


async def test_the_help_of_the_panel_is_about_its_keys() -> None:
    async with on_stage() as stage:
        await press(stage, "b", "question_mark")
        assert "choose a dial" in stage.screen_text()


@pytest.mark.slow
async def test_starting_over_closes_the_panel() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await press(stage, "b", "escape", "b")
        await stage.start_over()
        assert not stage.app.main.has_class("-dials")
        await press(stage, "b")
        assert stage.app.focused is board(stage)
