"""How the screen looks: colours, no colours, ASCII."""

import itertools
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import pytest
from rich.color import Color, ColorSystem
from rich.segment import Segment

from tests.ui.stage import Stage, make_app, on_stage
from tests.unit.test_themes import contrast
from tui_ledger.testing import VirtualClock
from tui_ledger.ui.ascii_only import to_ascii
from tui_ledger.ui.look import Look
from tui_ledger.ui.preferences import PreferencesFile
from tui_ledger.ui.theme import NAMES
from tui_ledger.ui.widgets.command_bar import CommandInput
from tui_ledger.ui.widgets.spending import SpendingPie

Act = Callable[[Stage], Awaitable[None]]


async def busy(stage: Stage) -> None:
    """Something of everything: answers, a stale balance, a view that failed, a chosen event, a lit cell."""
    await stage.execute("create ann owner=Ann", "create bob", "deposit ann 100 source=salary")
    await stage.execute("buy ann tea 3 category=food", "buy ann sword 20 category=arms")
    await stage.advance(1)
    await stage.type("withdraw bob 900")
    await stage.type("deposit ann 50")
    await stage.ledger.worker("balances").delay(1.5)
    await stage.execute("deposit ann 5")
    await stage.ledger.worker("statement").pause()
    await stage.advance(0.2)
    await stage.pilot.press("escape", "up", "up")
    await stage.tick()


async def pie(stage: Stage) -> None:
    await stage.pilot.press("escape", "3", "v", "v")
    await stage.tick()


async def typing(stage: Stage) -> None:
    await stage.pilot.press("2", "colon", *"depo")
    stage.app.screen.query_one(CommandInput).cursor_blink = False
    await stage.tick()


async def large(stage: Stage) -> None:
    await stage.pilot.press("escape", "z")
    await stage.tick()


async def window(stage: Stage) -> None:
    await stage.pilot.press("z", "2", "enter")
    await stage.tick()
    await stage.pilot.pause()


async def helping(stage: Stage) -> None:
    await stage.pilot.press("escape", "question_mark")
    await stage.tick()


async def palette(stage: Stage) -> None:
    await stage.pilot.press("escape", "ctrl+p")
    await stage.tick()
    await stage.pilot.press("down")


STATES = (busy, pie, typing, large, window, helping, palette)
EACH_OR_ALL = pytest.mark.parametrize(
    "states", [STATES[:1], pytest.param(STATES, marks=pytest.mark.slow)], ids=["one", "all"]
)


def segments(stage: Stage) -> Iterator[Segment]:
    for strip in stage.app.screen._compositor.render_strips():
        yield from strip


async def test_f3_goes_through_all_colours_and_says_which() -> None:
    async with on_stage() as stage:
        seen = []
        for _ in NAMES:
            await stage.pilot.press("f3")
            seen.append(stage.app.theme)
        assert seen == [*NAMES[1:], NAMES[0]]
        assert stage.notices[-1] == "Colours: dark · F3 next"
        assert sorted(stage.app.available_themes) == sorted(NAMES)


async def test_a_choice_of_colours_is_kept_for_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    async with on_stage(look=Look(preferences=PreferencesFile(path))) as stage:
        await stage.pilot.press("question_mark", "f3")  # in a window, too
        assert stage.app.theme == "light"
    app = make_app(VirtualClock(), look=Look(preferences=PreferencesFile(path)))
    assert app.theme == "light"


async def test_colours_that_are_not_there_any_more_are_those_of_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    PreferencesFile(path).keep(theme="of another version")
    assert make_app(VirtualClock(), look=Look(preferences=PreferencesFile(path))).theme == "ledger"


@pytest.mark.slow
async def test_a_choice_that_cannot_be_kept_holds_until_the_end_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    preferences = PreferencesFile(tmp_path / "file" / "preferences.json")
    async with on_stage(look=Look(preferences=preferences)) as stage:
        await stage.pilot.press("f3")
        assert stage.app.theme == "light"
        assert "for this time only" in stage.notices[-1]


@pytest.mark.slow
@EACH_OR_ALL
async def test_every_text_on_the_screen_can_be_read_in_every_theme(states: Sequence[Act]) -> None:
    async with on_stage() as stage:
        bad = []
        for act, theme in itertools.product(states, NAMES):
            if theme == NAMES[0]:
                await act(stage)
            stage.app.theme = theme
            await stage.pilot.pause()
            least = 7.0 if theme == "contrast" else 4.5
            bad += [(theme, act.__name__, *one) for one in unreadable(stage, least)]
        assert bad == []


def unreadable(stage: Stage, least: float) -> set[tuple[str, str, str]]:
    """Texts with their colours; of what is behind a window, nothing."""
    found = set()
    screen = stage.app.screen
    region = screen.children[0].region if screen.is_modal else screen.region
    strips = screen._compositor.render_strips()[region.y : region.bottom]
    for text, style, _ in itertools.chain(*(strip.crop(region.x, region.right) for strip in strips)):
        if style is None or not any(character.isalnum() for character in text):
            continue
        front, back = style.color, style.bgcolor
        assert front is not None
        assert back is not None
        colours = (front.get_truecolor().hex, back.get_truecolor().hex)
        if contrast(*colours) < least:
            found.add((text, *colours))
    return found


@EACH_OR_ALL
async def test_without_colours_nothing_has_one(states: Sequence[Act]) -> None:
    async with on_stage(look=Look(colours="none")) as stage:
        for act in states:
            await act(stage)
            drawn = list(segments(stage))
            found = {one for _, style, _ in drawn if style for one in (style.color, style.bgcolor)}
            assert all(one is None or one.is_default for one in found), act.__name__
        if palette in states:
            assert any(text.strip() and style and style.underline and style.bold for text, style, _ in drawn)


@pytest.mark.slow
async def test_without_colours_bars_titles_suggestions_and_changes_have_other_marks() -> None:
    async with on_stage(look=Look(colours="none")) as stage:
        await busy(stage)
        reverse = "".join(text for text, style, _ in segments(stage) if style and style.reverse)
        assert "2 Events" in reverse  # has the keys
        assert "MoneyDeposited" in reverse  # is chosen
        assert "ann" in reverse  # the wallet of the statement
        lit = "".join(text for text, style, _ in segments(stage) if style and style.underline and style.bold)
        assert "132.00" in lit
        await typing(stage)
        under = "".join(text for text, style, _ in segments(stage) if style and style.underline)
        assert "it" in under  # of "deposit"
        await pie(stage)
        letters = stage.app.screen.query_one(SpendingPie).render().plain
        assert "A arms" in letters
        assert "AAA" in letters


@pytest.mark.slow
async def test_sixteen_colours_do_with_sixteen_and_show_a_bar_of_one_colour() -> None:
    async with on_stage(look=Look(colours="few")) as stage:
        await busy(stage)
        strips = stage.app.screen._compositor.render_strips()
        bar = next(strip for strip in strips if any(s and s.reverse and "Money" in t for t, s, _ in strip))
        chosen = [style for text, style, _ in bar if style and style.reverse]
        behind = {style.color for style in chosen}
        assert len(behind) == 1
        assert Color.downgrade(behind.pop() or Color.default(), ColorSystem.STANDARD).number == 15


@EACH_OR_ALL
@pytest.mark.parametrize("size", [(120, 40), pytest.param((80, 24), marks=pytest.mark.slow)])
async def test_in_ascii_every_state_is_ascii_but_for_what_people_wrote(
    size: tuple[int, int], states: Sequence[Act]
) -> None:
    async with on_stage(size=size, look=Look(ascii_only=True)) as stage:
        await stage.execute("create moyin", "deposit moyin 1000", "buy moyin 'sword 剣' 200 category=武器")
        for act in states:
            await act(stage)
            left = {one for one in stage.screen_text() if not one.isascii()}
            assert left <= set("剣武器日本語"), act.__name__


@pytest.mark.slow
async def test_in_ascii_the_screen_is_the_usual_one_character_for_character() -> None:
    texts = []
    for ascii_only in (False, True):
        async with on_stage(look=Look(ascii_only=ascii_only)) as stage:
            await stage.execute("create moyin", "deposit moyin 1000")
            await busy(stage)
            lines = stage.screen_text().splitlines()
            texts.append([line for number, line in enumerate(lines) if number != len(lines) - 1])
    assert [to_ascii(line) for line in texts[0]] == texts[1]


@pytest.mark.slow
async def test_in_ascii_the_pie_has_a_letter_for_each_slice_and_keys_have_names() -> None:
    async with on_stage(look=Look(ascii_only=True)) as stage:
        await busy(stage)
        await pie(stage)
        text = stage.screen_text()
        assert "A arms" in text
        assert "BBB" in text or "BB" in text
        assert "< > year" in text
        await stage.pilot.press("2")
        await stage.tick()
        assert "enter open" in stage.screen_text()
