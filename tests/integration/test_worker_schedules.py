"""Whatever happens to workers, and in whichever order: every event is in the view once, at every moment."""

import asyncio
from collections.abc import Callable, Coroutine
from random import Random

import pytest

from tests.integration.projecting import CREATED, World, deposit
from tui_ledger.errors import InputError, LedgerError
from tui_ledger.query_side.audit import audit_view
from tui_ledger.query_side.control import WorkerControl
from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.wishes import Moment
from tui_ledger.query_side.worker import Worker
from tui_ledger.testing import breathe


class Stage:
    """A log, and two workers that are free to fight over one view of it."""

    def __init__(self, seed: int) -> None:
        self.world = World()
        self.documents = MemoryDocuments()
        self.dice = Random(seed)
        self.workers: list[Worker] = []

    async def play(self, turns: int) -> None:
        """Let things happen, and look at the view after each."""
        await self.world.record(CREATED)
        for _ in range(2):
            self._new_worker()
        happenings = [
            self._record,
            self._record,
            self._pass_time,
            self._crash,
            self._crash,
            self._kill,
            self._stop,
            self._wish,
            self._wish,
        ]
        for _ in range(turns):
            await self.dice.choice(happenings)()
            for _ in range(self.dice.randrange(4)):
                await breathe()
            problem = await audit_view(self.workers[0].view, self.documents, self.world.store)
            assert problem is None, problem

    async def come_to_rest(self) -> None:
        """Let everything go on undisturbed until nothing is left to do."""
        control = WorkerControl(self.workers[0], self.world.clock)
        for wish in (control.resume(), control.delay(0)):
            await self._asked(asyncio.ensure_future(wish))
        head = await self.world.store.poll()
        for _ in range(200):
            await self.world.clock.advance(0.1)
            state = await self.documents.state()
            if state.checkpoint == head and state.building is None:
                return
        raise AssertionError(f"it does not come to the head, #{head}: {state}")

    async def stop(self) -> None:
        for worker in self.workers:
            await worker.stop()

    def _new_worker(self) -> None:
        worker = self.world.worker(self.documents)
        worker.start()
        self.workers.append(worker)

    async def _record(self) -> None:
        await self.world.record(*(deposit(1) for _ in range(self.dice.randrange(1, 5))))

    async def _pass_time(self) -> None:
        await self.world.clock.advance(self.dice.choice([0.01, 0.3, 2.5]))

    async def _kill(self) -> None:
        """As `kill -9` does: nothing is said to anybody, and the lease is left to grow old."""
        worker = self.workers.pop(self.dice.randrange(2))
        assert worker._task is not None
        worker._task.cancel()
        await asyncio.wait({worker._task})
        self._new_worker()

    async def _stop(self) -> None:
        worker = self.workers.pop(self.dice.randrange(2))
        await worker.stop()
        self._new_worker()

    async def _crash(self) -> None:
        """Crash at a write, which then comes."""
        control = WorkerControl(self.workers[0], self.world.clock)
        moment: Moment = self.dice.choice(["before", "after"])
        await self._asked(asyncio.ensure_future(control.crash(moment)))
        await self._record()
        await self.world.clock.advance(self.dice.choice([0.01, 4.0]))

    async def _wish(self) -> None:
        control = WorkerControl(self.dice.choice(self.workers), self.world.clock)
        head = await self.world.store.poll()
        wishes: list[Callable[[], Coroutine[None, None, None]]] = [
            control.pause,
            control.resume,
            control.step,
            control.restart,
            control.rebuild,
            lambda: control.seek(self.dice.randrange(head + 1)),
            lambda: control.delay(self.dice.choice([0, 0, 0.5]), self.dice.choice([0, 1.0])),
        ]
        await self._asked(asyncio.ensure_future(self.dice.choice(wishes)()))

    async def _asked(self, wish: "asyncio.Future[None]") -> None:
        """Let time pass until the wish is answered, and take no refusal ill."""
        await self.world.until(wish.done)
        error = wish.exception()
        assert error is None or isinstance(error, InputError | LedgerError), error


async def check(seed: int, turns: int) -> None:
    stage = Stage(seed)
    try:
        await stage.play(turns)
        await stage.come_to_rest()
        balances = stage.workers[0].view
        assert await audit_view(balances, stage.documents, stage.world.store) is None
    finally:
        await stage.stop()


@pytest.mark.parametrize("seed", range(25))
async def test_every_event_is_in_the_view_once_whatever_happens(seed: int) -> None:
    await check(seed, 25)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1_000, 1_400, 50))
async def test_every_event_is_in_the_view_once_for_hundreds_of_schedules(first: int) -> None:
    for seed in range(first, first + 50):
        await check(seed, 40)
