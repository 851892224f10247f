"""The bar takes the lines of scenarios that steer the system, too."""

import pytest

from tests.ui.stage import Stage, on_stage, plain
from tui_ledger.simulation.scenario import load_scenario
from tui_ledger.simulation.session import Moment
from tui_ledger.ui.widgets.command_bar import CommandInput, HintLines
from tui_ledger.ui.widgets.results import Entry, Results
from tui_ledger.ui.widgets.view_title import ViewTitle


def newest(stage: Stage) -> Entry:
    return stage.app.main.query_one(Results).entries[0]


def title(stage: Stage, view: str) -> str:
    return plain(stage.app.main.query_one(f"#{view}-title", ViewTitle).render())


def recorded(stage: Stage) -> list[Moment]:
    assert stage.app._session is not None
    return stage.app._session._moments


async def test_a_line_pauses_a_read_model_and_stands_among_the_answers() -> None:
    async with on_stage() as stage:
        await stage.type("view pause balances")
        assert (newest(stage).state, str(newest(stage).note)) == ("done", "done")
        await stage.type("create ann")
        assert "paused" in title(stage, "balances")
        assert [(one.line, one.view) for one in recorded(stage)] == [("view pause balances", "balances")]


async def test_a_line_turns_the_dials_of_the_bus_and_calms_it() -> None:
    async with on_stage() as stage:
        await stage.type("bus drop 0.5")
        assert stage.ledger.faults.drop == 0.5
        await stage.type("bus calm")
        assert not stage.ledger.faults.on
        assert [one.line for one in recorded(stage)] == ["bus drop 0.5", "bus calm"]


async def test_a_line_makes_a_read_model_late_and_says_so() -> None:
    async with on_stage() as stage:
        await stage.type("delay balances 3")
        assert str(newest(stage).note) == "done: BALANCES is 3 s late from now on"
        assert "delay 3 s" in title(stage, "balances")


async def test_a_line_has_a_read_model_crash_at_its_next_write() -> None:
    async with on_stage() as stage:
        await stage.type("view crash balances before")
        assert str(newest(stage).note).startswith("BALANCES will crash at its next write")
        await stage.type("create ann")
        assert "crashed" in title(stage, "balances")


@pytest.mark.slow
async def test_customers_act_and_are_not_on_record_twice() -> None:
    async with on_stage() as stage:
        await stage.type("traffic 5")
        assert str(newest(stage).note) == "done: 5 commands of customers"
        assert (await stage.ledger.head()).position > 0
        assert recorded(stage) == []


@pytest.mark.slow
async def test_a_read_model_is_switched_off_and_on() -> None:
    async with on_stage() as stage:
        await stage.type("view drop books")
        assert "books" not in [view.view for view in stage.ledger.snapshot().views]
        await stage.type("view add books")
        assert "books" in [view.view for view in stage.ledger.snapshot().views]


async def test_what_a_worker_refuses_is_said_in_the_answer_and_is_no_trouble() -> None:
    async with on_stage() as stage:
        await stage.type("view park balances")
        assert newest(stage).state == "refused"
        assert str(newest(stage).note).startswith("balances: It has not failed at any event")
        assert recorded(stage) == []
        assert "TROUBLE" not in stage.screen_text()


@pytest.mark.parametrize("line", ["load decade", "view pause nothing", "bus drop 7", "undo"])
async def test_what_cannot_be_done_by_hand_stays_in_the_bar_with_a_sentence(line: str) -> None:
    async with on_stage() as stage:
        await stage.type(line)
        assert stage.app.main.query_one(CommandInput).value == line
        assert stage.app.main.query_one(HintLines).text.plain.startswith("✗ ")
        assert stage.app.main.query_one(Results).entries == ()


@pytest.mark.slow
async def test_a_dial_of_the_bus_that_is_typed_stays_when_the_story_ends() -> None:
    async with on_stage(scenario=load_scenario("chaos")) as stage:
        for _ in range(4):
            await stage.pilot.press("space")
            await stage.advance(1)
        assert stage.ledger.faults.on
        await stage.type("bus delay 5")
        stage.app.action_story("leave")
        await stage.advance(1)
        assert stage.ledger.faults.delay == 5
