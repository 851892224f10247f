"""Whatever the bus's dials are set to, and however they are turned meanwhile, every view comes out right."""

import asyncio
from collections.abc import Iterable, MutableMapping
from random import Random
from typing import Final

import pytest

from tests.integration.projecting import World, deposit
from tui_ledger.domain.events import MoneyWithdrawn, RecordedEvent, UserCreated
from tui_ledger.event_bus import EventBus
from tui_ledger.event_bus.faults import LONGEST, PATIENCE, BusFaults
from tui_ledger.query_side.query_side import QuerySide
from tui_ledger.query_side.view import Document, View
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.query_side.views.statement import Statement
from tui_ledger.testing.clock import breathe

WALLETS: Final = ("moyin", "tunde", "aiko")
DIALS: Final = {"delay": LONGEST, "jitter": LONGEST, "double": 1.0, "drop": 1.0, "reorder": 1.0}


class Diary:
    """Notes the order in which it was given the events: each one, and that it came after the one before."""

    name: Final = "diary"
    version: Final = 1

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        return (f"{event.position - 1:06d}", f"{event.position:06d}")

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        assert (f"{event.position - 1:06d}" in documents) == (event.position > 1)
        assert f"{event.position:06d}" not in documents
        documents[f"{event.position:06d}"] = {"id": event.id}


class Tally:
    """Counts events by type: what is folded twice counts twice."""

    name: Final = "tally"
    version: Final = 1

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        return (event.type,)

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        before = documents.get(event.type, {"count": 0})
        documents[event.type] = {"count": before["count"] + 1}


class Schedule:
    """One run of a world, all of which follows from a number."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._world = World()
        self._world.bus = EventBus(
            self._world.store, clock=self._world.clock, tail=self._random.choice((1, 5, 1000))
        )
        self._faults: BusFaults = self._world.bus.faults
        self._faults.seed = seed
        self._views: tuple[View, ...] = (Balances(), Statement(), Diary(), Tally())
        self._seen: list[int] = []

    async def run(self) -> None:
        """Let things happen. Then every view has come to the head, and is what a fresh fold makes of it."""
        for wallet in WALLETS:
            await self._world.record(UserCreated(wallet, "", "USD"))
        async with self._world.query_side(*self._views) as side:
            following = asyncio.create_task(self._follow())
            await breathe()
            for _ in range(self._random.randrange(1, 60)):
                await self._happen(side)
            if self._random.random() < 0.8:
                self._faults.reset()
                await self._world.clock.advance(0.1)
            else:  # with the dials as they are
                await self._world.clock.advance(LONGEST + LONGEST + PATIENCE + 0.1)
            await breathe(300)
            head = await self._world.store.poll()
            assert self._seen == list(range(1, head + 1))
            assert [(view.checkpoint, view.state) for view in side.snapshot()] == [(head, "live")] * 4
            assert await side.audit() is None
            await self._world.bus.close()
            await following

    async def _follow(self) -> None:
        async with self._world.bus.subscribe(limit=self._random.choice((1, 3, 1000))) as batches:
            async for batch in batches:
                self._seen += [event.position for event in batch]

    async def _happen(self, side: QuerySide) -> None:
        match self._random.randrange(8):
            case 0 | 1 | 2:
                wallet = self._random.choice(WALLETS)
                amount = self._random.randrange(1, 100)
                events = [deposit(amount, wallet) for _ in range(self._random.randrange(1, 5))]
                await self._world.record(*events, MoneyWithdrawn(wallet, 1, "USD", ""))
            case 3 | 4:
                dial = self._random.choice(list(DIALS))
                part = self._random.choice((0, 0.02, 0.2, 1))
                setattr(self._faults, dial, part * DIALS[dial])
            case 5:
                await breathe(self._random.randrange(8))
            case 6:
                await self._world.clock.advance(self._random.choice((0.001, 0.05, 0.3)))
            case 7:
                self._world.bus.notify(self._random.randrange(await self._world.store.poll() + 1))


@pytest.mark.parametrize("first", range(0, 40, 20))
async def test_views_come_out_right_in_any_schedule(first: int) -> None:
    for seed in range(first, first + 20):
        try:
            await Schedule(seed).run()
        except BaseException as error:
            error.add_note(f"the schedule was {seed}")
            raise


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 11_000, 250))
async def test_views_come_out_right_in_very_many_schedules(first: int) -> None:
    for seed in range(first, first + 250):
        try:
            await Schedule(seed).run()
        except BaseException as error:
            error.add_note(f"the schedule was {seed}")
            raise
