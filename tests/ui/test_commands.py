"""The command bar and its answers."""

import pytest

from tests.ui.stage import on_stage
from tui_ledger.errors import LockedError, StorageError
from tui_ledger.ledger import Ledger
from tui_ledger.ui import feed
from tui_ledger.ui.widgets.command_bar import CommandInput, HintLines
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
        assert "depsit; did you mean" in stage.screen_text()


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
        assert line.value == "deposit "
        await stage.insert("ann")
        await stage.pilot.press("tab")
        assert line.value == "deposit annabelle "


@pytest.mark.slow
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


def reversed_in(hint: HintLines) -> list[str]:
    """The parts of a hint that are drawn as chosen."""
    spans = [span for span in hint.text.spans if str(span.style) == "reverse bold"]
    return [hint.text.plain[span.start : span.end] for span in spans]


async def test_tab_goes_through_what_the_word_can_become_and_escape_has_it_as_it_was_typed() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "create anna", "create annika")
        await stage.tick()
        await stage.pilot.press("colon")
        await stage.insert("deposit ann")
        line, hint = stage.app.main.query_one(CommandInput), stage.app.main.query_one(HintLines)
        assert hint.text.plain.startswith("anna  annika\n")
        seen, marked = [], []
        for key in ("tab", "tab", "tab", "shift+tab", "escape"):
            await stage.pilot.press(key)
            seen.append(line.value)
            marked.append(" ".join(reversed_in(hint)))
        assert marked == ["anna", "annika", "anna", "annika", ""]
        assert seen == ["deposit anna", "deposit annika", "deposit anna", "deposit annika", "deposit ann"]
        assert line.has_focus


async def test_a_click_on_a_candidate_takes_it() -> None:
    async with on_stage() as stage:
        await stage.execute("create anna", "create bob")
        await stage.tick()
        await stage.pilot.press("colon")
        await stage.insert("send anna ")
        hint = stage.app.main.query_one(HintLines)
        assert hint.text.plain.startswith("bob\n")
        await stage.pilot.click(HintLines, offset=(hint.styles.padding.left + 1, 0))
        assert stage.app.main.query_one(CommandInput).value == "send anna bob "


@pytest.mark.slow
async def test_a_name_of_several_words_is_completed_in_quotes_also_in_the_middle_of_a_line() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "deposit ann 9", "buy ann 'green tea 剣' 3")
        await stage.tick()
        await stage.pilot.press("colon")
        line = stage.app.main.query_one(CommandInput)
        await stage.insert('buy ann "gre')
        await stage.pilot.press("tab", "5")
        assert line.value == 'buy ann "green tea 剣" 5'
        line.value = "buy ann gre 3"
        line.cursor_position = len("buy ann gre")
        await stage.pilot.press("tab")
        assert line.value == 'buy ann "green tea 剣" 3'
        assert line.cursor_position == len('buy ann "green tea 剣"')


async def test_a_half_typed_line_is_kept_while_one_looks_at_earlier_ones() -> None:
    async with on_stage() as stage:
        await stage.type("create ann")
        await stage.insert("deposit an")
        line = stage.app.main.query_one(CommandInput)
        seen = []
        for key in ("up", "up", "down"):
            await stage.pilot.press(key)
            seen.append(line.value)
        assert seen == ["create ann", "create ann", "deposit an"]


async def test_wallets_beyond_those_on_the_screen_are_looked_up_by_how_they_begin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed, "WALLETS", 3)
    async with on_stage() as stage:
        await stage.execute(*(f"create w{number}" for number in range(120)), "create zoe", "create zora")
        await stage.execute(*(f"create x{number}" for number in range(120)))
        await stage.tick()
        await stage.pilot.press("colon")
        await stage.insert("deposit zo")
        hint = stage.app.main.query_one(HintLines)
        for _ in range(100):
            await stage.pilot.pause()
            if hint.text.plain.startswith("zoe"):
                break
        assert hint.text.plain.startswith("zoe  zora\n")


async def test_a_ledger_that_cannot_be_asked_for_names_says_so_and_the_line_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise StorageError("The view cannot be read.")

    async with on_stage() as stage:
        await stage.type("create ann")
        monkeypatch.setattr(Ledger, "documents", broken)
        await stage.insert("refund ann ")
        for _ in range(100):
            await stage.pilot.pause()
            if "The view cannot be read." in stage.explanation:
                break
        assert "The view cannot be read." in stage.explanation
        assert stage.app.main.query_one(CommandInput).value == "refund ann "


async def test_tab_leads_from_an_empty_line_to_the_next_pane_and_stays_in_one_that_it_cannot_complete() -> (
    None
):
    async with on_stage() as stage:
        await stage.pilot.press("colon")
        line = stage.app.main.query_one(CommandInput)
        await stage.insert("deposit ann 5x")
        await stage.pilot.press("tab")
        assert line.has_focus
        line.value = ""
        await stage.pilot.press("tab")
        assert stage.app.main.query_one(Results).has_focus


async def test_the_field_that_is_marked_in_the_form_moves_on_also_where_the_words_stay_the_same() -> None:
    async with on_stage(size=(80, 24)) as stage:
        await stage.execute("create ann", "deposit ann 9", "buy ann tea 3")
        await stage.tick()
        hint = stage.app.main.query_one(HintLines)
        await stage.pilot.press("colon")
        await stage.insert("buy ann t")
        await stage.pilot.press("tab")
        await stage.pilot.pause()
        [place] = [span for span in hint.text.spans if str(span.style) == "bold $write"]
        assert hint.text.plain[place.start : place.end] == "<price>"
