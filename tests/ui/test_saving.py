"""A session is saved from the app, and the file passes where it says so."""

import os
from pathlib import Path

import pytest
from textual.content import Content
from textual.widgets import Input

from tests.ui.stage import Stage, on_stage, plain
from tui_ledger.content import say
from tui_ledger.errors import StorageError
from tui_ledger.ledger import Ledger
from tui_ledger.simulation.runner import run_in_memory
from tui_ledger.simulation.scenario import load_scenario
from tui_ledger.ui.saving import proposal
from tui_ledger.ui.widgets.prose import Prose
from tui_ledger.ui.widgets.save_session import SaveSessionScreen


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def save(stage: Stage, name: str | None = None) -> str:
    """Save under `name`, or as proposed; what is said about it."""
    if stage.app.screen is stage.app.main:
        await stage.pilot.press("escape", "s")
        await stage.pilot.pause()
    stage.app.screen.query_one("#outcome", Prose).text = Content()
    if name is not None:
        stage.app.screen.query_one(Input).value = name
    await stage.pilot.press("enter")
    for _ in range(1000):
        await stage.pilot.pause()
        said = plain(stage.app.screen.query_one("#outcome", Prose).text).strip()
        if said and said != say("screen.save.working"):
            return said
    raise AssertionError("nothing was said")


async def test_what_was_typed_and_refused_is_saved_under_the_proposed_name_and_passes() -> None:
    async with on_stage() as stage:
        for line in ("create ann", "deposit ann 50", "buy ann tea 70", "buy ann tea 7", "refund ann 3"):
            await stage.type(line)
        said = await save(stage)
        assert said == (
            "✓ Saved as session-2026-01-01-0000.toml: 5 steps, checked. "
            "Play it with: tui-ledger demo session-2026-01-01-0000.toml"
        )
        await stage.pilot.press("enter")
        assert stage.app.screen is stage.app.main
    scenario = load_scenario("session-2026-01-01-0000.toml")
    result = await run_in_memory(scenario)
    assert result.ok
    assert [one.text for one in scenario.steps[2].expect] == ['receipt.code == "insufficient_funds"']
    assert 'balances/ann.available == "50.00"' in [one.text for one in scenario.steps[-1].expect]


@pytest.mark.slow
async def test_the_delays_of_the_story_and_of_a_person_are_steps() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(11)
        await stage.pilot.press("3", "plus")
        await stage.advance(0.1)
        await stage.pilot.press("escape")
        await stage.type("deposit moyin 5")
        assert (await save(stage, "mine.toml")).startswith("✓ Saved as mine.toml: 4 steps, checked.")
    assert [step.do for step in load_scenario("mine.toml").steps if step.do] == [
        ("delay balances 1.5",),
        ("create moyin owner=Moyin id=story-moyin-1",),
        ("delay balances 2",),
        load_scenario("mine.toml").steps[3].do,
    ]


@pytest.mark.slow
async def test_what_was_typed_to_steer_the_system_is_done_again() -> None:
    lines = (
        "create ann",
        "bus drop 0.5",
        "view pause statement",
        "deposit ann 5",
        "bus calm",
        "view add returns",
    )
    async with on_stage() as stage:
        for line in lines:
            await stage.type(line)
        await stage.type("view drop spending")
        assert (await save(stage, "x.toml")).startswith("✓ Saved as x.toml: 6 steps, checked.")
    done = [line.split(" id=")[0] for step in load_scenario("x.toml").steps for line in step.do]
    assert done == list(lines)


async def test_what_customers_did_is_saved_with_the_rest() -> None:
    async with on_stage(traffic=5.0) as stage:
        await stage.advance(8)
        await stage.pilot.press("h")
        await stage.advance(1)
        said = await save(stage, "customers.toml")
        assert "checked" in said
        head = (await stage.ledger.head()).position
    assert f"log.head == {head}" in Path("customers.toml").read_text()


@pytest.mark.slow
async def test_a_name_that_does_not_do_is_said_to_be_so_and_nothing_is_overwritten() -> None:
    Path("there.toml").write_text("precious")
    sentences = {
        "mine": "A scenario is a TOML file: its name ends in .toml.",
        "there.toml": "There is something of the name there.toml already; choose another name.",
        "no/such/folder.toml": "no/such/folder.toml cannot be written: No such file or directory.",
        "~nobody-at-all/x.toml": "~nobody-at-all/x.toml cannot be written: ",
        "x" * 300 + ".toml": "cannot be written: File name too long.",
    }
    async with on_stage() as stage:
        await stage.type("create ann")
        for name, sentence in sentences.items():
            said = await save(stage, name)
            assert said.startswith("✗ ")
            assert sentence in said
        assert Path("there.toml").read_text() == "precious"
        assert (await save(stage, "better.toml")).startswith("✓ Saved as better.toml")


async def test_a_saved_session_is_for_its_owner_only() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        await save(stage, "x.toml")
        assert Path("x.toml").stat().st_mode & 0o777 == 0o600


async def test_an_empty_session_is_not_saved() -> None:
    async with on_stage() as stage:
        assert await save(stage) == "✗ There is nothing to save yet: no command was sent."
        assert os.listdir() == []


async def test_a_disk_that_is_full_leaves_no_half_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    async with on_stage() as stage:
        await stage.type("create ann")
        await stage.pilot.press("escape", "s")
        with monkeypatch.context() as broken:
            broken.setattr(os, "fsync", full)
            assert await save(stage, "x.toml") == "✗ x.toml cannot be written: No space left on device."
        assert os.listdir() == []


async def test_a_session_that_ends_in_another_way_when_it_is_played_again_is_said_to_do_so() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        session = stage.app._session
        assert session is not None
        session.steered("deposit bob 5", None)
        said = await save(stage, "x.toml")
    assert said.startswith(
        "≠ Saved as x.toml: 2 steps. But played again, it ends in another way: "
        "step 2 (line 12): deposit bob was refused: There is no wallet bob"
    )


@pytest.mark.slow
async def test_a_session_begins_anew_when_the_story_starts_over() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.type("deposit bob 5")
        await stage.pilot.press("escape")
        await stage.start_over()
        await stage.type("create ann")
        assert (await save(stage, "x.toml")).startswith("✓ Saved as x.toml: 2 steps")
    assert "bob" not in Path("x.toml").read_text()


async def test_escape_goes_back_without_saving_and_s_is_a_letter_to_whoever_types() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        await stage.pilot.press("s")
        assert stage.app.screen is stage.app.main
        await stage.pilot.press("escape", "s")
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, SaveSessionScreen)
        await stage.pilot.press("escape")
        assert stage.app.screen is stage.app.main
    assert os.listdir() == []


async def test_the_proposed_name_is_free() -> None:
    async with on_stage() as stage:
        now = stage.clock.now()
        for ending in ("", "-2", "-3"):
            name = f"session-2026-01-01-0000{ending}.toml"
            assert proposal(now) == name
            Path(name).touch()


async def test_a_ledger_that_cannot_be_read_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise StorageError("The log cannot be read.")

    async with on_stage() as stage:
        await stage.type("create ann")
        monkeypatch.setattr(Ledger, "read", broken)
        assert await save(stage, "x.toml") == "✗ The log cannot be read."
