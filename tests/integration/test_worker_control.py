"""What a person can do to a view's worker: it is done when the method returns, and no event counts twice."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.integration.projecting import CREATED, Poisoned, World, deposit
from tui_ledger.domain.events import UserCreated
from tui_ledger.errors import InputError, LockedError
from tui_ledger.query_side.control import WorkerControl
from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.documents.port import Lease
from tui_ledger.query_side.documents.sqlite import SqliteDocuments
from tui_ledger.query_side.query_side import QuerySide
from tui_ledger.query_side.view import View
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.query_side.wishes import Change, Seek
from tui_ledger.testing import breathe


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture(params=["memory", "sqlite"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    return None if request.param == "memory" else tmp_path


@asynccontextmanager
async def three_events(world: World, folder: Path | None, *views: View) -> AsyncIterator[QuerySide]:
    """A query side whose views have taken in a wallet and two deposits: 1.00 and 2.00."""
    await world.record(CREATED, deposit(100), deposit(200))
    async with world.query_side(*views, folder=folder) as side:
        await side.settle()
        yield side


async def posted(side: QuerySide, view: str = "balances") -> tuple[int, str | None]:
    """How far the view is, and what it says that moyin holds."""
    answer = await side.query(view, "moyin")
    return answer.as_of, answer.document["posted"] if answer.document else None


def state(side: QuerySide) -> str:
    return side.snapshot()[0].state


async def test_a_paused_view_stands_still_while_others_go_on(world: World, folder: Path | None) -> None:
    class Other(Balances):
        name = "other"  # type: ignore[misc]

    async with three_events(world, folder, Balances(), Other()) as side:
        await side.control("balances").pause()
        await world.record(deposit(400))
        await side.settle()
        assert await posted(side) == (3, "3.00")
        assert await posted(side, "other") == (4, "7.00")
        assert state(side) == "paused"
        await side.control("balances").resume()
        await side.settle()
        assert await posted(side) == (4, "7.00")
        assert state(side) == "live"


async def test_a_pause_outlives_the_worker(world: World, tmp_path: Path) -> None:
    async with three_events(world, tmp_path) as side:
        await side.control("balances").pause()
    await world.record(deposit(400))
    async with world.query_side(folder=tmp_path, run=False) as side:
        assert [status.state for status in await side.status()] == ["paused"]
    async with world.query_side(folder=tmp_path) as side:
        await side.settle()
        assert await posted(side) == (3, "3.00")
        await side.control("balances").resume()
        await side.settle()
        assert await posted(side) == (4, "7.00")


async def test_a_step_takes_in_one_event_and_pauses(world: World, folder: Path | None) -> None:
    async with three_events(world, folder) as side:
        control = side.control("balances")
        await control.pause()
        await world.record(deposit(400), deposit(800))
        await control.step()
        assert await posted(side) == (4, "7.00")
        await control.step()
        assert await posted(side) == (5, "15.00")
        with pytest.raises(InputError, match="There is no event after #5 yet"):
            await control.step()
        await control.resume()
        await world.record(deposit(1))
        await side.settle()
        assert await posted(side) == (6, "15.01")


@pytest.mark.parametrize("position", [0, 1, 2, 3])
async def test_a_view_is_put_where_it_was_and_goes_on_from_there(
    world: World, folder: Path | None, position: int
) -> None:
    async with three_events(world, folder) as side:
        control = side.control("balances")
        await control.seek(position)
        assert await posted(side) == (position, [None, "0.00", "1.00", "3.00"][position])
        assert state(side) == "paused"
        assert await side.audit() is None
        await control.resume()
        await side.settle()
        assert await posted(side) == (3, "3.00")


async def test_a_view_is_put_far_back_in_a_long_log(world: World, folder: Path | None) -> None:
    await world.record(CREATED, *(deposit(1) for _ in range(999)))
    for _ in range(2):
        await world.record(*(deposit(1) for _ in range(1000)))
    async with world.query_side(folder=folder) as side:
        await side.settle()
        await side.control("balances").seek(2500)
        assert await posted(side) == (2500, "24.99")
        assert await side.audit() is None


async def test_a_view_is_put_forwards_too(world: World, folder: Path | None) -> None:
    async with three_events(world, folder) as side:
        control = side.control("balances")
        await control.pause()
        await world.record(deposit(400), deposit(800))
        await control.seek(4)
        assert await posted(side) == (4, "7.00")
        with pytest.raises(InputError, match="There is no event #9 yet; the log ends at #5"):
            await control.seek(9)
        with pytest.raises(InputError, match="Positions begin at 1"):
            await control.seek(-1)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_around_the_write_counts_every_event_once(
    world: World, folder: Path | None, when: str
) -> None:
    async with three_events(world, folder) as side:
        control = side.control("balances")
        await control.crash(when)  # type: ignore[arg-type]
        await world.record(deposit(400))
        await world.until(lambda: state(side) == "crashed")
        assert (await side.status())[0].reason == f"It was told to crash {when} its next write."
        assert await posted(side) == ((3, "3.00") if when == "before" else (4, "7.00"))
        await world.record(deposit(800))
        await control.restart()
        await side.settle()
        assert await posted(side) == (5, "15.00")


async def test_a_crash_can_be_seen_for_three_seconds(world: World) -> None:
    async with three_events(world, None) as side:
        await side.control("balances").crash()
        await world.record(deposit(400))
        await world.until(lambda: state(side) == "crashed")
        await world.clock.advance(2.8)
        assert state(side) == "crashed"
        await world.clock.advance(0.2)
        assert state(side) == "live"


async def test_a_checkpoint_apart_from_the_documents_doubles_money(world: World, folder: Path | None) -> None:
    async with three_events(world, folder) as side:
        control = side.control("balances")
        await control.keep_checkpoint_apart(True)
        await control.crash("after")
        await world.record(deposit(400))
        await world.until(lambda: state(side) == "crashed")
        await control.restart()
        await side.settle()
        assert await posted(side) == (4, "11.00"), "the deposit of 4.00 counts twice"
        assert side.snapshot()[0].apart
        assert "the log says 7.00" in (await side.audit() or "")
        await control.keep_checkpoint_apart(False)
        await control.rebuild()
        await side.settle()
        assert await posted(side) == (4, "7.00")
        await control.crash("after")
        await world.record(deposit(800))
        await world.until(lambda: state(side) == "crashed")
        await control.restart()
        await side.settle()
        assert await posted(side) == (5, "15.00"), "kept together, once"


async def test_what_was_read_is_read_until_a_rebuild_is_done(world: World, folder: Path | None) -> None:
    async with three_events(world, folder) as side:
        control = side.control("balances")
        await control.pause()
        await control.rebuild()
        assert await posted(side) == (3, "3.00")
        assert (side.snapshot()[0].rebuilt, state(side)) == (0, "paused")
        await control.step()
        assert (await posted(side), side.snapshot()[0].rebuilt) == ((3, "3.00"), 1)
        await control.resume()
        await side.settle()
        assert (await posted(side), side.snapshot()[0].rebuilt) == ((3, "3.00"), None)


async def test_nothing_is_lost_that_happens_during_a_rebuild(world: World, folder: Path | None) -> None:
    async with three_events(world, folder) as side:
        control = side.control("balances")
        await control.pause()
        await control.rebuild()
        await control.step()
        await world.record(deposit(400))
        await control.resume()
        await side.settle()
        assert await posted(side) == (4, "7.00")
        assert await side.audit() is None


async def test_two_rebuilds_of_a_log_have_the_same_content(world: World, tmp_path: Path) -> None:
    found = []
    async with three_events(world, tmp_path) as side:
        for _ in range(2):
            await side.control("balances").rebuild()
            await side.settle()
            found.append([(answer.key, answer.document) for answer in await side.documents("balances")])
    assert found[0] == found[1] != []


async def test_a_rebuild_that_was_killed_goes_on_where_it_was(world: World, tmp_path: Path) -> None:
    async with three_events(world, tmp_path) as side:
        await side.control("balances").pause()
        await side.control("balances").rebuild()
        await side.control("balances").step()
    async with world.query_side(folder=tmp_path, run=False) as side:
        assert await posted(side) == (3, "3.00"), "what was there serves"
        assert (await side.status())[0].rebuilt == 1
    async with world.query_side(folder=tmp_path) as side:
        await side.control("balances").resume()
        await side.settle()
        assert await posted(side) == (3, "3.00")
        assert await side.audit() is None


async def test_a_rebuild_can_be_begun_again_in_the_middle(world: World, folder: Path | None) -> None:
    async with three_events(world, folder) as side:
        control = side.control("balances")
        await control.pause()
        for _ in range(3):
            await control.rebuild()
            await control.step()
            assert side.snapshot()[0].rebuilt == 1
        await control.resume()
        await side.settle()
        assert await posted(side) == (3, "3.00")


async def test_an_event_that_stops_a_view_can_be_parked(world: World, folder: Path | None) -> None:
    await world.record(CREATED, deposit(100), deposit(666), deposit(200))
    async with world.query_side(Poisoned(), folder=folder) as side:
        await side.settle()
        assert state(side) == "failed"
        await side.control("balances").park()
        await side.settle()
        status = side.snapshot()[0]
        assert (status.state, status.parked, status.lag) == ("live", (3,), 0)
        assert status.reason == "It goes on without #3, parked."
        assert await posted(side) == (4, "3.00")
        assert await side.audit() is None, "the audit leaves it out, too"
        with pytest.raises(InputError, match="there is none to park"):
            await side.control("balances").park()


async def test_what_was_parked_comes_in_where_it_belongs(world: World, tmp_path: Path) -> None:
    await world.record(CREATED, deposit(100), deposit(666), deposit(200))
    async with world.query_side(Poisoned(), folder=tmp_path) as side:
        await side.settle()
        await side.control("balances").park()
        await side.settle()
        await side.control("balances").retry()
        await side.settle()
        assert (state(side), side.snapshot()[0].failed_at) == ("failed", 3)
        assert await posted(side) == (4, "3.00"), "what was there serves"
        await side.control("balances").park()
        await side.settle()
        assert side.snapshot()[0].parked == (3,)
    async with world.query_side(Balances(), folder=tmp_path) as side:
        await side.settle()
        assert await posted(side) == (4, "3.00"), "it stays parked until somebody wants it"
        await side.control("balances").retry()
        await side.settle()
        assert await posted(side) == (4, "9.66")
        assert (side.snapshot()[0].parked, side.snapshot()[0].reason) == ((), None)


async def test_what_is_parked_stays_so_when_the_view_is_made_anew(world: World, folder: Path | None) -> None:
    await world.record(CREATED, deposit(100), deposit(666), deposit(200))
    async with world.query_side(Poisoned(), folder=folder) as side:
        await side.settle()
        control = side.control("balances")
        await control.park()
        await side.settle()
        await control.rebuild()
        await control.rebuilt()
        await side.settle()
        assert (state(side), side.snapshot()[0].parked) == ("live", (3,))
        assert await posted(side) == (4, "3.00")
        await control.seek(2)
        assert await posted(side) == (2, "1.00")
        await control.resume()
        await side.settle()
        assert (state(side), side.snapshot()[0].parked) == ("live", (3,))
        assert await posted(side) == (4, "3.00")


async def test_there_is_nothing_to_retry_in_a_view_that_goes_on(world: World) -> None:
    async with three_events(world, None) as side:
        with pytest.raises(InputError, match="It has not failed at any event, and none is parked"):
            await side.control("balances").retry()


async def test_jitter_makes_events_late_by_their_positions_and_keeps_their_order(world: World) -> None:
    seen = []
    for _ in range(2):
        world = World()
        async with three_events(world, None) as side:
            await side.control("balances").delay(1.0, jitter=2.0)
            for _ in range(8):
                await world.record(deposit(1))
            moments: list[int] = []
            for _ in range(31):
                moments.append(side.snapshot()[0].checkpoint)
                await world.clock.advance(0.1)
            seen.append(moments)
            assert moments == sorted(moments)
            assert moments[9] == 3
            assert moments[-1] == 11
            assert len(set(moments)) > 2, "not all at once"
    assert seen[0] == seen[1]


async def test_reading_your_writes_does_not_wait_for_a_paused_view(world: World, folder: Path | None) -> None:
    async with three_events(world, folder) as side:
        await side.control("balances").pause()
        await world.record(deposit(400))
        before = world.clock.monotonic()
        answer = await side.query("balances", "moyin", at_least=4, timeout=60.0)
        assert (answer.as_of, answer.head, answer.stale) == (3, 4, True)
        assert answer.status is not None
        assert answer.status.state == "paused"
        assert world.clock.monotonic() == before


async def test_reading_your_writes_does_not_wait_for_a_failed_view(world: World) -> None:
    await world.record(CREATED, deposit(666))
    async with world.query_side(Poisoned()) as side:
        await side.settle()
        answer = await side.query("balances", "moyin", at_least=2, timeout=60.0)
        assert answer.as_of == 1
        assert answer.status is not None
        assert (answer.status.state, answer.status.failed_at) == ("failed", 2)


async def test_where_nobody_runs_a_view_its_owner_does_what_is_wished(world: World, tmp_path: Path) -> None:
    async with three_events(world, tmp_path):
        pass
    async with world.query_side(folder=tmp_path, run=False) as side:
        control = side.control("balances")
        await control.seek(1)
        assert await posted(side) == (1, "0.00")
        await control.step()
        assert await posted(side) == (2, "1.00")
        await control.resume()
        await control.delay(2.0)
        assert (await side.status())[0].delay == 2.0
        await control.delay(0)
        await control.rebuild()
        await control.rebuilt()
        assert await posted(side) == (3, "3.00")
        for refused in (control.crash(), control.restart()):
            with pytest.raises(InputError, match="Nobody runs it"):
                await refused
        assert (await side.status())[0].state == "idle"


async def test_a_worker_that_does_not_answer_is_named(world: World) -> None:
    documents = MemoryDocuments()
    now = world.clock.now().timestamp() + 1.99  # it beats on
    await documents.claim(Lease("busy", socket.gethostname(), os.getpid(), now), None)
    asking = asyncio.create_task(WorkerControl(world.worker(documents), world.clock).step())
    await world.until(asking.done)
    with pytest.raises(LockedError, match="The worker of balances does not answer"):
        asking.result()
    assert await documents.wishes() == [], "it was taken back"


async def test_a_wish_of_another_process_is_noticed_within_a_tenth_of_a_second(world: World) -> None:
    documents = MemoryDocuments()
    await world.record(CREATED)
    async with world.working(documents) as worker:
        assert await worker.reached(1)
        number = await documents.wish(Change(paused=True), world.clock.now().timestamp())
        await world.clock.advance(0.1)
        assert await documents.answered(number) == ""
        assert worker.status().state == "paused"


async def test_a_wish_that_was_forgotten_is_not_fulfilled(world: World, tmp_path: Path) -> None:
    documents = SqliteDocuments(tmp_path / "balances.db")
    await world.record(CREATED, deposit(100))
    number = await documents.wish(Seek(1), world.clock.now().timestamp() - 10.5)
    async with world.query_side(folder=tmp_path) as side:
        await side.settle()
        assert await posted(side) == (2, "1.00")
        assert await documents.answered(number) == "Nobody was there in time."
    await documents.close()


async def test_a_view_without_a_bug_cannot_be_repaired(world: World) -> None:
    async with three_events(world, None) as side:
        with pytest.raises(InputError, match="has no bug for teaching"):
            await side.control("balances").repair()


async def test_wishes_in_the_middle_of_the_traffic_lose_and_double_nothing(
    world: World, folder: Path | None
) -> None:
    async with three_events(world, folder) as side:
        control = side.control("balances")
        wishes = [control.pause, control.step, control.resume, control.rebuild, control.restart]
        for turn in range(40):
            await world.record(*(deposit(1) for _ in range(turn % 7 + 1)))
            for _ in range(turn % 5):
                await breathe()
            if turn % 11 == 10:
                await control.seek(turn)
                await control.resume()
            try:
                await wishes[turn % len(wishes)]()
            except InputError as error:
                assert "There is no event after" in str(error)  # noqa: PT017 - a step at the head
        await control.resume()
        await side.settle()
        assert (await posted(side))[0] == await world.store.poll()
        assert await side.audit() is None


async def test_a_document_that_is_no_json_stops_the_view_at_its_event(
    world: World, folder: Path | None
) -> None:
    class Odd(Balances):
        def fold(self, event, documents) -> None:  # type: ignore[no-untyped-def]
            super().fold(event, documents)
            if event.position == 5:
                documents["ann"] = {**documents["ann"], "odd": object()}

    await world.record(CREATED, *(deposit(100) for _ in range(3)))
    await world.record(UserCreated("ann", "", "USD"))
    await world.record(*(deposit(100) for _ in range(3)))
    async with world.query_side(Odd(), folder=folder) as side:
        await side.settle()
        status = side.snapshot()[0]
        assert (status.state, status.failed_at, status.checkpoint) == ("failed", 5, 4)
        assert "a document is made of JSON" in (status.reason or "")
