"""A scenario is played at a person's pace, waits on what really happens, and goes on where it stopped."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest
from msgspec.structs import replace

from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.command_side.transfer_manager import TransferStatus
from tui_ledger.command_side.truth import Truth
from tui_ledger.domain.command_language import parse
from tui_ledger.domain.commands import Command
from tui_ledger.domain.wallet import WalletState
from tui_ledger.errors import StorageError
from tui_ledger.event_bus.faults import BusFaults
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import Append, Expected, NewEvent, StoredEvent
from tui_ledger.ledger import Ledger
from tui_ledger.simulation.actions import SetDelay, SwitchView
from tui_ledger.simulation.pace import SPEEDS, Pace
from tui_ledger.simulation.player import PATIENCE, Player, is_beginning_of
from tui_ledger.simulation.port import WorkerPort
from tui_ledger.simulation.scenario import Scenario, Step, load_scenario
from tui_ledger.snapshot import Snapshot
from tui_ledger.testing import CountingIds, VirtualClock, breathe


class Late:
    """Notes which view is made late by how much."""

    def __init__(self, stage: "Stage", view: str) -> None:
        self._stage = stage
        self._view = view

    async def delay(self, seconds: float, jitter: float = 0.0) -> None:
        self._stage.asked.append((self._stage.clock.monotonic(), f"delay {self._view} {seconds}"))


class Stage:
    """A ledger whose disk and views can be made to wait, or to fail, and which notes what is asked of it."""

    def __init__(self, clock: VirtualClock) -> None:
        store = MemoryEventStore(clock)
        self.store = store
        self.handler = CommandHandler(store, clock, CountingIds())
        self.clock = clock
        self.disk = asyncio.Event()
        self.disk.set()
        self.current = asyncio.Event()
        self.current.set()
        self.settling = 0
        self.failure: Exception | None = None
        self.asked: list[tuple[float, str]] = []
        self.faults = BusFaults(lambda position: False, clock)

    async def execute(self, command: Command) -> Receipt:
        self.asked.append((self.clock.monotonic(), command.verb))
        if self.failure is not None:
            raise self.failure
        await self.disk.wait()
        return await self.handler.execute(command)

    async def read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        return await self.store.read(after, limit)

    async def truth(self, wallets: Iterable[str]) -> Mapping[str, WalletState]:
        return await Truth(self.store).states(wallets)

    def worker(self, view: str) -> WorkerPort:
        return cast(WorkerPort, Late(self, view))

    async def status(self) -> Snapshot:
        return Snapshot(0, (), TransferStatus(False, 0, 0, None))

    async def add_view(self, name: str) -> None:
        self.asked.append((self.clock.monotonic(), f"view add {name}"))

    async def import_events(self, source: Path) -> None:
        self.asked.append((self.clock.monotonic(), f"load {source.name}"))

    async def drop_view(self, name: str) -> None:
        self.asked.append((self.clock.monotonic(), f"view drop {name}"))

    async def settle(self) -> None:
        self.settling += 1
        try:
            await self.current.wait()
        finally:
            await breathe(3)  # whoever waits takes a moment to let go
            self.settling -= 1


class Audience:
    """Notes when each step was shown, and with which receipt."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.seen: list[tuple[float, int]] = []
        self.receipts: dict[int, Receipt] = {}

    def __call__(self, step: Step, receipts: Sequence[Receipt]) -> None:
        self.seen.append((self.clock.monotonic(), step.number))
        if receipts:
            self.receipts[step.number] = receipts[-1]


def scenario(*steps: tuple[float, str]) -> Scenario:
    """Steps at a time: a command line, `delay <view> <seconds>`, or a sentence that begins with a dash."""
    made = []
    for number, (at, line) in enumerate(steps, 1):
        if line.startswith("-"):
            made.append(Step(number=number, at=at, say=line))
        elif line.startswith("delay"):
            _, view, seconds = line.split()
            made.append(Step(number=number, at=at, do=(line,), actions=(SetDelay(view, float(seconds)),)))
        else:
            made.append(Step(number=number, at=at, do=(line,), actions=(parse(line),)))
    return Scenario(title="A test", seed=0, views=(), steps=tuple(made))


SHORT = scenario(
    (1, "delay balances 1.5"),
    (4, "create ann id=a-1"),
    (6, "deposit ann 10 id=a-2"),
    (9, "- all is said"),
)


class Play:
    """A player at work on a stage."""

    def __init__(self, clock: VirtualClock, stage: Stage, what: Scenario) -> None:
        self.audience = Audience(clock)
        self.player = Player(stage, what, clock, self.audience)
        self.task = asyncio.create_task(self.player.play())


@pytest.fixture
def stage(clock: VirtualClock) -> Stage:
    return Stage(clock)


async def test_each_step_is_taken_at_its_time(clock: VirtualClock, stage: Stage) -> None:
    play = Play(clock, stage, SHORT)
    await clock.advance(20)
    assert play.task.done()
    assert stage.asked == [(1, "delay balances 1.5"), (4, "create"), (6, "deposit")]
    assert play.audience.seen == [(1, 1), (4, 2), (6, 3), (9, 4)]


async def test_a_step_is_shown_when_its_receipt_is_there_and_not_before(
    clock: VirtualClock, stage: Stage
) -> None:
    play = Play(clock, stage, SHORT)
    stage.disk.clear()
    await clock.advance(20)
    assert stage.asked[-1] == (4, "create")
    assert play.audience.seen == [(1, 1)]
    stage.disk.set()
    await breathe()
    assert play.audience.seen[-1] == (20, 2)
    assert play.audience.receipts[2].accepted
    await clock.advance(2)  # the pace goes on from there
    assert play.audience.seen[-1] == (22, 3)
    play.task.cancel()


async def test_a_sentence_alone_waits_until_the_views_are_current(clock: VirtualClock, stage: Stage) -> None:
    stage.current.clear()
    play = Play(clock, stage, SHORT)
    await clock.advance(9 + PATIENCE - 1)
    assert play.audience.seen[-1] == (6, 3)
    stage.current.set()
    await breathe()
    assert play.audience.seen[-1] == (9 + PATIENCE - 1, 4)
    assert play.task.done()


async def test_views_that_never_become_current_do_not_end_the_play(clock: VirtualClock, stage: Stage) -> None:
    stage.current.clear()
    play = Play(clock, stage, SHORT)
    await clock.advance(9 + PATIENCE)
    assert play.audience.seen[-1] == (9 + PATIENCE, 4)
    assert play.task.done()


async def test_skipping_takes_the_next_step_at_once_and_keeps_the_pace_after_it(
    clock: VirtualClock, stage: Stage
) -> None:
    play = Play(clock, stage, SHORT)
    await clock.advance(2)
    play.player.skip()
    await breathe()
    assert play.audience.seen[-1] == (2, 2)
    await clock.advance(1)
    assert play.audience.seen[-1] == (2, 2)
    await clock.advance(1)
    assert play.audience.seen[-1] == (4, 3)
    play.task.cancel()


async def test_skipping_does_not_outrun_the_ledger(clock: VirtualClock, stage: Stage) -> None:
    play = Play(clock, stage, SHORT)
    stage.disk.clear()
    stage.current.clear()
    await clock.advance(4)
    for _ in range(3):
        play.player.skip()
        await breathe()
    assert [verb for _, verb in stage.asked] == ["delay balances 1.5", "create"]
    stage.disk.set()
    await clock.advance(2)
    for _ in range(3):
        play.player.skip()
        await breathe()
    assert play.audience.seen[-1][1] == 3
    stage.current.set()
    await breathe()
    assert play.audience.seen[-1][1] == 4


@pytest.mark.parametrize("moment", [0, 2, 9.5])
async def test_a_play_that_is_stopped_takes_no_further_step(
    moment: float, clock: VirtualClock, stage: Stage
) -> None:
    stage.current.clear()
    play = Play(clock, stage, SHORT)
    await clock.advance(moment)
    before = list(play.audience.seen)
    play.player.stop()
    await breathe()
    assert play.task.done()
    assert play.task.exception() is None
    await clock.advance(30)
    assert play.audience.seen == before


@pytest.mark.parametrize("moment", [2, 9.5])
async def test_a_play_that_is_cancelled_leaves_nothing_behind(
    moment: float, clock: VirtualClock, stage: Stage
) -> None:
    before = asyncio.all_tasks()
    stage.current.clear()
    play = Play(clock, stage, SHORT)
    await clock.advance(moment)
    play.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await play.task
    assert stage.settling == 0
    assert asyncio.all_tasks() == before


async def test_a_refused_command_is_shown_and_the_play_goes_on(clock: VirtualClock, stage: Stage) -> None:
    play = Play(clock, stage, scenario((0, "deposit ann 10"), (1, "create ann")))
    await clock.advance(2)
    assert play.audience.receipts[1].code == "unknown_wallet"
    assert play.audience.receipts[2].accepted


async def test_a_ledger_that_fails_ends_the_play_with_its_error(clock: VirtualClock, stage: Stage) -> None:
    stage.failure = StorageError("the disk is full")
    play = Play(clock, stage, SHORT)
    await clock.advance(4)
    assert isinstance(play.task.exception(), StorageError)


async def test_playing_again_goes_on_where_the_log_ends(clock: VirtualClock, stage: Stage) -> None:
    first = Play(clock, stage, SHORT)
    await clock.advance(5)
    first.player.stop()
    await first.task
    again = Play(clock, stage, SHORT)
    await breathe()
    assert again.audience.seen == [(5, 1), (5, 2)]  # at once, up to what is on record
    assert again.audience.receipts[2].duplicate
    await clock.advance(2)
    assert again.audience.seen[-1] == (7, 3)
    await clock.advance(3)
    assert again.task.done()
    assert len(await stage.read()) == 2


async def test_a_step_that_was_done_only_some_of_its_times_is_finished(
    clock: VirtualClock, stage: Stage
) -> None:
    first = parse("deposit ann 1 id=a-1")
    often = Step(number=2, at=1, do=("deposit ann 1 id=a-{n}",), actions=(first,), times=4)
    created = scenario((0, "create ann id=a-0"))
    played = replace(created, steps=(*created.steps, often))
    await run(stage, "create ann id=a-0", "deposit ann 1 id=a-1", "deposit ann 1 id=a-2")
    play = Play(clock, stage, played)
    await clock.advance(2)
    assert play.task.done()
    assert [event.command_id for event in await stage.read()] == ["a-0", "a-1", "a-2", "a-3", "a-4"]


async def run(stage: Stage, *lines: str) -> None:
    for line in lines:
        assert (await stage.execute(parse(line))).accepted


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], True),
        (["create ann id=a-1"], True),
        (["create ann id=a-1", "deposit ann 10 id=a-2"], False),
        (["create ann"], False),
        (["create bob id=b-1"], False),
        (["create ann id=a-1", "deposit ann 5"], False),
        (["create ann id=a-1", "deposit ann 10 id=a-2", "deposit ann 5"], False),
    ],
)
async def test_a_log_is_a_beginning_if_it_holds_the_first_commands_and_nothing_else(
    lines: list[str], expected: bool, stage: Stage
) -> None:
    await run(stage, *lines)
    assert await is_beginning_of(SHORT, stage) is expected


async def test_a_scenario_without_ids_has_no_beginning_but_the_empty_log(stage: Stage) -> None:
    anonymous = scenario((0, "create ann"), (1, "deposit ann 10"))
    assert await is_beginning_of(anonymous, stage)
    fact = NewEvent("e-1", "UserCreated", 1, '{"wallet":"ann"}', "2026-01-01T00:00:00.000000Z")
    await stage.store.append(Append(stream="wallet/ann", expected=Expected.ANY, events=(fact,)))
    assert not await is_beginning_of(anonymous, stage)


async def test_a_scenario_without_commands_begins_on_the_empty_log_only(stage: Stage) -> None:
    assert await is_beginning_of(scenario((0, "- hello")), stage)
    await run(stage, "create ann")
    assert not await is_beginning_of(scenario((0, "- hello")), stage)


async def test_the_story_leaves_500_and_four_facts_that_say_why(clock: VirtualClock, stage: Stage) -> None:
    story = load_scenario("moyin")
    play = Play(clock, stage, story)
    await clock.advance(45)
    assert play.task.done()
    assert all(receipt.accepted for receipt in play.audience.receipts.values())
    assert [event.type for event in await stage.read()] == [
        "UserCreated",
        "MoneyDeposited",
        "ItemPurchased",
        "ItemPurchased",
    ]
    moyin = (await stage.truth(["moyin"]))["moyin"]
    assert getattr(moyin, "available", None) == 50000
    assert not await is_beginning_of(story, stage)


async def test_what_the_story_says_about_balances_is_true_while_it_is_said(clock: VirtualClock) -> None:
    heads: dict[str | None, int] = {}
    late: Counter[str | None] = Counter()  # for how many tenths of a second of each sentence

    def listen(step: Step, receipts: Sequence[Receipt]) -> None:
        heads[step.say] = ledger.snapshot().head

    async with Ledger.in_memory(clock=clock) as ledger:
        playing = asyncio.create_task(Player(ledger, load_scenario("moyin"), clock, listen).play())
        for _ in range(450):
            await clock.advance(0.1)
            balances = next(view for view in ledger.snapshot().views if view.view == "balances")
            late[list(heads)[-1]] += balances.checkpoint < ledger.snapshot().head
        await playing
        balance = await ledger.query("balances", "moyin")
    assert heads == {
        "story.welcome": 0,
        "story.late": 0,
        "story.created": 1,
        "story.deposited": 2,
        "story.sword": 3,
        "story.shield": 4,
        "story.caught_up": 4,
        "story.crud": 4,
        "story.yours": 4,
    }
    stale = {sentence: tenths for sentence, tenths in late.items() if tenths}
    assert list(stale) == ["story.created", "story.deposited", "story.sword", "story.shield"]
    assert all(14 <= tenths <= 16 for tenths in stale.values())
    assert balance.document is not None
    assert balance.document["available"] == "500.00"


async def test_a_faster_pace_acts_in_the_middle_of_a_wait(clock: VirtualClock, stage: Stage) -> None:
    play = Play(clock, stage, SHORT)
    await clock.advance(2)  # step 1 was taken at 1, and 2 of the 3 seconds until step 2 are left
    play.player.pace.faster()
    assert play.player.pace.speed == 2
    await clock.advance(1)
    assert play.audience.seen == [(1, 1), (3, 2)]
    await clock.advance(1)
    assert play.audience.seen[-1] == (4, 3)
    play.task.cancel()


async def test_a_slower_pace_acts_in_the_middle_of_a_wait(clock: VirtualClock, stage: Stage) -> None:
    play = Play(clock, stage, SHORT)
    await clock.advance(2)
    play.player.pace.slower()
    await clock.advance(3.9)
    assert play.audience.seen[-1] == (1, 1)
    await clock.advance(0.1)
    assert play.audience.seen[-1] == (6, 2)
    play.task.cancel()


async def test_a_pace_ends_at_the_fastest_and_at_the_slowest(clock: VirtualClock) -> None:
    pace = Pace(clock)
    for _ in range(20):
        pace.faster()
    assert pace.speed == SPEEDS[-1] == 8
    for _ in range(20):
        pace.slower()
    assert pace.speed == SPEEDS[0] == 0.25


async def test_a_play_that_is_told_to_wait_takes_up_the_rest_of_the_wait(
    clock: VirtualClock, stage: Stage
) -> None:
    play = Play(clock, stage, SHORT)
    await clock.advance(2)
    play.player.pace.wait()
    await clock.advance(60)
    assert play.audience.seen == [(1, 1)]
    play.player.pace.go_on()
    await clock.advance(1.9)
    assert play.audience.seen == [(1, 1)]
    await clock.advance(0.1)
    assert play.audience.seen[-1] == (64, 2)
    play.task.cancel()


async def test_a_play_that_waits_goes_step_by_step(clock: VirtualClock, stage: Stage) -> None:
    play = Play(clock, stage, SHORT)
    play.player.pace.wait()
    for number in (1, 2, 3):
        await breathe()
        play.player.skip()
        await clock.advance(30)
        assert play.audience.seen[-1][1] == number
    play.task.cancel()


async def test_a_play_that_is_told_to_wait_while_the_views_catch_up_says_nothing_then(
    clock: VirtualClock, stage: Stage
) -> None:
    play = Play(clock, stage, SHORT)
    stage.current.clear()
    await clock.advance(9)
    assert stage.settling == 1
    play.player.pace.wait()
    stage.current.set()
    await clock.advance(30)
    assert play.audience.seen[-1][1] == 3
    play.player.pace.go_on()
    await breathe()
    assert play.audience.seen[-1][1] == 4


async def test_a_play_that_waits_can_be_stopped(clock: VirtualClock, stage: Stage) -> None:
    play = Play(clock, stage, SHORT)
    play.player.pace.wait()
    await clock.advance(3)
    play.player.stop()
    await breathe()
    assert play.task.done()


async def test_what_is_passed_over_is_not_done_again_unless_that_changes_nothing(
    clock: VirtualClock, stage: Stage
) -> None:
    steps = (
        Step(number=1, at=0, do=("delay balances 1",), actions=(SetDelay("balances", 1.0),)),
        Step(number=2, at=0, do=("deposit ann 5",), actions=(parse("deposit ann 5"),)),
        Step(number=3, at=0, do=("view drop books",), actions=(SwitchView("books", on=False),)),
        Step(number=4, at=0, do=("create ann id=a-1",), actions=(parse("create ann id=a-1"),)),
        Step(number=5, at=0, do=("deposit ann 6",), actions=(parse("deposit ann 6"),)),
    )
    await run(stage, "create ann id=a-1")
    stage.asked.clear()
    play = Play(clock, stage, Scenario(title="A test", seed=0, views=(), steps=steps))
    await clock.advance(1)
    assert play.task.done()
    assert [what for _, what in stage.asked] == ["delay balances 1.0", "create", "deposit"]
    assert len(await stage.read()) == 2


async def test_what_a_scenario_has_changed_is_put_back_unless_somebody_has_set_it_by_hand(
    clock: VirtualClock,
) -> None:
    late = scenario((0, "delay balances 1.5"), (0, "delay statement 2.5"))
    async with Ledger.in_memory(clock=clock) as ledger:
        await ledger.worker("balances").delay(0.5)
        player = Player(ledger, late, clock)
        await player.play()
        player.changed.leave("statement")
        await player.changed.put_back()
        delays = {view.view: view.delay for view in ledger.snapshot().views}
    assert (delays["balances"], delays["statement"], delays["books"]) == (0.5, 2.5, 0)
