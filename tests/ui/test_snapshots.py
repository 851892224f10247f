"""Pictures of the screen, accepted by somebody who looked at them.

Time stands still in them, ids count up, and the tick is by hand, so that they are the same everywhere.
"""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from tests.ui.stage import Stage, make_app
from tui_ledger.content import speak
from tui_ledger.simulation.scenario import load_scenario
from tui_ledger.testing import VirtualClock
from tui_ledger.ui.widgets.command_bar import CommandInput

Compare = Callable[..., bool]
Act = Callable[[Stage], Awaitable[None]]

SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])


def pictured(compare: Compare, size: tuple[int, int], act: Act, *, story: bool = False) -> bool:
    """Whether the screen looks as it was accepted, after `act`."""
    clock = VirtualClock()
    app = make_app(clock, scenario=load_scenario("moyin") if story else None)

    async def before(pilot: Pilot[None]) -> None:
        stage = Stage(app, pilot, clock)
        await stage.tick()
        app.main.query_one(CommandInput).cursor_blink = False
        await act(stage)
        await stage.tick()

    return compare(app, terminal_size=size, run_before=before)


@SIZES
def test_an_empty_ledger(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def nothing(_: Stage) -> None: ...

    assert pictured(snap_compare, size, nothing)


async def refuse_one_and_make_one_stale(stage: Stage) -> None:
    await stage.execute("create ann owner=Ann", "create bob", "deposit ann 100 source=salary")
    await stage.advance(1)
    await stage.ledger.worker("balances").delay(1.5)
    await stage.type("withdraw bob 900")
    await stage.type("deposit ann 50")
    await stage.advance(1)


@SIZES
def test_a_balance_that_is_stale_and_a_command_that_was_refused(
    snap_compare: Compare, size: tuple[int, int]
) -> None:
    assert pictured(snap_compare, size, refuse_one_and_make_one_stale)


@SIZES
def test_the_same_in_japanese(snap_compare: Compare, size: tuple[int, int]) -> None:
    speak("ja")
    assert pictured(snap_compare, size, refuse_one_and_make_one_stale)


def test_an_event_in_japanese(snap_compare: Compare) -> None:
    async def act(stage: Stage) -> None:
        await stage.execute("create ann owner=Ann", "create bob", 'buy ann "tea 茶" 3')
        await stage.execute("deposit ann 100", "send ann bob 20 note=lunch")
        await stage.tick()
        await stage.pilot.press("2", "up", "up", "enter")
        await stage.pilot.pause()
        await stage.pilot.press("f2")

    assert pictured(snap_compare, (120, 40), act)


@pytest.mark.slow
@SIZES
def test_the_end_of_the_story(snap_compare: Compare, size: tuple[int, int]) -> None:
    async def act(stage: Stage) -> None:
        for _ in range(900):
            await stage.pass_time(0.1)
            if isinstance(stage.app.focused, CommandInput):
                return

    assert pictured(snap_compare, size, act, story=True)


def test_a_terminal_of_20_by_5(snap_compare: Compare) -> None:
    async def act(stage: Stage) -> None:
        await stage.execute("create ann", "deposit ann 50")

    assert pictured(snap_compare, (20, 5), act)


def test_help(snap_compare: Compare) -> None:
    async def act(stage: Stage) -> None:
        await stage.pilot.press("3", "question_mark")

    assert pictured(snap_compare, (120, 40), act)
