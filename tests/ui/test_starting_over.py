"""A story that starts over: on a new ledger, on a screen as new, and nothing of anybody's is lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.ui.stage import Stage, on_stage
from tui_ledger.content import say
from tui_ledger.errors import StorageError
from tui_ledger.ledger import Ledger
from tui_ledger.simulation.scenario import load_scenario
from tui_ledger.testing import CountingIds, VirtualClock
from tui_ledger.ui.app import LedgerApp
from tui_ledger.ui.place import Place, throwaway
from tui_ledger.ui.widgets.balances import BalancesTable
from tui_ledger.ui.widgets.command_bar import CommandInput
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.explain_bar import ExplainBar
from tui_ledger.ui.widgets.results import Results


def progress(stage: Stage) -> str:
    return " · ".join(map(str, stage.app.screen.query_one(ExplainBar).progress))


async def test_the_story_begins_anew_on_a_new_ledger_and_a_clean_screen() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(16)
        await stage.type("create ann")
        await stage.pilot.press("escape")
        assert (await stage.ledger.head()).position == 3
        await stage.start_over()
        assert (await stage.ledger.head()).position == 0
        assert progress(stage) == "story 1/9 · Space next · w wait · Esc skip"
        assert stage.explanation == say("story.welcome")
        screen = stage.app.screen
        assert screen.query_one(Results).entries == ()
        assert screen.query_one(BalancesTable).rows == ()
        assert screen.query_one(EventStream).head == 0
        assert "MoneyDeposited" not in stage.screen_text()
        await stage.pilot.press(*["greater_than_sign"] * 3)
        await stage.advance(7)
        assert stage.explanation == say("story.yours")
        assert (await stage.ledger.head()).position == 4
        assert "1000.00" in stage.screen_text()


async def test_it_is_asked_first_and_escape_goes_back() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(11)
        ledger = stage.ledger
        await stage.pilot.press("o")
        await stage.pilot.pause()
        assert "Start over?" in stage.screen_text()
        await stage.pilot.press("escape")
        await stage.advance(0.1)
        assert stage.app.screen is stage.app.main
        assert stage.ledger is ledger
        assert progress(stage).startswith("story 3/9")


@pytest.mark.slow
async def test_it_can_start_over_when_it_has_ended_and_again() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        for _ in range(2):
            await stage.pilot.press(*["greater_than_sign"] * 3)
            await stage.advance(7)
            await stage.type("deposit moyin 50")
            await stage.pilot.press("escape")
            await stage.start_over()
            assert progress(stage).startswith("story 1/9")


async def test_the_ledger_of_before_is_closed_and_nothing_goes_on_in_it() -> None:
    opened: list[Ledger] = []
    closed: list[Ledger] = []
    clock = VirtualClock()

    @asynccontextmanager
    async def open_ledger() -> AsyncIterator[Ledger]:
        async with Ledger.in_memory(clock=clock, new_id=CountingIds()) as ledger:
            opened.append(ledger)
            yield ledger
        closed.append(ledger)

    app = LedgerApp(
        open_ledger, name="x", clock=clock, scenario=load_scenario("moyin"), traffic=5.0, ticking=False
    )
    app.animation_level = "none"
    async with app.run_test(size=(120, 40)) as pilot:
        stage = Stage(app, pilot, clock)
        await stage.tick()
        await stage.pass_time(3)
        await stage.start_over()
        assert opened == [*closed, stage.ledger]
        await stage.pass_time(3)
        assert (await stage.ledger.head()).position > 3
        assert "customers 5/s" in stage.screen_text()
    assert opened == closed


@pytest.mark.slow
async def test_somebodys_own_ledger_stays_as_it_is(tmp_path: Path) -> None:
    clock = VirtualClock()

    @asynccontextmanager
    async def own() -> AsyncIterator[Ledger]:
        async with Ledger.open(tmp_path / "own", create=True, clock=clock) as ledger:
            yield ledger

    def new() -> object:
        return Ledger.in_memory(clock=clock, new_id=CountingIds())

    app = LedgerApp(
        own,
        name="my-ledger",
        clock=clock,
        throwaway=Place("demo", new),  # type: ignore[arg-type]
        scenario=load_scenario("moyin"),
        ticking=False,
    )
    app.animation_level = "none"
    async with app.run_test(size=(120, 40)) as pilot:
        stage = Stage(app, pilot, clock)
        await stage.tick()
        await stage.type("create ann")
        await stage.pilot.press("escape", "o")
        await stage.pilot.pause()
        assert "my-ledger stays as it is." in " ".join(stage.screen_text().split())
        await stage.pilot.press("escape")
        await stage.start_over()
        assert "my-ledger" not in stage.screen_text()
        assert stage.screen_text().splitlines()[0].rstrip().endswith("demo")
        await stage.type("create bob")
        await stage.pilot.press("escape")
        await stage.start_over()  # and here, what is typed is thrown away
    async with Ledger.open(tmp_path / "own", run_views=False) as ledger:
        assert [event.stream for event in await ledger.read()] == ["wallet/ann"]


async def test_a_throwaway_ledger_has_the_views_of_the_scenario_and_is_gone_when_it_is_closed() -> None:
    place = throwaway("demo", lambda: ("balances", "spending"))
    async with place.open() as ledger:
        assert [view.view for view in ledger.snapshot().views] == ["balances", "spending"]
        path = ledger.path
        assert path is not None
        assert path.exists()
    assert not path.parent.exists()


async def test_a_throwaway_ledger_of_a_scenario_that_names_no_views_has_the_usual_ones() -> None:
    async with throwaway("demo", tuple).open() as ledger, Ledger.in_memory() as usual:
        assert [one.view for one in ledger.snapshot().views] == [one.view for one in usual.snapshot().views]


@pytest.mark.slow
async def test_what_is_being_typed_ends_with_the_ledger_it_was_for() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(1)
        await stage.pilot.press("colon", "c", "r", "escape")
        await stage.start_over()
        assert stage.app.screen.query_one(CommandInput).value == ""
        await stage.type("create ann")
        assert stage.app.screen.query_one(Results).entries[0].state == "accepted"


async def test_a_new_ledger_that_cannot_be_made_ends_the_app_with_its_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @asynccontextmanager
    async def full() -> AsyncIterator[Ledger]:
        raise StorageError("The disk is full.")
        yield

    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(1)
        monkeypatch.setattr(stage.app, "_place", Place("x", full))
        await stage.pilot.press("o", "enter")
        await stage.pilot.pause()
    assert stage.app.return_code == 7
    assert str(stage.app.failure) == "The disk is full."
