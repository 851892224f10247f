"""The footer shows the six keys that matter where the keys are, and no more, whatever else goes on."""

import pytest
from textual.widgets._footer import FooterKey

from tests.ui.stage import Stage, on_stage
from tui_ledger.simulation.scenario import load_scenario
from tui_ledger.ui.six_keys import SIX
from tui_ledger.ui.widgets.spending import SpendingPie


def footer(stage: Stage) -> list[str]:
    return [f"{key.key_display} {key.description}" for key in stage.app.main.query(FooterKey)]


async def go(stage: Stage, pane: str) -> None:
    """Give the keys to a pane."""
    main = stage.app.main
    match pane:
        case "line":
            await stage.pilot.press("colon")
        case "dial-board":
            await stage.pilot.press("b")
        case "TimeLine":
            await stage.pilot.press("4")
        case "LargeBoard":
            await stage.pilot.press("z")
        case "spending":
            main.view = "spending"
            main.query_one(SpendingPie).focus()
        case _:
            await stage.pilot.press({"results": "1", "stream": "2", "views": "3"}[pane])
    await stage.pilot.pause()
    await stage.tick()
    await stage.tick()


@pytest.mark.parametrize("pane", SIX)
async def test_no_pane_shows_more_than_six_keys_also_with_a_story_and_customers(pane: str) -> None:
    async with on_stage(scenario=load_scenario("moyin"), traffic=1.0) as stage:
        await stage.ledger.add_view("spending")
        await stage.execute("create ann", "create bob currency=EUR", "deposit ann 9", "deposit bob 9")
        await stage.execute("buy ann tea 3", "buy bob tea 3")
        await stage.advance(2)
        await go(stage, pane)
        known = {one.binding.id for one in stage.app.main.active_bindings.values()}
        shown = [one.binding.id for one in stage.app.main.active_bindings.values() if one.binding.show]
        assert 3 <= len(footer(stage)) <= 6
        assert list(dict.fromkeys(shown)) == [one for one in SIX[pane] if one in known]
        assert set(SIX[pane]) <= known, "each of them is a key here"


async def test_the_footer_shows_the_keys_in_the_order_in_which_they_matter() -> None:
    async with on_stage() as stage:
        await stage.pilot.pause()
        assert footer(stage) == [
            "⏎ open",
            "t journey",
            "/ filter",
            ": command",
            "? help",
            "q quit",
        ]
        await go(stage, "views")
        assert footer(stage) == ["p pause", "l late", "x crash", "b dials", "? help", "q quit"]


def test_every_pane_names_six_keys_at_most_and_none_twice() -> None:
    for keys in SIX.values():
        assert len(keys) == len(set(keys)) <= 6
