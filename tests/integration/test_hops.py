"""The times of a command hop by hop: exact by the clock, in order, and only of what happened here."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.integration.playing import STORY, play
from tests.integration.projecting import CREATED, Poisoned, World, deposit
from tui_ledger.clock import GLANCE
from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.domain.command_language import parse
from tui_ledger.event_bus import EventBus
from tui_ledger.event_store.listeners import Listeners
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import Append, Appended, Settled, StoredEvent
from tui_ledger.hops import Hops, HopTimes
from tui_ledger.ledger import Ledger
from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.query_side import QuerySide
from tui_ledger.query_side.view import View
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.query_side.views.statement import Statement
from tui_ledger.testing import CountingIds, VirtualClock


class SlowStore(MemoryEventStore):
    """Takes 0.1 s to read a stream, and 0.23 s to append."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self._time = clock
        self._tasks: set[asyncio.Task[None]] = set()

    async def read_stream(self, stream: str, after: int = 0) -> list[StoredEvent]:
        await self._time.sleep(0.1)
        return await super().read_stream(stream, after)

    def submit(self, append: Append, settled: Settled) -> None:
        self._tasks.add(asyncio.create_task(self._append_late(append, settled)))

    async def _append_late(self, append: Append, settled: Settled) -> None:
        await self._time.sleep(0.23)
        super().submit(append, settled)


class DeafBus(EventBus):
    """Hears of what was appended only when it looks, every 0.05 s."""

    def _announce(self, position: int, events: Sequence[StoredEvent]) -> None:
        pass


class Pipeline:
    """A store, a handler, a bus and two views, with times."""

    def __init__(
        self,
        clock: VirtualClock,
        store: MemoryEventStore | None = None,
        bus: type[EventBus] = EventBus,
        balances: View | None = None,
    ) -> None:
        self._store = store or MemoryEventStore(clock)
        self._times = HopTimes(self._store, clock)
        self.bus = bus(self._store, clock=clock, published=self._times.published)
        self._handler = CommandHandler(self._store, clock, CountingIds(), times=self._times.commands)
        views = (balances or Balances(), Statement())
        self.views = QuerySide(self._store, self.bus, folder=None, clock=clock, views=views)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Pipeline"]:
        try:
            await self.views.start()
            yield self
        finally:
            await self.views.stop()

    async def do(self, *lines: str) -> None:
        """Execute commands that must be accepted, one after the other."""
        for line in lines:
            assert (await self._handler.execute(parse(line))).accepted

    def hops(self, position: int) -> Hops:
        found = self._times.find(position, self.views)
        assert found is not None
        return found


async def test_each_hop_has_its_moment(clock: VirtualClock) -> None:
    async with Pipeline(clock, SlowStore(clock), DeafBus).running() as pipeline:
        await pipeline.views.control("balances").delay(1.5)
        await clock.advance(1)
        doing = asyncio.create_task(pipeline.do("create moyin"))
        await clock.advance(0.5)
        await doing
        hops = Hops(
            first=1,
            last=1,
            received=1.0,
            decided=1.1,
            durable=1.33,
            published=1.35,
            applied={"balances": None, "statement": 1.35},
        )
        assert pipeline.hops(1) == hops
        await clock.advance(1.5)
        assert pipeline.hops(1) == replace(hops, applied={"balances": 2.83, "statement": 1.35})


async def test_what_the_bus_did_not_hear_of_is_not_published(clock: VirtualClock) -> None:
    pipeline = Pipeline(clock, bus=DeafBus)
    await pipeline.do("create moyin")
    assert pipeline.hops(1) == Hops(1, 1, 0, 0, 0, None, {"balances": None, "statement": None})
    async with pipeline.running():
        await clock.advance(0.01)
        assert pipeline.hops(1).published == 0
    await clock.advance(1)
    await pipeline.do("deposit moyin 1")
    assert pipeline.hops(2).published is None


async def test_what_the_bus_was_told_wrongly_is_not_believed(clock: VirtualClock) -> None:
    pipeline = Pipeline(clock)
    pipeline.bus.notify(2)
    await clock.advance(1)
    await pipeline.do("create moyin", "deposit moyin 1", "deposit moyin 1")
    assert [(pipeline.hops(n).durable, pipeline.hops(n).published) for n in (1, 2, 3)] == [
        (1, None),
        (1, None),
        (1, 1),
    ]


async def test_a_look_at_the_store_that_was_faster_than_the_news_dates_what_it_saw(
    clock: VirtualClock,
) -> None:
    class Muttering(MemoryEventStore):
        """Says a second later that something is durable."""

        def submit(self, append: Append, settled: Settled) -> None:
            self.append_late = asyncio.create_task(self._tell_late(append, settled))

        async def _tell_late(self, append: Append, settled: Settled) -> None:
            self._listeners, listeners = Listeners(), self._listeners
            super().submit(append, lambda _: None)
            self._listeners = listeners
            await clock.sleep(1)
            listeners.publish(await self.read())
            settled(Appended(1, 1, 1))

    async with Pipeline(clock, Muttering(clock)).running() as pipeline:
        doing = asyncio.create_task(pipeline.do("create moyin"))
        await clock.advance(2)
        await doing
        assert pipeline.hops(1).durable == pipeline.hops(1).published == GLANCE


async def test_a_view_that_an_event_has_stopped_has_not_applied_it(clock: VirtualClock) -> None:
    async with Pipeline(clock, balances=Poisoned()).running() as pipeline:
        await pipeline.do("create moyin", "deposit moyin 6.66", "deposit moyin 1")
        await pipeline.views.settle()
        assert [pipeline.hops(n).applied for n in (1, 2, 3)] == [
            {"balances": 0, "statement": 0},
            {"balances": None, "statement": 0},
            {"balances": None, "statement": 0},
        ]


async def test_what_a_view_had_applied_before_its_worker_came_has_no_moment() -> None:
    world = World()
    documents = MemoryDocuments()
    await world.record(CREATED)
    async with world.working(documents) as first:
        await first.reached(1)
        await world.record(deposit(1))
        await first.reached(2)
        assert [first.applied.when(position) for position in (1, 2, 3)] == [0, 0, None]
    await world.clock.advance(1)
    await world.record(deposit(1))
    async with world.working(documents) as second:
        await second.reached(3)
        assert [second.applied.when(position) for position in (1, 2, 3)] == [None, None, 1]


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_a_ledger_whose_views_run_knows_the_times(kind: str, tmp_path: Path) -> None:
    clock = VirtualClock()
    on_disk = partial(Ledger.open, tmp_path / "l", create=True, run_transfers=True)
    opened = Ledger.in_memory if kind == "memory" else on_disk
    async with opened(clock=clock, views=("balances", "statement")) as ledger:
        await play(ledger, *STORY[:-1])
        await ledger.settle()
        await clock.advance(1)
        await play(ledger, STORY[-1], "create bob", "send moyin bob 1")
        await ledger.settle()
        assert ledger.hops(3) == Hops(3, 3, 0, 0, 0, 0, {"balances": 0, "statement": 0})
        for position in (4, 5, 6, 7, 8):
            assert ledger.hops(position) == Hops(
                position, position, 1, 1, 1, 1, {"balances": 1, "statement": 1}
            )
        assert [ledger.hops(position) for position in (0, 9)] == [None, None]


async def test_a_ledger_without_views_keeps_no_times() -> None:
    async with Ledger.in_memory(run_views=False) as ledger:
        await play(ledger, *STORY)
        assert [ledger.hops(position) for position in range(5)] == [None] * 5


async def test_of_what_another_process_did_no_times_are_known(tmp_path: Path) -> None:
    async with (
        Ledger.open(tmp_path / "ledger", create=True) as here,
        Ledger.open(tmp_path / "ledger") as there,
    ):
        await play(here, "create moyin")
        await play(there, "deposit moyin 1")
        await play(here, "deposit moyin 2")
        await here.settle()
        assert [here.hops(position) is not None for position in (1, 2, 3)] == [True, False, True]
        assert [there.hops(position) is not None for position in (1, 2, 3)] == [False, True, False]


async def test_no_hop_is_earlier_than_the_one_before_it(tmp_path: Path) -> None:
    async with Ledger.open(tmp_path / "ledger", create=True) as ledger:
        await play(ledger, *(f"create w{number}" for number in range(20)))
        await asyncio.gather(
            *(
                play(ledger, *[f"deposit w{number} 9", f"send w{number} w{19 - number} 1"] * 5)
                for number in range(20)
            )
        )
        await ledger.settle()
        last = ledger.snapshot().head
        assert last == 20 + 20 * 5 * 4
        for position in range(1, last + 1):
            hops = ledger.hops(position)
            assert hops is not None
            moments = [hops.received, hops.decided, hops.durable, hops.published]
            assert None not in moments
            assert moments == sorted(moments, key=lambda moment: moment or 0)
            for applied in hops.applied.values():
                assert applied is not None
                assert applied >= (hops.published or 0)
