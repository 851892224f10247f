"""F2 says everything on the screen in the other language, and changes nothing else."""

import re
from datetime import UTC, datetime

import pytest
from textual.command import CommandList
from textual.content import Content
from textual.widgets import Input

from tests.ui.stage import Stage, on_stage, plain
from tui_ledger.content import placeholders, say, sentences, speak, spoken
from tui_ledger.domain.commands import COMMANDS
from tui_ledger.simulation.scenario import load_scenario
from tui_ledger.ui.event_filter import EventFilter
from tui_ledger.ui.event_line import short_time
from tui_ledger.ui.translation import Translation
from tui_ledger.ui.widgets.balances import BalancesTable
from tui_ledger.ui.widgets.command_bar import CommandInput
from tui_ledger.ui.widgets.command_palette import ActionPalette
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.prose import Prose
from tui_ledger.ui.widgets.results import Results
from tui_ledger.ui.wrapping import wrapped

WORDS = frozenset(COMMANDS).union(*(kind.model_fields for kind in COMMANDS.values()))
"""What one types is the same in every language."""


def english_left(text: str) -> list[str]:
    """What is on the screen of what only the English have a word for."""
    fixed = {
        key: line
        for key, template in sentences("en").items()
        if not placeholders(template)
        for line in template.split("\n")
        if len(line) > 5 and line not in WORDS and line not in sentences("ja")[key]
    }
    return [key for key, line in fixed.items() if re.search(rf"\b{re.escape(line.strip())}\b", text)]


def japanese_left(text: str) -> str:
    return "".join(re.findall("[ぁ-んァ-ヶ一-龠]", text.replace("日本語", "")))


async def switch(stage: Stage) -> str:
    """Press F2; what is on the screen then."""
    await stage.pilot.press("f2")
    await stage.pilot.pause()
    return stage.screen_text()


async def test_all_that_is_on_the_screen_changes_its_language_and_back() -> None:
    async with on_stage(traffic=1.0) as stage:
        await stage.execute("create ann", "deposit ann 50")
        await stage.tick()
        before = stage.screen_text()
        japanese = await switch(stage)
        assert english_left(japanese) == []
        assert "3 読み取りモデル · 遅れうる" in japanese
        assert "2 件のイベントがすべて反映済みです" in japanese
        assert spoken() == "ja"
        assert await switch(stage) == before
        assert japanese_left(before) == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "keys",
    [["question_mark"], ["slash"], ["o"], ["s"], ["2", "enter"], ["2", "t"]],
    ids=["help", "filter", "start over", "save", "event", "journey"],
)
async def test_a_window_that_is_open_changes_its_language(keys: list[str]) -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.execute("create ann")
        await stage.tick()
        await stage.pilot.press(*keys)
        await stage.pilot.pause()
        assert stage.app.screen is not stage.app.main
        window = stage.app.screen
        assert english_left(await switch(stage)) == []
        assert japanese_left(await switch(stage)) == ""
        assert stage.app.screen is window


@pytest.mark.slow
async def test_what_was_typed_chosen_and_held_stays() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "create bob", *(f"deposit ann {n}" for n in range(1, 60)))
        await stage.tick()
        stream = stage.app.main.query_one(EventStream)
        stream.wanted = EventFilter.parse("deposit")
        await stage.tick()
        stage.app.drawing.choose("bob")
        await stage.pilot.press("2", "home", "v", "v", "colon")
        await stage.insert("deposit ann 5")
        await stage.pilot.press("left", "left")

        def state() -> tuple[object, ...]:
            bar = stage.app.main.query_one(CommandInput)
            return (
                *(bar.value, bar.cursor_position, bar.has_focus),
                *(stream.wanted, stream.following, stream.cursor, stream.scroll_offset),
                *(stage.app.main.view, stage.app.main.tab, stage.app.main.shown),
                stage.app.main.query_one(BalancesTable).chosen,
            )

        before = state()
        assert before[0] == "deposit ann 5"
        assert before[4] is False
        await switch(stage)
        assert state() == before
        await stage.pilot.press("6")
        assert stage.app.main.query_one(CommandInput).value == "deposit ann6 5"


async def test_answers_that_were_given_are_said_anew() -> None:
    async with on_stage() as stage:
        await stage.type("create ann id=first")
        await stage.type("create ann id=first")
        await stage.type("withdraw ann 900")
        await stage.type("withdraw ann 0.001")
        await stage.type("deposit ann 5 id=first")
        english = [str(entry.note) for entry in stage.app.main.query_one(Results).entries]
        await switch(stage)
        assert [str(entry.note) for entry in stage.app.main.query_one(Results).entries] == [
            "コマンド ID first は別のコマンドで使われています。別の ID にしてください。",
            "0.001 は ann の金額になりません。USD の小数は 2 桁です。12.34 のように書きます。",
            "ann の残高は 0.00 USD、必要なのは 900.00 USD です。",
            "以前に #1 として保存済み",
            "#1 として保存",
        ]
        assert stage.explanation.startswith("コマンド ID first は別の")
        await switch(stage)
        assert [str(entry.note) for entry in stage.app.main.query_one(Results).entries] == english


async def test_what_is_wrong_with_a_line_is_said_in_the_language_that_is_spoken() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("colon")
        bar, hint = stage.app.main.query_one(CommandInput), stage.app.main.query_one("#hint", Prose)
        for line, wrong in (
            ("depsit ann 5", "✗ depsit というコマンドや操作はありません。deposit のことですか?"),
            (
                "deposit Ann 5",
                "✗ wallet Ann: ウォレット ID は英小文字、数字、_、- の 1〜32 文字で、先頭は英字か数字です。",
            ),
            ("deposit ann", "✗ deposit に足りないもの: amount"),
        ):
            bar.value = line
            await stage.pilot.press("enter", "f2")
            assert hint.text.plain.split("\n")[0] == wrong, "it stays, though the line is not sent again"
            await stage.pilot.press("f2")
            assert japanese_left(hint.text.plain) == ""


async def test_the_palette_offers_the_other_language_by_its_own_name() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("ctrl+p")
        await stage.pilot.pause()
        stage.app.screen.query_one(Input).value = "日本語"
        for _ in range(100):
            await stage.pilot.pause()
            if stage.app.screen.query_one(CommandList).option_count == 1:
                break
        await stage.pilot.press("enter")
        await stage.pilot.pause()
        assert spoken() == "ja"
        assert stage.app.screen is stage.app.main


async def test_the_palette_keeps_what_is_chosen_and_has_no_words_but_ours() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("ctrl+p")
        await stage.pilot.pause()
        commands = stage.app.screen.query_one(CommandList)
        await stage.pilot.press("down", "down")
        japanese = await switch(stage)
        assert english_left(japanese) == []
        assert "操作を探す" in japanese
        assert commands.highlighted == 2
        titles = {plain(Content(say(f"screen.action.{name}.title"))) for name in ("type", "quit", "language")}
        shown = {str(option.prompt).split("\n")[0] for option in commands.options}
        assert titles <= shown
        assert all(japanese_left(title) for title in shown - {"English"})


async def test_a_search_that_finds_nothing_is_told_so_in_our_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ActionPalette, "_PATIENCE", 0.01)
    async with on_stage() as stage:
        await stage.pilot.press("ctrl+p")
        await stage.pilot.pause()
        stage.app.screen.query_one(Input).value = "xyzzy"
        for _ in range(100):
            await stage.pilot.pause(0.01)
            if say("screen.palette.nothing") in stage.screen_text():
                return
        raise AssertionError(stage.screen_text())


@pytest.mark.parametrize(
    ("stamp", "shown"),
    [("2026-03-09", "03/09   "), ("2025-12-31", "2025/12 "), ("2026-05-01T19:00:01Z", "19:00:01")],
)
def test_dates_are_written_as_the_language_does(stamp: str, shown: str) -> None:
    speak("ja")
    assert short_time(stamp, datetime(2026, 5, 1, 20, tzinfo=UTC), UTC) == shown


def test_what_has_no_translation_is_said_in_english() -> None:
    speak("ja")
    assert str(Translation("refusal.tomorrow", {}, "Not before tomorrow.")) == "Not before tomorrow."


def test_what_a_translation_is_filled_in_with_is_made_safe() -> None:
    speak("ja")
    text = str(Translation("refusal.wallet_exists", {"wallet": "\u202eevil[/b]\x1b[31m"}, ""))
    assert "\u202e" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("told", ["story.", "scenarios."])
def test_what_stories_say_fits_into_two_lines_of_78_cells(language: str, told: str) -> None:
    for key, sentence in sentences(language).items():
        if key.startswith(told):
            assert len(wrapped(Content(sentence), 78)) <= 2, key


ONE_LINE = {
    "screen.stream.empty": 37,
    "screen.stream.search": 37,
    "screen.stream.no_match": 37,
    "screen.balances.empty": 36,
    "screen.balances.more": 36,
    "screen.statement.empty": 36,
    "screen.top_items.empty": 36,
    "screen.top_items.more": 36,
    "screen.top_items.off": 36,
    "screen.books.empty": 36,
    "screen.books.more": 36,
    "screen.books.off": 36,
    "screen.own.empty": 36,
    "screen.own.more": 36,
    "screen.own.off": 36,
    "screen.spending.off": 36,
    "screen.balances.stale": 7,
    "screen.trace.received": 16,
    "screen.trace.decided": 16,
    "screen.trace.durable": 16,
    "screen.trace.published": 16,
    "screen.trace.drawn": 16,
    "screen.books.currency": 4,
    "screen.top_items.count": 5,
}
"""Sentences that stand in one line of a pane or of a column, and its cells in 80 columns."""


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_stands_in_one_line_fits_into_it(language: str) -> None:
    for key, cells in ONE_LINE.items():
        assert Content(sentences(language)[key]).cell_length <= cells, key
    for key, sentence in sentences(language).items():
        if key.startswith("help.") and key.endswith((".keys", ".text")):
            assert all(Content(line).cell_length <= 67 for line in sentence.split("\n")), key
        if key.startswith("screen.event.label."):
            assert Content(sentence).cell_length <= 14, key
