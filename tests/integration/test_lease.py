"""Of all the workers that could write a view, one does."""

import os
import socket
import subprocess
import sys

import pytest

from tests.integration.projecting import CREATED, World, deposit, posted
from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.documents.port import Lease
from tui_ledger.query_side.lease import is_held
from tui_ledger.query_side.worker import Worker
from tui_ledger.testing.clock import START

NOW = START.timestamp()
HOST = socket.gethostname()


@pytest.fixture
def world() -> World:
    return World()


def holds(worker: Worker) -> bool:
    return worker.holds


def ended_process() -> int:
    """The id of a process that is gone."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize(
    ("lease", "held"),
    [
        pytest.param(None, False, id="nobody's"),
        pytest.param(Lease("a", HOST, os.getpid(), NOW), True, id="a living process"),
        pytest.param(Lease("a", HOST, os.getpid(), NOW - 1.9), True, id="a late heartbeat"),
        pytest.param(Lease("a", HOST, os.getpid(), NOW - 2), False, id="no heartbeat for 2 s"),
        pytest.param(Lease("a", HOST, os.getpid(), NOW + 3600), False, id="a heartbeat in the future"),
        pytest.param(Lease("a", HOST, ended_process(), NOW), False, id="a process that is gone"),
        pytest.param(
            Lease("a", f"not-{HOST}", ended_process(), NOW), True, id="a process of another machine"
        ),
        pytest.param(Lease("a", HOST, 2**70, NOW), True, id="a process id that cannot be"),
    ],
)
def test_who_holds_a_lease(lease: Lease | None, held: bool) -> None:
    assert is_held(lease, NOW) is held


async def test_of_two_workers_one_works_and_the_other_stands_by(world: World) -> None:
    documents = MemoryDocuments()
    async with world.working(documents) as first, world.working(documents) as second:
        await world.record(CREATED, deposit(500))
        await world.clock.advance(10)
        assert (holds(first), holds(second)) == (True, False)
        assert await posted(documents) == "5.00"
        assert second.status() == first.status(), "who stands by shows what the other one does"


async def test_who_stands_by_takes_over_when_the_other_stops(world: World) -> None:
    documents = MemoryDocuments()
    async with world.working(documents) as first, world.working(documents) as second:
        await first.stop()
        await world.clock.advance(0.1)
        assert holds(second)
        await world.record(CREATED, deposit(500))
        assert await second.reached(2)
        assert await posted(documents) == "5.00"


async def test_a_dead_process_is_succeeded_at_once(world: World) -> None:
    documents = MemoryDocuments()
    await documents.claim(Lease("dead", HOST, ended_process(), NOW), None)
    async with world.working(documents) as worker:
        await world.record(CREATED)
        assert await worker.reached(1)
        assert world.clock.now() == START


async def test_a_silent_process_is_succeeded_after_two_seconds(world: World) -> None:
    documents = MemoryDocuments()
    await documents.claim(Lease("silent", HOST, os.getpid(), NOW), None)
    async with world.working(documents) as worker:
        await world.record(CREATED)
        await world.clock.advance(1.9)
        assert not holds(worker)
        assert worker.status().state == "catching_up", "as far as can be told the other one works"
        await world.clock.advance(0.2)
        assert holds(worker)
        assert worker.checkpoint == 1


async def test_a_heartbeat_keeps_the_lease_while_there_is_nothing_to_do(world: World) -> None:
    documents = MemoryDocuments()
    async with world.working(documents):
        for _ in range(20):
            await world.clock.advance(1)
            assert is_held((await documents.state()).lease, world.clock.now().timestamp())


async def test_who_lost_the_lease_writes_nothing_and_stands_by(world: World) -> None:
    documents = MemoryDocuments()
    async with world.working(documents) as worker:
        await world.record(CREATED)
        assert await worker.reached(1)
        thief = Lease("thief", HOST, os.getpid(), world.clock.now().timestamp())
        await documents.claim(thief, (await documents.state()).lease)
        await world.record(deposit(500))
        await world.clock.advance(1)
        assert not holds(worker)
        assert (await documents.state()).checkpoint == 1
        await world.clock.advance(2)
        assert holds(worker), "the thief gave no sign of life"
        assert await posted(documents) == "5.00"


async def test_a_worker_that_stops_leaves_the_lease_to_anyone(world: World) -> None:
    documents = MemoryDocuments()
    async with world.working(documents):
        assert (await documents.state()).lease is not None
    assert (await documents.state()).lease is None
