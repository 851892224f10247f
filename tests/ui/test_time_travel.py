"""The past on the screen: every pane shows the moment, nothing can be done there, and the present goes on."""

import asyncio
import random
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any, Final

import pytest

from tests.ui.stage import Stage, on_stage, plain
from tests.ui.travelling import HISTORY, balances, banner, go, moved, positions, said, time_line, title
from tui_ledger.content import say
from tui_ledger.domain.events import RecordedEvent
from tui_ledger.domain.money import format_amount
from tui_ledger.domain.wallet import ImpossibleEvent, NoWallet
from tui_ledger.errors import IntegrityError
from tui_ledger.ledger import Ledger
from tui_ledger.query_side.view import Document
from tui_ledger.simulation.scenario import load_scenario
from tui_ledger.ui.travel import PATIENCE
from tui_ledger.ui.widgets.balances import BalancesTable
from tui_ledger.ui.widgets.command_bar import CommandBar, CommandInput
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.listing import ListingTable
from tui_ledger.ui.widgets.prose import Prose
from tui_ledger.ui.widgets.results import Results
from tui_ledger.ui.widgets.spending import SpendingPie
from tui_ledger.ui.widgets.statement import StatementTable

NOTHING_READ = "…"


async def test_every_pane_shows_the_moment_and_nothing_that_came_after_it() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        stage.app.drawing.choose("ann")
        await moved(stage, "4", "home", "right", "right")
        assert positions(stage) == ["1", "2", "3"]
        assert balances(stage) == ["ann 100.00 120.00 changed", "bob 0.00 7.00 changed"]
        statement = stage.app.main.query_one(StatementTable)
        assert [line.position for line in statement.rows] == [2, 1]
        assert title(stage, "balances") == "BALANCES as it was as of #3 · 00:00:00"
        assert banner(stage) == ("VIEWING #3 · 00:00:00 · read-only · Esc = live now: head #6 (+3 since)")
        assert stage.app.main.has_class("-past")
        assert stage.explanation.startswith("After #3, UserCreated, bob had 0.00; now it is 7.00.")
        assert "up to #3 · 3 later" in plain(stage.app.main.query_one(EventStream)._border_subtitle)
        await moved(stage, "escape")
        assert positions(stage)[-1] == "6"
        assert balances(stage) == ["ann 120.00 120.00 ✓", "bob 7.00 7.00 ✓"]
        assert "✓ current" in title(stage, "balances")
        assert "LIVE" in banner(stage)
        assert not stage.app.main.has_class("-past")


async def test_the_present_goes_on_meanwhile_and_is_counted_and_not_shown() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        await go(stage, 2)
        await stage.execute("deposit ann 1", "create cy")
        await stage.advance(0.1)
        assert [view.checkpoint for view in stage.ledger.snapshot().views] == [8] * 5
        assert positions(stage) == ["1", "2"]
        assert balances(stage) == ["ann 100.00 121.00 changed"], "beside it is what is true now"
        assert banner(stage).endswith("now: head #8 (+6 since)")
        await go(stage, None)
        assert positions(stage)[-1] == "8"
        assert balances(stage)[-1] == "cy 0.00 0.00 ✓"


async def test_the_pie_the_items_and_the_books_are_those_of_the_moment_too() -> None:
    async with on_stage() as stage:
        buys = ("buy ann tea 3 category=food", "buy ann car 80 category=travel")
        await stage.execute("create ann", "deposit ann 100", *buys)
        await stage.advance(0.1)
        await go(stage, 3)
        for view in ("spending", "top_items", "books"):
            stage.app.main.view = view
            await stage.advance(0.1)
            assert title(stage, view).endswith("as it was as of #3 · 00:00:00")
        assert [part.name for part in stage.app.main.query_one(SpendingPie).picture.parts] == ["food"]
        items = stage.app.main.query_one("#top_items", ListingTable)
        assert items.listing.rows == (("tea", "1", "3.00 USD"),)
        books = stage.app.main.query_one("#books", ListingTable).listing.rows
        assert ("USD", "wallet/ann", "97.00") in books
        await go(stage, None)
        assert not items.listing.read, "out of sight it is not the past's any more"


async def test_a_command_is_refused_in_the_past_and_what_was_typed_stays() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        await go(stage, 2)
        await stage.type("deposit ann 5")
        bar = stage.app.main.query_one(CommandInput)
        assert bar.value == "deposit ann 5"
        assert plain(stage.app.main.query_one("#hint", Prose).text) == f"✗ {say('time.read_only')}"
        assert (await stage.ledger.head()).position == 6
        stage.app.main.query_one(CommandBar).post_message(CommandBar.Sent("deposit ann 6"))
        await stage.tick()
        assert stage.app.main.query_one(Results).entries == ()
        assert say("time.read_only") in said(stage)
        await moved(stage, "escape")
        assert stage.app.focused is bar, "Escape goes to now before it leaves the line"
        await stage.pilot.press("enter")
        await stage.answered("deposit ann 5")
        assert (await stage.ledger.head()).position == 7


async def test_the_keys_of_a_worker_do_nothing_in_the_past_but_say_so() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        await go(stage, 2)
        await moved(stage, "3", "p", "l")
        assert [(view.state, view.delay) for view in stage.ledger.snapshot().views] == [("live", 0.0)] * 5
        assert said(stage) == [say("time.read_only")] * 2


async def test_from_the_list_one_goes_to_the_moment_of_the_chosen_event() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        await moved(stage, "2", "up", "up", "up", "g")
        assert positions(stage) == ["1", "2", "3", "4"]
        await moved(stage, "up", "up", "g")
        assert positions(stage) == ["1", "2", "3"]
        await moved(stage, "escape")
        await moved(stage, "g")
        assert said(stage) == [say("time.is_now")]
        assert "LIVE" in banner(stage)


async def test_an_answer_that_came_later_leads_to_no_event_of_the_past() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.type("deposit ann 5")
        await go(stage, 2)
        stage.app.main.query_one(Results).action_follow(7)
        await stage.advance(0.1)
        assert said(stage) == [say("time.later", position="7")]
        assert positions(stage) == ["1", "2"]


async def test_large_type_is_of_now_and_given_up_for_the_past() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await moved(stage, "z")
        assert stage.app.main.large is not None
        await go(stage, 2)
        assert stage.app.main.large is None
        assert positions(stage) == ["1", "2"]
        await moved(stage, "z")
        assert stage.app.main.large is None


async def test_a_filter_finds_what_was_there_then() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        await moved(stage, "slash", *"bob", "enter")
        assert positions(stage) == ["3", "5"]
        await go(stage, 4)
        assert positions(stage) == ["3"]
        await go(stage, None)
        assert positions(stage) == ["3", "5"]


Asked = list[tuple[str, int | None]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Which views were read, and as of when."""
    found: Asked = []
    read = Ledger.documents

    async def spy(ledger: Ledger, view: str, *args: Any, as_of: int | None = None, **kwargs: Any) -> object:
        found.append((view, as_of))
        return await read(ledger, view, *args, as_of=as_of, **kwargs)

    monkeypatch.setattr(Ledger, "documents", spy)
    return found


async def test_of_quick_moves_only_the_last_is_read(asked: Asked) -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        await stage.advance(0.1)
        await stage.pilot.press("4", "left")
        await stage.pilot.press(*["left"] * 3)
        assert time_line(stage).at == 2, "the handle is there at once"
        assert {as_of for _, as_of in asked if as_of} == {5}
        await stage.advance(0.1)
        assert {as_of for _, as_of in asked if as_of} == {5, 2}
        assert positions(stage) == ["1", "2"]


async def test_what_was_is_read_once_however_long_one_looks_at_it(asked: Asked) -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        await go(stage, 4)
        before = len([one for one in asked if one[1]])
        for _ in range(3):
            await stage.execute("deposit ann 1")
            await stage.advance(0.1)
        assert len([one for one in asked if one[1]]) == before
        assert balances(stage)[0] == "ann 150.00 123.00 changed"


class Slow:
    """Keyframes that are made when a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[int] = []
        self.tell: Callable[[int], None] = lambda _: None
        self._go = asyncio.Event()
        monkeypatch.setattr(Ledger, "make_keyframes", self._make)

    def _make(self, view: str, up_to: int, progress: Callable[[int], None]) -> object:
        return self._wait(up_to, progress)

    async def _wait(self, up_to: int, progress: Callable[[int], None]) -> None:
        self.begun.append(up_to)
        self.tell = progress
        while not self._go.is_set():
            await self._go.wait()
            progress(0)

    def go_on(self) -> None:
        self._go.set()


async def draw(stage: Stage, seconds: float) -> None:
    """As `Stage.advance`, without waiting for what is being read."""
    await stage.clock.advance(seconds)
    stage.app._sample()
    await stage.pilot.pause()


async def test_a_moment_that_takes_long_is_being_read_and_nothing_else_is_shown_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        slow = Slow(monkeypatch)
        stage.app.go(4)
        await draw(stage, PATIENCE)
        assert balances(stage) == ["ann 120.00 120.00 ✓", "bob 7.00 7.00 ✓"]
        assert "as of #6 · head #6" in title(stage, "balances"), "until then it is what it says it is"
        assert "LIVE" in banner(stage)
        slow.tell(2)
        await draw(stage, 0.01)
        assert balances(stage) == [NOTHING_READ]
        assert stage.app.main.query_one(StatementTable).rows == ()
        assert title(stage, "balances") == "BALANCES reading … 25 % as of #4"
        assert banner(stage).startswith("READING #4 … 25 % · Esc = live")
        assert "No wallet" not in stage.screen_text()
        slow.go_on()
        await stage.advance(0.1)
        assert balances(stage)[0] == "ann 150.00 120.00 changed"
        assert title(stage, "balances").endswith("as of #4 · 00:00:00")


async def test_a_reading_that_is_not_wanted_any_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        slow = Slow(monkeypatch)
        stage.app.go(5)
        await draw(stage, 0.1)
        for position in (4, 3, 2):
            stage.app.go(position)
        await draw(stage, 0.1)
        assert slow.begun == [5]
        slow.go_on()
        await stage.advance(0.1)
        assert set(slow.begun) == {5, 2}
        assert slow.begun.count(5) == 1, "of two views"
        assert positions(stage) == ["1", "2"]


async def test_escape_leaves_a_moment_that_is_still_being_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        slow = Slow(monkeypatch)
        stage.app.go(5)
        await draw(stage, PATIENCE + 0.1)
        assert "READING" in banner(stage)
        await stage.pilot.press("escape")
        slow.go_on()
        await stage.advance(0.1)
        assert "LIVE" in banner(stage)
        assert balances(stage) == ["ann 120.00 120.00 ✓", "bob 7.00 7.00 ✓"]


async def test_a_position_that_is_not_there_is_the_nearest_that_is() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        await go(stage, -3)
        assert positions(stage) == ["1"]
        await go(stage, 1_000_000)
        assert "LIVE" in banner(stage)
        assert positions(stage)[-1] == "6"


async def test_an_empty_log_has_no_past() -> None:
    async with on_stage() as stage:
        await moved(stage, "4", "left", "home", "pageup", "2", "g", "4", "right", "end")
        assert "LIVE" in banner(stage)
        assert "No event yet" in stage.screen_text()
        await stage.execute("create ann")
        await moved(stage, "home", "left")
        assert "LIVE" in banner(stage), "of a single event there is no past either"
        await moved(stage, "d")
        assert said(stage) == [say("time.changes.go_back_first")]


@pytest.mark.slow
async def test_a_story_that_starts_over_begins_in_the_present() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(16)
        await go(stage, 1)
        assert "VIEWING #1" in banner(stage)
        assert "Esc skip" not in stage.screen_text(), "Escape goes back to now first"
        await moved(stage, "space")
        assert said(stage) == [say("time.read_only")]
        await stage.start_over()
        assert "LIVE" in banner(stage)
        assert not stage.app.main.has_class("-past")
        assert time_line(stage).at is None
        await stage.type("create ann")
        assert stage.app.main.query_one(Results).entries[0].state == "accepted"


async def test_a_screen_that_is_as_new_is_not_of_the_past() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        await go(stage, 2)
        await stage.app.main.start_over("another")
        assert not stage.app.main.has_class("-past")
        assert "OPENING" in banner(stage)


@pytest.mark.slow
async def test_the_end_of_the_story_is_in_the_present() -> None:
    async with on_stage(scenario=load_scenario("moyin")) as stage:
        await stage.advance(16)
        await go(stage, 1)
        await stage.pilot.press(*["greater_than_sign"] * 3)
        for _ in range(60):
            await stage.advance(0.5)
            if isinstance(stage.app.focused, CommandInput):
                break
        assert "LIVE" in banner(stage)
        assert stage.explanation == say("story.yours")


def _random_line(dice: random.Random, number: int) -> str:
    wallet, other = dice.sample(("ann", "bob", "cy"), 2)
    lines = (
        f"deposit {wallet} {dice.randint(1, 90)}",
        f"withdraw {wallet} {dice.randint(1, 40)}",
        f"buy {wallet} tea 3 id=b{number}",
        f"send {wallet} {other} {dice.randint(1, 20)}",
    )
    return dice.choice(lines)


@pytest.mark.parametrize("seed", range(2))
async def test_what_was_shown_at_any_moment_is_the_fold_up_to_there(seed: int) -> None:
    dice = random.Random(seed)
    async with on_stage() as stage:
        await stage.execute("create ann", "create bob", "create cy")
        await stage.execute(*(_random_line(dice, number) for number in range(40)))
        await stage.ledger.settle()
        await stage.advance(0.1)
        head = (await stage.ledger.head()).position
        table = stage.app.main.query_one(BalancesTable)
        for position in (*dice.sample(range(1, head), 8), head - 1, 1):
            await go(stage, position)
            truth = await stage.ledger.truth(("ann", "bob", "cy"), as_of=position)
            then = {
                wallet: format_amount(state.available, state.currency)
                for wallet, state in truth.items()
                if not isinstance(state, NoWallet)
            }
            assert {one.wallet: one.shown for one in table.rows} == then, position
            assert positions(stage)[-1] == str(position)


class Brittle:
    """A view that one event breaks."""

    name: Final = "brittle"
    version: Final = 1

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        return (event.data.wallet,)

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        if event.position == 5:
            raise ImpossibleEvent("five is too many")
        documents[event.data.wallet] = {"seen": event.position}


async def test_a_view_that_cannot_be_had_of_then_says_so_and_the_others_are_shown() -> None:
    async with on_stage(views=("balances", "statement", Brittle())) as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        stage.app.main.view = "brittle"
        await go(stage, 4)
        own = stage.app.main.query_one("#own", ListingTable)
        assert own.listing.rows == (("ann", "seen 4"), ("bob", "seen 3"))
        await go(stage, 5)
        assert "✗ cannot be shown brittle ends before event #5" in title(stage, "own")
        assert not own.listing.rows
        assert stage.line(own, 1) == NOTHING_READ
        assert balances(stage)[1] == "bob 7.00 7.00 same"
        assert "TROUBLE" not in banner(stage)


async def test_a_view_whose_keyframes_cannot_be_made_says_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object, view: str, *__: object) -> None:
        if view == "statement":
            raise IntegrityError("it cannot be folded")

    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        monkeypatch.setattr(Ledger, "make_keyframes", fail)
        await go(stage, 4)
        assert title(stage, "statement").endswith("✗ cannot be shown it cannot be folded")
        assert stage.line(stage.app.main.query_one(StatementTable), 1) == NOTHING_READ
        assert balances(stage)[0] == "ann 150.00 120.00 changed"


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (60, 20), (20, 5)])
async def test_there_is_a_past_at_every_size(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        await go(stage, 3)
        assert "#3" in stage.screen_text().splitlines()[0]
        assert positions(stage)[-1] == "3"
        await moved(stage, "3")
        assert any(line.startswith("ann 100.00") for line in balances(stage))
        await moved(stage, "v", "d", "escape", "escape")
        assert stage.app.crash is None
        assert "#3" not in stage.screen_text().splitlines()[0]
