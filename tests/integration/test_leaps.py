"""A view that is far behind comes forward in leaps, to where it would have come step by step."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace

from tests.integration.projecting import CREATED, Deaf, Poisoned, World, deposit
from tui_ledger.bench.history import decade_at
from tui_ledger.domain.events import TransferReturned, WalletClosed
from tui_ledger.errors import IntegrityError, StorageError
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import EventStore, FactPage, StoredEvent
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.query_side import projection as module
from tui_ledger.query_side import read_ahead as read_ahead_module
from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.documents.port import Lease, State
from tui_ledger.query_side.folding import Gathered, gather
from tui_ledger.query_side.projection import Projection
from tui_ledger.query_side.read_ahead import read_ahead
from tui_ledger.query_side.view import Document, Gatherer, Gathering, View, as_gatherer
from tui_ledger.query_side.views import BUILT_IN
from tui_ledger.query_side.views.balances import Balances

LEASE: Final = Lease(holder="me", host="", pid=0, heartbeat=0.0)


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("view", BUILT_IN, ids=lambda view: view.name)
async def test_every_view_is_the_same_in_leaps_as_event_by_event(view: View, tmp_path: Path) -> None:
    head = await decade_at(tmp_path / "ledger", 5, 120)
    async with open_store(LedgerFolder(tmp_path / "ledger").log) as store:
        stepped, state = await _moved(view, store, lambda one: _step(one, store))
        leapt, leapt_state = await _moved(view, store, lambda one: one.leap(store, head))
        batched, _ = await _moved(view, store, lambda one: _batch(one, store))
    assert state.checkpoint == head
    assert leapt_state == state
    assert leapt == stepped == batched


async def test_a_leap_ends_where_it_was_told_to(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAP", 3)
    head = await world.record(CREATED, *map(deposit, range(1, 9)))
    projection, documents = await _begun(Balances(), world.store)
    checkpoints = []
    while projection.state.checkpoint < head - 1:
        assert await projection.leap(world.store, head - 1)
        checkpoints.append(projection.state.checkpoint)
    assert checkpoints == [3, 6, 8]
    _, document = await documents.read("moyin")
    assert document is not None
    assert document["posted"] == "0.28"


async def test_how_far_a_leap_has_come_is_known_before_its_commit_and_not_after_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    async def watched(view: Gatherer, pages: AsyncIterator[FactPage]) -> Gathered | None:
        async def looked_at() -> AsyncGenerator[FactPage, None]:
            async for page in pages:
                seen.append(projection.gathered)
                yield page

        return await gather(view, looked_at())

    monkeypatch.setattr(read_ahead_module, "PAGE", 10)
    monkeypatch.setattr(module, "gather", watched)
    head = await world.record(CREATED, *map(deposit, range(1, 40)))
    projection, _ = await _begun(Balances(), world.store)
    await projection.leap(world.store, head)
    assert seen == [0, 10, 20, 30]
    assert (projection.gathered, projection.state.checkpoint) == (0, head)


async def test_an_impossible_event_stops_the_view_where_it_is_and_not_where_the_leap_ends(
    world: World,
) -> None:
    await world.record(CREATED, *map(deposit, range(1, 9)))
    await world.record(TransferReturned("moyin", "t", 1, "USD", ""), deposit(1))
    projection, _ = await _begun(Balances(), world.store)
    assert await projection.leap(world.store, 11)
    assert (projection.state.checkpoint, projection.state.failed_at) == (9, 10)


async def test_a_bug_in_gathering_only_costs_time(world: World) -> None:
    head = await world.record(CREATED, *map(deposit, range(1, 30)))
    projection, documents = await _begun(Hasty(), world.store)
    await projection.leap(world.store, head)
    assert (projection.state.checkpoint, projection.state.failed_at) == (head, None)
    _, document = await documents.read("moyin")
    assert document is not None
    assert document["posted"] == "4.35"


async def test_what_cannot_be_gathered_is_not_gathered_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 5)
    head = await world.record(CREATED, *map(deposit, range(1, 30)))
    view = Hasty()
    projection, _ = await _begun(view, world.store)
    while projection.state.checkpoint < head:
        await projection.leap(world.store, head)
    assert view.tried == 1


async def test_what_a_view_of_somebody_throws_while_it_gathers_is_found_one_by_one(world: World) -> None:
    await world.record(CREATED, *map(deposit, range(1, 20)))
    await world.record(WalletClosed("moyin", ""), *map(deposit, range(1, 20)))
    projection, _ = await _begun(Balances(), world.store)
    await projection.apply(await world.store.read())
    assert (projection.state.checkpoint, projection.state.failed_at) == (21, 22)
    assert projection.state.reason is not None
    assert "moyin is closed" in projection.state.reason


async def test_an_event_that_cannot_be_read_stops_the_view_there(world: World) -> None:
    await world.record(CREATED, *map(deposit, range(1, 20)))
    world.store._log[7] = replace(world.store._log[7], type="WalletBurnt")
    projection, _ = await _begun(Balances(), world.store)
    while projection.state.failed_at is None:
        await projection.leap(world.store, 20)
    assert (projection.state.checkpoint, projection.state.failed_at) == (7, 8)


async def test_another_worker_wins_and_nothing_is_written(world: World) -> None:
    head = await world.record(CREATED, *map(deposit, range(1, 20)))
    projection, documents = await _begun(Balances(), world.store)
    await documents.release("me")
    assert not await projection.leap(world.store, head)
    assert (projection.state.checkpoint, await documents.read("moyin")) == (
        0,
        (await documents.state(), None),
    )


async def test_a_gap_in_the_log_is_no_place_to_leap_over(world: World) -> None:
    await world.record(CREATED, *map(deposit, range(1, 20)))
    store = Holed(world.store)
    projection, _ = await _begun(Balances(), store)
    assert await projection.leap(store, 20)
    assert projection.state.checkpoint == 3
    with pytest.raises(IntegrityError, match="After event #3 came #5: the log has a gap"):
        await projection.leap(store, 20)


async def test_a_disk_that_fails_while_reading_ahead_is_reported(world: World) -> None:
    await world.record(CREATED, *map(deposit, range(1, 20)))
    projection, _ = await _begun(Balances(), world.store)
    with pytest.raises(StorageError, match="The disk is gone"):
        await projection.leap(Unreadable(world.store), 20)


async def test_reading_ahead_asks_for_what_follows_before_it_is_needed(world: World) -> None:
    class Counted(MemoryEventStore):
        asked: Final[list[int]] = []

        async def facts(self, after: int = 0, limit: int = 1000) -> FactPage:
            self.asked.append(after)
            return await super().facts(after, limit)

    store = Counted(world.clock)
    pages = read_ahead(store, 0, 9000)
    with pytest.raises(StopAsyncIteration):
        await anext(pages)
    await asyncio.sleep(0)
    assert store.asked == [0, 1000, 2000, 3000]


async def test_a_view_that_cares_about_nothing_leaps_too(world: World) -> None:
    head = await world.record(CREATED, *map(deposit, range(1, 20)))
    projection, _ = await _begun(Deaf(), world.store)
    await projection.leap(world.store, head)
    assert projection.state.checkpoint == head


async def test_a_view_that_only_folds_in_another_way_than_the_one_it_comes_from_does_not_gather(
    world: World,
) -> None:
    head = await world.record(CREATED, *map(deposit, range(1, 20)), deposit(666))
    for moving in (lambda one: one.leap(world.store, head), lambda one: _batch(one, world.store)):
        projection, _ = await _begun(Poisoned(), world.store)
        while projection.state.failed_at is None:
            await moving(projection)
        assert projection.state.failed_at == head
    assert as_gatherer(Poisoned()) is None
    assert as_gatherer(Balances()) is not None
    assert as_gatherer(Deaf()) is None


async def test_documents_that_cannot_be_loaded_are_not_taken_for_missing(world: World) -> None:
    head = await world.record(CREATED, *map(deposit, range(1, 30)))
    documents = Forgetful()
    await documents.claim(LEASE, None)
    for end in (15, head):
        projection = Projection(Balances(), documents, LEASE.holder)
        await projection.begin(world.store)
        documents.fails = end == head
        await projection.leap(world.store, end)
    assert (projection.state.checkpoint, projection.state.failed_at) == (head, None)
    _, document = await documents.read("moyin")
    assert document is not None
    assert document["posted"] == "4.35"


class Forgetful(MemoryDocuments):
    """Cannot be loaded from once, where it `fails`."""

    fails = False

    async def load(self, generation: int, keys: Iterable[str]) -> dict[str, Document]:
        if self.fails:
            self.fails = False
            raise StorageError("The disk is tired.")
        return await super().load(generation, keys)


class Hasty(Balances):
    """Gathers, and at its end thinks better of it."""

    tried = 0

    def gather(self) -> Gathering:
        self.tried += 1
        raise RecursionError("a bug")


class Behind(MemoryEventStore):
    """Another store, in which something is wrong."""

    def __init__(self, store: MemoryEventStore) -> None:
        super().__init__()
        self._log = list(store._log)


class Holed(Behind):
    """It has lost the event at position 4."""

    async def read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        return [event for event in await super().read(after, limit) if event.position != 4]


class Unreadable(Behind):
    """It cannot be read any more."""

    async def read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        raise StorageError("The disk is gone.")


async def _begun(view: View, store: EventStore) -> tuple[Projection, MemoryDocuments]:
    documents = MemoryDocuments()
    await documents.claim(LEASE, None)
    projection = Projection(view, documents, LEASE.holder)
    await projection.begin(store)
    return projection, documents


async def _moved(
    view: View, store: EventStore, move: Callable[[Projection], Awaitable[bool]]
) -> tuple[list[tuple[str, Document]], State]:
    projection, documents = await _begun(view, store)
    head = await store.head()
    while projection.state.checkpoint < head.position:
        assert await move(projection)
    _, found = await documents.scan()
    return found, projection.state


async def _step(projection: Projection, store: EventStore) -> bool:
    return await projection.apply(await store.read(projection.state.checkpoint, 1))


async def _batch(projection: Projection, store: EventStore) -> bool:
    return await projection.apply(await store.read(projection.state.checkpoint, 17))
