"""The story, and the simulated customers."""

from pathlib import Path

import pytest

from tests.ui.stage import Stage, on_stage
from tui_ledger.content import say
from tui_ledger.errors import StorageError
from tui_ledger.ledger import Ledger
from tui_ledger.simulation.scenario import load_scenario
from tui_ledger.testing import VirtualClock
from tui_ledger.ui.app import LedgerApp
from tui_ledger.ui.palette import offered
from tui_ledger.ui.widgets.command_bar import CommandInput
from tui_ledger.ui.widgets.explain_bar import ExplainBar
from tui_ledger.ui.widgets.results import Results


def progress(stage: Stage) -> str:
    return " · ".join(map(str, stage.app.screen.query_one(ExplainBar).progress))


async def until_step(stage: Stage, number: int) -> None:
    for _ in range(900):
        if progress(stage).startswith(f"story {number}/"):
            return await stage.tick()
        await stage.pass_time(0.1)
    raise AssertionError(f"the story stands at {progress(stage)}")


async def to_the_end(stage: Stage) -> None:
    for _ in range(900):
        await stage.pass_time(0.1)
        if isinstance(stage.app.focused, CommandInput):
            return await stage.tick()
    raise AssertionError(f"the story stands at {progress(stage)}")


async def test_the_story_plays_from_an_empty_log_to_500_and_hands_over_the_keyboard() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(0.1)
        assert stage.explanation == say("story.welcome")
        assert progress(stage) == "story 1/9 · Space next · w wait · Esc skip"
        await until_step(stage, 5)
        assert stage.explanation == say("story.sword")
        assert "≠ stale" in stage.screen_text()
        await to_the_end(stage)
        assert stage.explanation == say("story.yours")
        assert progress(stage) == ""
        assert [entry.state for entry in stage.app.screen.query_one(Results).entries] == ["accepted"] * 4
        balances = await stage.ledger.documents("balances")
        assert [answer.document and answer.document["available"] for answer in balances] == ["500.00"]


async def test_space_takes_the_next_step_at_once() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(0.1)
        await stage.pilot.press("space")
        await stage.advance(0.1)
        assert progress(stage).startswith("story 2/9")


async def test_escape_leaves_the_story_and_opens_the_bar() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await until_step(stage, 3)
        await stage.pilot.press("escape")
        await stage.advance(0.1)
        assert progress(stage) == ""
        assert isinstance(stage.app.focused, CommandInput)
        await stage.advance(60)
        assert (await stage.ledger.head()).position == 1


async def test_somebody_may_type_while_the_story_plays() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await until_step(stage, 3)
        await stage.type("create ann")
        assert stage.app.screen.query_one(Results).entries[0].line == "create ann"
        assert progress(stage).startswith("story 3/9")
        await until_step(stage, 5)


async def test_a_command_of_ones_own_ends_the_last_sentence_of_the_story() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await to_the_end(stage)
        await stage.type("deposit moyin 50")
        assert stage.explanation == say("explain.caught_up_at_once", position=5)


def delays(stage: Stage) -> dict[str, float]:
    return {view.view: view.delay for view in stage.ledger.snapshot().views}


async def test_what_the_story_has_made_late_is_late_no_more_when_it_has_ended() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.ledger.worker("statement").delay(0.5)
        await stage.advance(6)
        assert (delays(stage)["balances"], delays(stage)["statement"]) == (1.5, 0.5)
        await to_the_end(stage)
        assert (delays(stage)["balances"], delays(stage)["statement"]) == (0, 0.5)
        assert "delay 1.5 s" not in stage.screen_text()


async def test_leaving_the_story_puts_back_what_it_has_changed() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(11)
        assert delays(stage)["balances"] == 1.5
        await stage.pilot.press("escape")
        await stage.advance(0.1)
        assert delays(stage)["balances"] == 0


async def test_a_delay_that_was_there_before_the_story_is_there_after_it() -> None:
    async with on_stage() as stage:
        await stage.ledger.worker("balances").delay(3.0)
        playing = stage.app._playing
        assert playing is not None
        playing.start_story(load_scenario("moyin"))
        await stage.advance(1)
        assert delays(stage)["balances"] == 1.5
        await stage.pilot.press("escape")
        await stage.advance(0.1)
        assert delays(stage)["balances"] == 3


async def test_what_somebody_sets_during_the_story_stays_as_it_was_set() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(1)
        await stage.pilot.press("3", "plus")
        await stage.advance(0.1)
        assert delays(stage)["balances"] == 2
        await stage.pilot.press(*["greater_than_sign"] * 3)
        await stage.advance(7)
        assert progress(stage) == ""
        assert delays(stage)["balances"] == 2


async def test_quitting_in_the_middle_of_the_story_puts_back_and_coming_back_goes_on(tmp_path: Path) -> None:
    for number, (seconds, step) in enumerate([(11, 3), (6, 4)]):
        clock = VirtualClock()
        app = LedgerApp(
            lambda clock=clock: Ledger.open(tmp_path / "own", create=True, clock=clock),  # type: ignore[misc]
            name="own",
            clock=clock,
            scenario=load_scenario("moyin"),
            ticking=False,
        )
        app.animation_level = "none"
        async with app.run_test(size=(120, 40)) as pilot:
            stage = Stage(app, pilot, clock)
            await stage.tick()
            await until_step(stage, step) if number else await stage.advance(seconds)
            assert delays(stage)["balances"] == 1.5
        assert app.failure is None
        async with Ledger.open(tmp_path / "own", run_views=False) as ledger:
            assert {view.delay for view in (await ledger.status()).views} == {0}


async def test_a_ledger_that_fails_during_the_story_is_a_banner(monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object) -> None:
        raise StorageError("The disk is full.")

    async with on_stage(scenario=load_scenario("moyin")) as stage:
        monkeypatch.setattr(Ledger, "execute", full)
        await stage.pass_time(20)
        assert stage.explanation == "The disk is full."
        assert stage.app.crash is None


async def test_customers_act_until_they_are_held() -> None:
    async with on_stage(traffic=5.0) as stage:
        await stage.pass_time(3)
        await stage.tick()
        assert "customers 5/s" in stage.screen_text()
        head = (await stage.ledger.head()).position
        assert head > 3
        await stage.pilot.press("h")
        await stage.advance(1)
        held = (await stage.ledger.head()).position
        await stage.advance(5)
        assert (await stage.ledger.head()).position == held
        assert "customers on hold" in stage.screen_text()
        await stage.pilot.press("h")
        await stage.advance(5)
        assert (await stage.ledger.head()).position > held


async def test_without_customers_there_is_nobody_to_hold() -> None:
    async with on_stage() as stage:
        assert stage.app.check_action("hold", ()) is False


async def test_w_has_the_story_wait_and_go_on_and_the_screen_says_so() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(1)
        await stage.pilot.press("w")
        assert progress(stage) == "story 1/9 · waiting · Space next · w go on · Esc skip"
        await stage.advance(9)
        assert progress(stage).startswith("story 1/9")
        await stage.pilot.press("space")
        await stage.advance(9)
        assert progress(stage).startswith("story 2/9 · waiting")
        await stage.pilot.press("w")
        await stage.advance(5)
        assert progress(stage) == "story 3/9 · Space next · w wait · Esc skip"


async def test_the_story_is_told_faster_and_slower_at_once() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(1)
        await stage.pilot.press("greater_than_sign", "greater_than_sign")
        assert progress(stage) == "story 1/9 · ×4 · Space next · w wait · Esc skip"
        await stage.advance(1)
        assert progress(stage).startswith("story 2/9")
        await stage.pilot.press(*["less_than_sign"] * 9)
        assert progress(stage) == "story 2/9 · ×0.25 · Space next · w wait · Esc skip"
        await stage.advance(19)
        assert progress(stage).startswith("story 2/9")
        await stage.advance(1.1)
        assert progress(stage).startswith("story 3/9")


async def test_the_keys_of_the_story_are_letters_to_whoever_types() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(1)
        await stage.pilot.press("colon", "w", "less_than_sign", "greater_than_sign", "o", "space", "s")
        assert stage.app.screen.query_one(CommandInput).value == "w<>o s"
        await stage.tick()
        assert progress(stage) == "story 1/9"


async def test_somebody_who_types_still_sees_that_the_story_waits() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(1)
        await stage.pilot.press("w", "greater_than_sign", "colon")
        await stage.tick()
        assert progress(stage) == "story 1/9 · ×2 · waiting"


async def test_all_that_can_be_done_to_the_story_is_in_the_command_palette_while_it_plays() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        actions = {"wait", "faster", "slower", "next", "leave", "over"}
        titles = {say(f"screen.action.{action}.title") for action in actions}
        assert titles <= {command.title for command in offered(stage.app)}
        await to_the_end(stage)
        assert titles & {command.title for command in offered(stage.app)} == {say("screen.action.over.title")}


async def test_without_a_story_there_is_nothing_to_steer() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("w", "o", "greater_than_sign")
        assert stage.app.screen is stage.app.main
        assert progress(stage) == ""
        assert not stage.app.check_action("story", ("wait",))
        assert not stage.app.check_action("start_over", ())


@pytest.mark.slow
async def test_a_scenario_without_the_views_that_the_screen_shows_plays_to_its_end() -> None:
    async with on_stage(scenario=load_scenario("poison")) as stage:
        await stage.advance(0.1)
        await stage.pilot.press(*["greater_than_sign"] * 3)
        await stage.advance(6)
        assert progress(stage) == ""
        assert "TROUBLE" not in stage.screen_text()
        assert "TOP ITEMS" in stage.screen_text(), "there is no statement, and so the next one is shown"
