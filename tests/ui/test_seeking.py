"""A read model is taken to any event, and made anew while what was there before is shown."""

import pytest
from textual.widgets import Input

from tests.ui.stage import Stage, on_stage, plain
from tui_ledger.query_side.status import ViewStatus
from tui_ledger.ui.palette import offered
from tui_ledger.ui.view_words import percent, progress_bar, say_condition
from tui_ledger.ui.widgets.dials_panel import DialBoard
from tui_ledger.ui.widgets.prose import Prose
from tui_ledger.ui.widgets.seek_prompt import SeekPrompt
from tui_ledger.ui.widgets.view_strip import ViewStrip
from tui_ledger.ui.widgets.view_title import ViewTitle


async def asked(stage: Stage) -> None:
    """Make some events, and have the prompt for one open."""
    await stage.execute("create ann", *["deposit ann 5"] * 7)
    await stage.ledger.settle()
    await stage.tick()
    stage.app.action_steer("seek")
    await stage.pilot.pause()
    assert isinstance(stage.app.screen, SeekPrompt)


async def write(stage: Stage, text: str) -> str:
    """Write `text` into the prompt; what stands under it then."""
    stage.app.screen.query_one(Input).value = text
    await stage.pilot.pause()
    return plain(stage.app.screen.query_one("#outcome", Prose).render())


def title(stage: Stage) -> str:
    return plain(stage.app.main.query_one("#balances-title", ViewTitle).render())


async def test_the_prompt_says_what_enter_would_do_before_it_is_pressed() -> None:
    async with on_stage() as stage:
        await asked(stage)
        assert (await write(stage, "")).startswith("It is at #8, and the log ends at #8.")
        assert await write(stage, "-5") == "→ Back to #3: 5 fewer. It is made anew up to there."
        assert await write(stage, "#9") == "✗ There is no event #9 yet: the log ends at #8."
        await stage.pilot.press("enter")
        assert isinstance(stage.app.screen, SeekPrompt), "it stays until there is something to do"
        assert (await write(stage, "last week")).startswith("✗ last week is no event.")
        await stage.pilot.press("escape")
        assert stage.app.screen.id == stage.app.main.id


async def test_a_read_model_goes_there_is_paused_and_the_session_has_it() -> None:
    async with on_stage() as stage:
        await asked(stage)
        await write(stage, "-5")
        await stage.pilot.press("enter")
        await stage.controlled()
        assert "‖ paused" in title(stage)
        assert "as of #3 · head #8" in title(stage)
        assert [one.message for one in stage.app._notifications][-1] == (
            "BALANCES is at #3, and paused there. p lets it go on."
        )
        session = stage.app._session
        assert session is not None
        assert [moment.line for moment in session._moments] == ["view seek balances 3"]


async def test_the_prompt_opens_from_the_panel_and_from_the_palette() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("b")
        await stage.controlled()
        stage.app.main.query_one(DialBoard).chosen = "seek"
        await stage.pilot.press("enter")
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, SeekPrompt)
        await stage.pilot.press("escape")
        one = next(one for one in offered(stage.app) if "to an event" in one.title)
        await one.callback()
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, SeekPrompt)


def building(**changes: object) -> ViewStatus:
    values: dict[str, object] = {"view": "balances", "checkpoint": 8, "lag": 0, "state": "rebuilding"}
    values |= {
        "failed_at": None,
        "reason": None,
        "lag_ms": 0.0,
        "delay": 0.0,
        "rebuilt": 42,
        "rebuilt_until": 100,
    }
    return ViewStatus(**(values | changes))  # type: ignore[arg-type]


async def test_while_a_read_model_is_made_anew_its_title_and_the_strip_say_how_far_that_is() -> None:
    async with on_stage() as stage:
        one = stage.app.main.query_one("#balances-title", ViewTitle)
        one.status = building()
        stage.app.main.query_one(ViewStrip).views = (building(),)
        first, second = plain(one.render()).splitlines()
        assert first.endswith("↻ rebuilding 42 %")
        assert second.endswith("shows the old until done")
        done, left = second.count("━"), second.count("─")
        assert done == (done + left) * 42 // 100 > 0
        assert plain(stage.app.main.query_one(ViewStrip).render()) == "↻ balances 42 %"


@pytest.mark.parametrize(("rebuilt", "until", "hundredths"), [(0, 0, 0), (0, 9, 0), (8, 9, 88), (9, 9, 100)])
def test_a_bar_is_full_when_all_is_made_and_not_before(rebuilt: int, until: int, hundredths: int) -> None:
    view = building(rebuilt=rebuilt, rebuilt_until=until)
    assert percent(view) == hundredths
    done, left = progress_bar(view, 10)
    assert len(done) + len(left) == 10
    assert (left == "") == (hundredths == 100)


def test_a_rebuild_that_is_paused_says_both() -> None:
    assert say_condition(building(state="paused")) == "‖ paused, 42 % rebuilt"
