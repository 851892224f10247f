"""A view's worker: each event takes effect exactly once, when it is due, whatever breaks."""

import asyncio
from collections.abc import Mapping

import pytest

from tests.integration.projecting import CREATED, Deaf, Poisoned, World, deposit, posted
from tui_ledger.domain.events import UserCreated
from tui_ledger.errors import InputError, StorageError
from tui_ledger.event_store.port import Append, Expected, NewEvent
from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.documents.port import Generation, State
from tui_ledger.query_side.view import Document
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.testing import breathe


@pytest.fixture
def world() -> World:
    return World()


class Breaking(MemoryDocuments):
    """Raises `error` at the next `times` commits: before they are written, or after."""

    def __init__(self, *, written: bool, times: int = 1, error: Exception | None = None) -> None:
        super().__init__()
        self.commits = 0
        self._written = written
        self._times = times
        self._error = error or StorageError("The disk is full.")

    async def commit(
        self,
        holder: str,
        before: Generation,
        after: Generation,
        documents: Mapping[str, Document | None],
        *,
        serve: bool = False,
    ) -> bool:
        self.commits += 1
        if self._times > 0:
            self._times -= 1
            if self._written:
                await super().commit(holder, before, after, documents, serve=serve)
            raise self._error
        return await super().commit(holder, before, after, documents, serve=serve)


async def test_a_view_follows_the_log(world: World) -> None:
    documents = MemoryDocuments()
    await world.record(CREATED, deposit(500))
    async with world.working(documents) as worker:
        assert await worker.reached(2)
        await world.record(deposit(1))
        assert await worker.reached(3)
        assert await posted(documents) == "5.01"
        assert worker.status().state == "live"


async def test_a_view_goes_on_where_it_was(world: World) -> None:
    documents = Breaking(written=True, times=0)
    for amount in (1, 10, 100):
        await world.record(*([CREATED] if amount == 1 else []), deposit(amount))
        async with world.working(documents) as worker:
            assert await worker.reached(await world.store.poll())
    assert await posted(documents) == "1.11"
    assert documents.commits == 3


async def test_a_worker_knows_where_the_view_is_as_soon_as_it_holds_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = MemoryDocuments()
    await world.record(CREATED, deposit(100))
    async with world.working(documents) as worker:
        await worker.reached(2)
    again = world.worker(documents)
    seen = []

    async def poll() -> int:
        if again.holds:
            seen.append(again.status().checkpoint)
        return 2

    monkeypatch.setattr(world.store, "poll", poll)
    again.start()
    await breathe()
    await again.stop()
    assert seen
    assert set(seen) == {2}


async def test_a_checkpoint_moves_past_events_that_the_view_does_not_care_about(world: World) -> None:
    documents = MemoryDocuments()
    async with world.working(documents, Deaf()) as worker:
        await world.record(CREATED, deposit(1))
        assert await worker.reached(2)
    assert ((await documents.state()).checkpoint, (await documents.scan())[1]) == (2, [])


async def test_events_that_came_together_are_one_commit(world: World) -> None:
    documents = Breaking(written=True, times=0)
    await world.record(CREATED, *(deposit(1) for _ in range(999)))
    async with world.working(documents) as worker:
        assert await worker.reached(1000)
    assert documents.commits == 1
    assert await posted(documents) == "9.99"


@pytest.mark.parametrize("written", [False, True], ids=["before it is written", "after it is written"])
async def test_a_commit_that_breaks_takes_effect_exactly_once(world: World, written: bool) -> None:
    documents = Breaking(written=written, times=1)
    async with world.working(documents) as worker:
        await world.record(CREATED, deposit(500))
        await world.until(lambda: worker.checkpoint == 2)
        assert await posted(documents) == "5.00"
        assert worker.status().state == "live"


@pytest.mark.parametrize("turns", range(0, 60, 3))
async def test_a_worker_killed_anywhere_takes_effect_exactly_once(world: World, turns: int) -> None:
    documents = MemoryDocuments()
    await world.record(CREATED, *(deposit(1) for _ in range(10)))
    async with world.working(documents):
        for _ in range(turns):
            await asyncio.sleep(0)
    await world.record(deposit(5))
    async with world.working(documents) as worker:
        assert await worker.reached(12)
    assert await posted(documents) == "0.15"


async def test_a_worker_whose_checkpoint_was_moved_by_another_reads_again(world: World) -> None:
    documents = MemoryDocuments()
    async with world.working(documents) as worker:
        await world.record(CREATED, deposit(500))
        assert await worker.reached(2)
        before = await documents.state()
        assert before.lease is not None
        # As if a commit of its own, of which it does not know, had gone through: one more document.
        await world.record(UserCreated("ann", "", "USD"))
        moved = State(checkpoint=3, anchor=(await world.store.head()).hash)
        await documents.commit(before.lease.holder, before, moved, {"moyin": {"posted": "7.00"}})
        await world.record(UserCreated("bob", "", "USD"))
        assert await worker.reached(4)
        assert [key for key, _ in (await documents.scan())[1]] == ["bob", "moyin"]
        assert await posted(documents) == "7.00", "what it had cached is forgotten"


async def test_a_crash_shows_and_the_worker_starts_again_after_a_pause_that_grows(world: World) -> None:
    documents = Breaking(written=False, times=3)
    async with world.working(documents) as worker:
        await world.record(CREATED)
        await worker.changed.wait()
        while worker.status().state != "crashed":
            await worker.changed.wait()
        assert worker.status().reason == "The disk is full."
        assert worker.status().lag == 1
        assert (await documents.state()).lease is None, "meanwhile another worker may try"
        await world.clock.advance(0.1 + 0.2)
        assert (documents.commits, worker.status().state) == (3, "crashed")
        await world.clock.advance(0.3)
        assert documents.commits == 3
        await world.clock.advance(0.1)
        assert (documents.commits, worker.status().state, worker.status().reason) == (4, "live", None)


async def test_a_bug_of_ours_is_named_by_its_kind(world: World) -> None:
    documents = Breaking(written=False, error=TypeError("no such thing"))
    async with world.working(documents) as worker:
        await world.record(CREATED)
        assert not await worker.reached(1)
        assert worker.status().reason == "TypeError: no such thing"


async def test_an_event_that_a_view_cannot_take_stops_it_there(world: World) -> None:
    documents = MemoryDocuments()
    async with world.working(documents, Poisoned()) as worker:
        await world.record(CREATED, deposit(1), deposit(666), deposit(2))
        assert not await worker.reached(4)
        status = worker.status()
        assert (status.state, status.checkpoint, status.failed_at, status.lag) == ("failed", 2, 3, 2)
        assert status.reason == "ZeroDivisionError: a bug in the view"
        assert await posted(documents) == "0.01", "what came before it is there"
        kept = await documents.state()
        assert (kept.checkpoint, kept.failed_at, kept.reason) == (2, 3, status.reason)
        await world.clock.advance(60)
        assert worker.holds, "it stays the one that says so"


async def test_a_failed_view_tries_again_when_its_worker_starts(world: World) -> None:
    documents = MemoryDocuments()
    await world.record(CREATED, deposit(666))
    async with world.working(documents, Poisoned()) as worker:
        assert not await worker.reached(2)
    async with world.working(documents, Balances()) as worker:
        assert await worker.reached(2)
        assert (worker.status().state, worker.status().failed_at) == ("live", None)
    assert (await documents.state()).failed_at is None


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(NewEvent("x", "MoonLanded", 1, "{}", ""), "type this program does not know", id="type"),
        pytest.param(NewEvent("x", "UserCreated", 9, "{}", ""), "is of schema 9", id="schema"),
        pytest.param(NewEvent("x", "UserCreated", 1, "{}", ""), "cannot be read", id="data"),
    ],
)
async def test_an_event_that_cannot_be_read_stops_the_view_with_a_sentence(
    world: World, row: NewEvent, reason: str
) -> None:
    await world.store.append(Append(stream="wallet/x", expected=Expected.ANY, events=(row,)))
    async with world.working(MemoryDocuments()) as worker:
        assert not await worker.reached(1)
        assert worker.status().failed_at == 1
        assert reason in (worker.status().reason or "")


async def test_a_deposit_into_nowhere_stops_the_view_with_a_sentence(world: World) -> None:
    await world.record(deposit(1))
    async with world.working(MemoryDocuments()) as worker:
        assert not await worker.reached(1)
        assert worker.status().reason == "moyin does not exist yet"


async def test_a_worker_ends_with_its_bus(world: World) -> None:
    documents = MemoryDocuments()
    async with world.working(documents) as worker:
        await world.bus.close()
        await breathe()
        assert not worker.running
        assert worker.status().state == "idle"
        assert (await documents.state()).lease is None


async def test_a_late_view_applies_an_event_exactly_when_it_is_due(world: World) -> None:
    async with world.working(MemoryDocuments()) as worker:
        await world.late(worker, 1.5)
        await world.record(CREATED)
        await world.clock.advance(1.4)
        assert (worker.checkpoint, worker.status().state) == (0, "catching_up")
        assert worker.status().lag_ms == 1400
        await world.clock.advance(0.1)
        assert (worker.checkpoint, worker.status().lag_ms) == (1, 0)


async def test_a_burst_stays_as_late_as_its_first_event(world: World) -> None:
    async with world.working(MemoryDocuments()) as worker:
        await world.late(worker, 1.0)
        await world.record(CREATED)
        for _ in range(9):
            await world.clock.advance(0.1)
            await world.record(deposit(1))
        seen = []
        for _ in range(10):
            await world.clock.advance(0.1)
            seen.append(worker.checkpoint)
        assert seen == list(range(1, 11))


async def test_old_events_are_caught_up_with_at_once(world: World) -> None:
    await world.record(CREATED, deposit(1))
    await world.clock.advance(60)
    async with world.working(MemoryDocuments()) as worker:
        await world.late(worker, 5.0)
        assert await worker.reached(2)


async def test_of_events_that_came_together_only_those_that_are_due_are_applied(world: World) -> None:
    await world.record(CREATED)
    await world.clock.advance(3)
    await world.record(deposit(1))
    worker = world.worker(MemoryDocuments())
    await world.late(worker, 2.0)
    worker.start()
    await world.clock.advance(1.9)
    assert worker.checkpoint == 1
    assert worker.status().lag_ms == 1900, "as old as the one that still waits"
    await world.clock.advance(0.1)
    assert worker.checkpoint == 2
    await worker.stop()


async def test_a_shorter_delay_takes_effect_in_the_middle_of_waiting(world: World) -> None:
    async with world.working(MemoryDocuments()) as worker:
        await world.late(worker, 5.0)
        await world.record(CREATED)
        await world.clock.advance(1)
        await world.late(worker, 2.0)
        await world.clock.advance(0.9)
        assert worker.checkpoint == 0
        await world.clock.advance(0.1)
        assert worker.checkpoint == 1
        await world.late(worker, 5.0)
        await world.record(deposit(1))
        await world.clock.advance(0)
        await world.late(worker, 0)
        assert await worker.reached(2)


async def test_a_longer_delay_takes_effect_in_the_middle_of_waiting(world: World) -> None:
    async with world.working(MemoryDocuments()) as worker:
        await world.late(worker, 1.0)
        await world.record(CREATED)
        await world.clock.advance(0.5)
        await world.late(worker, 3.0)
        await world.clock.advance(2.4)
        assert worker.checkpoint == 0
        await world.clock.advance(0.1)
        assert worker.checkpoint == 1


async def test_a_recording_in_the_future_waits_for_the_delay_and_no_longer(world: World) -> None:
    past = World()
    await world.clock.advance(3600)
    await world.record(CREATED)
    past.store = world.store
    past.bus = world.bus
    documents = MemoryDocuments()
    worker = past.worker(documents)
    await world.late(worker, 2.0)
    worker.start()
    await past.clock.advance(1.9)
    assert worker.checkpoint == 0
    await past.clock.advance(0.1)
    assert worker.checkpoint == 1
    await worker.stop()


@pytest.mark.parametrize("seconds", [-0.1, 5.1, float("nan"), float("inf")])
async def test_a_delay_is_from_0_to_5_seconds(world: World, seconds: float) -> None:
    worker = world.worker(MemoryDocuments())
    with pytest.raises(InputError, match="from 0 to 5 seconds"):
        await world.late(worker, seconds)
    with pytest.raises(InputError, match="from 0 to 5 seconds"):
        await world.late(worker, 0, jitter=seconds)
    assert (worker.status().delay, worker.status().jitter) == (0, 0)
