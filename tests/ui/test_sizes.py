"""Large and small terminals."""

import pytest

from tests.ui.stage import on_stage

SIZES = [(1, 1), (20, 5), (60, 20), (80, 24), (200, 60), (120, 8), (30, 60)]
MIDDLING = [(60, 20), (200, 60), (120, 8), (30, 60)]


@pytest.mark.parametrize(
    "size", [pytest.param(size, marks=[pytest.mark.slow] if size in MIDDLING else []) for size in SIZES]
)
async def test_no_size_is_too_small_to_run(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as stage:
        await stage.execute("create ann", *(f"deposit ann {n}000000" for n in range(1, 40)))
        await stage.advance(0.1)
        for key in ("3", "v", "tab", "colon", "escape", "question_mark"):
            await stage.pilot.press(key)
        await stage.tick()
        stage.screen_text()
        assert stage.app.crash is None


@pytest.mark.slow
async def test_a_storm_of_resizes_leaves_the_app_running() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", *(f"deposit ann {n}" for n in range(1, 60)))
        for width, height in [*SIZES, *SIZES[::-1]]:
            await stage.pilot.resize_terminal(width, height)
        await stage.pilot.resize_terminal(120, 40)
        await stage.tick()
        assert "3 Read models · may lag" in stage.screen_text()


async def test_a_small_terminal_says_what_it_hides_and_the_keys_bring_it_back() -> None:
    async with on_stage(size=(20, 5)) as stage:
        assert "hidden: 1 3" in stage.screen_text()
        await stage.pilot.press("3")
        await stage.pilot.pause()
        assert "hidden: 1 2" in stage.screen_text()
        assert "BALANCES" in stage.screen_text()


async def test_80_by_24_shows_all_three_panes_and_one_view_at_a_time() -> None:
    async with on_stage(size=(80, 24)) as stage:
        text = stage.screen_text()
        assert all(title in text for title in ("1 Commands", "2 Events", "3 Read models", "BALANCES"))
        assert "v STATEMENT" in text
        await stage.pilot.press("v")
        await stage.pilot.pause()
        assert "v SPENDING" in stage.screen_text()


async def test_the_pane_with_the_keys_follows_tab_and_numbers() -> None:
    async with on_stage() as stage:
        shown = []
        for key in ("1", "2", "3", "tab"):
            await stage.pilot.press(key)
            shown.append(stage.app.main.shown)
        assert shown == ["commands", "stream", "views", "views"]
