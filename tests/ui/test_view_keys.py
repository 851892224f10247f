"""The keys that hold up, break and mend the read model with the keys."""

import pytest

from tests.ui.stage import Stage, on_stage, plain
from tui_ledger.query_side.status import ViewStatus
from tui_ledger.ui.palette import offered
from tui_ledger.ui.view_steering import LATE, line_for
from tui_ledger.ui.widgets.view_title import ViewTitle


def status(**changes: object) -> ViewStatus:
    values: dict[str, object] = {"view": "balances", "checkpoint": 7, "lag": 0, "state": "live"}
    values |= {"failed_at": None, "reason": None, "lag_ms": 0.0, "delay": 0.0}
    return ViewStatus(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("how", "view", "line"),
    [
        ("pause", status(), "view pause balances"),
        ("pause", status(state="paused"), "view resume balances"),
        ("step", status(), "view step balances"),
        ("back", status(), "view seek balances 6"),
        ("back", status(checkpoint=0), None),
        ("crash", status(), "view crash balances after"),
        ("crash", status(state="crashed"), "view restart balances"),
        ("crash_before", status(), "view crash balances before"),
        ("rebuild", status(), "view rebuild balances"),
        ("late", status(), "delay balances 3"),
        ("late", status(delay=LATE), "delay balances 0"),
        ("late", status(delay=1.0, jitter=0.5), "delay balances 3 0.5"),
        ("later", status(), "delay balances 0.5"),
        ("later", status(delay=5.0), None),
        ("sooner", status(delay=1.0), "delay balances 0.5"),
        ("sooner", status(), None),
        ("park", status(state="failed"), "view park balances"),
        ("park", status(), "view retry balances"),
    ],
)
def test_each_key_stands_for_a_line_of_the_scenario_language(
    how: str, view: ViewStatus, line: str | None
) -> None:
    assert line_for(how, view) == line


def title(stage: Stage, view: str) -> str:
    return plain(stage.app.main.query_one(f"#{view}-title", ViewTitle).render())


def said(stage: Stage) -> list[str]:
    """What stands in the corner for a while."""
    return [one.message for one in stage.app._notifications]


async def press(stage: Stage, *keys: str) -> None:
    for key in keys:
        await stage.pilot.press(key)
        await stage.app.workers.wait_for_complete(
            [worker for worker in stage.app.workers if worker.group == "controls"]
        )
        await stage.tick()


async def test_p_pauses_the_read_model_with_the_keys_and_lets_it_go_on() -> None:
    async with on_stage() as stage:
        await press(stage, "3", "p")
        assert "paused" in title(stage, "balances")
        await stage.execute("create ann")
        await stage.tick()
        assert "as of #0" in title(stage, "balances")
        assert "current" in title(stage, "statement")
        await press(stage, "right_square_bracket")
        assert "as of #1" in title(stage, "balances")
        await press(stage, "p")
        assert "current" in title(stage, "balances")


async def test_one_key_makes_it_late_by_three_seconds_and_takes_that_back() -> None:
    async with on_stage() as stage:
        await press(stage, "3", "l")
        assert "delay 3 s" in title(stage, "balances")
        await stage.execute("create ann")
        await stage.advance(2.9)
        assert "behind" in title(stage, "balances")
        await stage.advance(0.2)
        assert "current" in title(stage, "balances")
        await press(stage, "l")
        assert "delay 0 s" in title(stage, "balances")


async def test_one_key_crashes_it_after_its_next_write_and_restarts_it() -> None:
    async with on_stage() as stage:
        await press(stage, "3", "x")
        assert any("BALANCES will crash" in word for word in said(stage))
        await stage.execute("create ann")
        await stage.tick()
        assert "crashed" in title(stage, "balances")
        await press(stage, "x")
        await stage.ledger.settle()
        await stage.tick()
        assert "current" in title(stage, "balances")


async def test_what_a_worker_refuses_is_said_and_no_trouble() -> None:
    async with on_stage() as stage:
        await press(stage, "3", "k")
        assert any("It has not failed at any event" in word for word in said(stage))
        assert "TROUBLE" not in stage.screen_text()


async def test_a_key_is_about_the_read_model_that_was_turned_to() -> None:
    async with on_stage() as stage:
        await press(stage, "3", "v", "v", "p")
        assert "paused" in title(stage, "spending")
        assert "paused" not in title(stage, "balances")


async def test_every_action_is_in_the_palette_by_its_name() -> None:
    async with on_stage() as stage:
        titles = {one.title for one in offered(stage.app)}
        assert {"Pause the read model, or let it go on", "Show only some events", "Help"} <= titles
        assert not any("customers" in one for one in titles), "there are none"
        for one in offered(stage.app):
            if one.title.startswith("Pause"):
                await one.callback()
        await press(stage)
        await stage.tick()
        assert "paused" in title(stage, "balances")
