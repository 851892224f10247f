"""Large type, for a projector."""

import pytest
from rich.cells import cell_len

from tests.ui.stage import Stage, on_stage
from tui_ledger.simulation.scenario import load_scenario
from tui_ledger.ui.charts.big_digits import SIZES, big_digits
from tui_ledger.ui.widgets.command_bar import CommandInput
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.large_board import LargeBalances, LargeBoard, LargeEvents, LargePositions
from tui_ledger.ui.widgets.pipeline import _DOT, _thick


def shows(stage: Stage, number: str) -> bool:
    """Whether `number` is on the screen in big digits of any size."""
    lines = stage.screen_text().splitlines()
    for size in SIZES:
        drawn = [line.rstrip() for line in big_digits(number, size)]
        for top in range(len(lines) - len(drawn) + 1):
            places = {lines[top].find(drawn[0], start) for start in range(len(lines[top]))} - {-1}
            if any(
                all(lines[top + y].startswith(line, place) for y, line in enumerate(drawn))
                for place in places
            ):
                return True
    return False


async def late(stage: Stage) -> None:
    await stage.execute("create ann", "deposit ann 100")
    await stage.advance(1)
    await stage.ledger.worker("balances").delay(5)
    await stage.execute("deposit ann 50 source=salary")
    await stage.advance(1)


@pytest.mark.parametrize("size", [(120, 40), pytest.param((80, 24), marks=pytest.mark.slow)])
async def test_truth_and_what_is_shown_stand_beside_each_other_in_big_digits(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as stage:
        await late(stage)
        await stage.pilot.press("z")
        await stage.tick()
        text = stage.screen_text()
        assert all(shows(stage, number) for number in ("#3", "#2", "150.00", "100.00", "≠"))
        assert "BALANCES  ≠ 1 behind" in text
        assert "≠ stale" in text
        assert "MoneyDeposited" in text
        assert "salary" in text
        await stage.advance(10)
        assert not shows(stage, "≠")
        assert shows(stage, "=")
        assert "✓ the same" in stage.screen_text()


async def test_what_was_known_before_it_is_there_is_shown_on_a_ledger_at_rest() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "deposit ann 50")
        await stage.advance(1)
        stage.app.main.action_large()
        stage.app.drawing.note()  # a tick that comes before it is mounted
        await stage.tick()
        assert shows(stage, "50.00")


@pytest.mark.slow
async def test_z_and_escape_go_back_to_what_was_there() -> None:
    async with on_stage() as stage:
        await late(stage)
        before = stage.screen_text()
        for back in ("z", "escape"):
            await stage.pilot.press("z")
            await stage.tick()
            assert isinstance(stage.app.focused, LargeBoard)
            assert not stage.app.main.query_one(EventStream).display
            await stage.pilot.press(back)
            await stage.tick()
            assert stage.screen_text() == before
            assert isinstance(stage.app.focused, EventStream)
        assert stage.app.main.large is None
        assert not stage.app.main.query(LargeBoard)


@pytest.mark.slow
async def test_while_a_story_plays_escape_skips_it_as_is_said_and_z_goes_back() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.pilot.press("z")
        await stage.tick()
        await stage.pilot.press("escape")
        await stage.tick()
        assert stage.app.main.large is not None
        assert not stage.app.offers("story")


@pytest.mark.slow
async def test_commands_are_typed_in_large_type_and_a_z_among_them_is_a_letter() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("z", "colon", *"create zoe")
        assert stage.app.main.query_one(CommandInput).value == "create zoe"
        await stage.pilot.press("enter")
        await stage.answered("create zoe")
        await stage.tick()
        assert "zoe  in truth" in stage.screen_text()
        await stage.pilot.press("escape")
        assert isinstance(stage.app.focused, LargeBoard)


@pytest.mark.slow
async def test_the_keys_of_the_read_models_work_in_large_type() -> None:
    async with on_stage() as stage:
        await late(stage)
        await stage.ledger.worker("balances").delay(0)
        await stage.advance(6)
        await stage.pilot.press("z", "l")
        await stage.tick()
        assert next(one for one in stage.ledger.snapshot().views if one.view == "balances").delay == 3
        await stage.execute("create bob", "deposit bob 7")
        await stage.advance(1)
        await stage.pilot.press("down")
        await stage.advance(5)
        assert shows(stage, "7.00")


@pytest.mark.slow
async def test_a_number_of_a_pane_leads_there_in_the_usual_size() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("z", "3")
        await stage.tick()
        assert stage.app.main.large is None
        assert "3 Read models" in stage.screen_text()


@pytest.mark.slow
async def test_only_what_has_changed_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    async with on_stage() as stage:
        await late(stage)
        await stage.advance(10)
        await stage.pilot.press("z")
        await stage.tick()
        for part in (LargePositions, LargeBalances, LargeEvents):
            render = part.render

            def counted(self: object, render: object = render, name: str = part.__name__) -> object:
                drawn.append(name)
                return render(self)  # type: ignore[operator]

            monkeypatch.setattr(part, "render", counted)
        for _ in range(5):
            await stage.advance(0.1)
        assert drawn == []
        await stage.ledger.worker("balances").delay(5)
        await stage.execute("deposit ann 1")
        await stage.advance(0.1)
        assert set(drawn) == {"LargePositions", "LargeBalances", "LargeEvents"}


@pytest.mark.slow
async def test_a_story_that_starts_over_stays_in_large_type() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.pilot.press("z")
        await stage.start_over()
        assert isinstance(stage.app.focused, LargeBoard)
        await stage.pilot.press("z")
        await stage.tick()
        assert "1 Commands" in stage.screen_text()


@pytest.mark.slow
@pytest.mark.parametrize("size", [(20, 5), (60, 20)])
async def test_no_size_is_too_small_for_it(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as stage:
        await late(stage)
        await stage.execute("deposit ann 123456789")
        await stage.pilot.press("z")
        await stage.advance(1)
        stage.screen_text()
        assert stage.app.crash is None
        await stage.pilot.press("z")
        await stage.tick()
        assert stage.app.main.large is None


@pytest.mark.slow
async def test_numbers_that_are_too_long_for_digits_are_words() -> None:
    async with on_stage(size=(80, 24)) as stage:
        await stage.execute("create ann", "deposit ann 1234567890123.45")
        await stage.pilot.press("z")
        await stage.advance(1)
        assert stage.screen_text().count("1234567890123.45") >= 2


def test_a_thick_dot_is_round_beside_names_of_wide_characters() -> None:
    names = ["コマンド", "イベントストア", "バス", "読み取りモデル"]
    lines = _thick(names, 10, 30, ({3}, {12})).plain.split("\n")
    for place in (0, 1):
        columns = set()
        for line, part in zip(lines, _DOT, strict=True):
            at = -1
            for _ in range(place + 1):
                at = line.index(part, at + 1)
            columns.add(cell_len(line[:at]))
        assert len(columns) == 1


async def test_a_thick_dot_moves_as_a_whole() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("z")
        await stage.tick()
        stage.app.animation_level = "full"
        await stage.execute("create ann")
        await stage.tick()
        seen = set()
        for _ in range(5):
            lines = stage.screen_text().splitlines()
            row = next(number for number, line in enumerate(lines) if "EVENT STORE" in line)
            columns = {lines[row + y].find(part) for y, part in zip((-1, 0, 1), _DOT, strict=True)}
            assert len(columns) == 1
            seen |= columns
            await stage.advance(0.1)
        assert len(seen - {-1}) >= 3


@pytest.mark.slow
async def test_the_truth_is_known_of_a_wallet_that_the_table_would_have_to_scroll_to() -> None:
    async with on_stage() as stage:
        await stage.execute(*(f"create w{number}" for number in range(10, 70)), "deposit w69 7")
        await stage.pilot.press("z")
        await stage.advance(1)
        balances = stage.app.main.query_one(LargeBalances).balances
        assert (balances.wallet, balances.truth, balances.shown) == ("w69", "7.00", "7.00")
