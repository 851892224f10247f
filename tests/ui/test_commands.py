"""The command bar and its answers."""

import pytest

from tests.ui.stage import on_stage
from tui_ledger.errors import LockedError, StorageError
from tui_ledger.ledger import Ledger
from tui_ledger.ui.widgets.command_bar import CommandInput
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.results import Results


async def test_a_command_is_answered_with_the_position_of_its_event() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        await stage.type("deposit ann 50")
        first, second = stage.app.screen.query_one(Results).entries
        assert (first.line, first.state, first.last) == ("deposit ann 50", "accepted", 2)
        assert (second.line, second.state, second.last) == ("create ann", "accepted", 1)
        assert "stored as #2" in stage.screen_text()


async def test_a_refused_command_shows_its_sentence_and_leaves_the_log_as_it_was() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        await stage.type("withdraw ann 900")
        entry = stage.app.screen.query_one(Results).entries[0]
        assert entry.state == "refused"
        assert str(entry.note) == "ann has 0.00 USD, and this needs 900.00 USD."
        assert stage.explanation.endswith("A refused command changes nothing: the log still ends at #1.")


async def test_a_line_that_is_no_command_stays_in_the_bar_with_the_reason_under_it() -> None:
    async with on_stage() as stage:
        await stage.type("depsit ann 50")
        assert stage.app.screen.query_one(CommandInput).value == "depsit ann 50"
        assert stage.app.screen.query_one(Results).entries == ()
        assert "command depsit; did" in stage.screen_text()


async def test_up_and_down_go_through_earlier_commands() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        await stage.type("create bob")
        line = stage.app.screen.query_one(CommandInput)
        await stage.pilot.press("up")
        assert line.value == "create bob"
        await stage.pilot.press("up", "up")
        assert line.value == "create ann"
        await stage.pilot.press("down", "down")
        assert line.value == ""


async def test_tab_completes_verbs_and_wallets_that_were_seen() -> None:
    async with on_stage() as stage:
        await stage.type("create annabelle")
        await stage.insert("dep")
        await stage.pilot.press("tab")
        line = stage.app.screen.query_one(CommandInput)
        assert line.value == "deposit"
        await stage.pilot.press("space")
        await stage.insert("ann")
        await stage.pilot.press("tab")
        assert line.value == "deposit annabelle"


async def test_escape_leaves_the_bar_and_keeps_what_was_typed() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("colon", "c", "r", "escape")
        assert isinstance(stage.app.focused, EventStream)
        await stage.pilot.press("colon")
        assert stage.app.screen.query_one(CommandInput).value == "cr"


async def test_a_colon_too_many_is_no_part_of_the_command() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("colon", "colon", "c")
        await stage.insert("reate ann")
        await stage.pilot.press("enter")
        await stage.tick()
        assert stage.app.screen.query_one(Results).entries[0].state == "accepted"


async def test_a_locked_ledger_gives_the_command_back_to_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    async def locked(*_: object) -> None:
        raise LockedError("Another process holds the ledger; try again.")

    async with on_stage() as stage:
        monkeypatch.setattr(Ledger, "execute", locked)
        await stage.type("create ann")
        assert stage.app.screen.query_one(CommandInput).value == "create ann"
        assert str(stage.app.screen.query_one(Results).entries[0].note).startswith("Another process")


async def test_a_ledger_that_fails_is_a_banner_and_not_the_end_of_the_app(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def full(*_: object) -> None:
        raise StorageError("The disk is full; everything up to #1 is stored.")

    async with on_stage() as stage:
        await stage.type("create ann")
        with monkeypatch.context() as broken:
            broken.setattr(Ledger, "execute", full)
            await stage.type("create bob")
        await stage.tick()
        assert stage.explanation == "The disk is full; everything up to #1 is stored."
        assert "✗ TROUBLE" in stage.screen_text()
        await stage.type("create bob")
        await stage.tick()
        assert "▶ LIVE" in stage.screen_text()


async def test_an_answer_leads_to_its_event() -> None:
    async with on_stage(size=(80, 24)) as stage:
        await stage.execute("create ann", *(f"deposit ann {n}" for n in range(1, 60)))
        await stage.tick()
        stage.app.screen.query_one(Results).action_follow(3)
        await stage.pilot.pause()
        stream = stage.app.screen.query_one(EventStream)
        assert stream.has_focus
        assert not stream.following
        assert any(stage.line(stream, y).startswith(" 3 ") for y in range(stream.size.height))
