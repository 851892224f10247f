"""Questions to the query side: every answer says how old it is."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterable, MutableMapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.projecting import CREATED, Poisoned, World, deposit
from tui_ledger.domain.events import RecordedEvent, UserCreated
from tui_ledger.errors import InputError, StorageError
from tui_ledger.event_bus import EventBus
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import Head
from tui_ledger.query_side.query_side import QuerySide
from tui_ledger.query_side.view import Document
from tui_ledger.query_side.views import BUILT_IN
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.query_side.views.statement import Statement
from tui_ledger.testing import breathe


@pytest.fixture
def world() -> World:
    return World()


class BrokenStatement(Statement):
    """Stops at the first event."""

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        raise KeyError("a bug in the view")


class Undone(Balances):
    """A later version of the view, which also counts."""

    version = 2  # type: ignore[misc]

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        super().fold(event, documents)
        documents["moyin"] = {**documents["moyin"], "owner": "undone"}


def remove_all(folder: Path) -> None:
    for file in list(folder.iterdir()):
        file.unlink()


def lag(side: QuerySide, view: str = "balances") -> int:
    return next(status.lag for status in side.snapshot() if status.view == view)


async def test_an_answer_says_of_which_position_it_is_and_where_the_log_ends(world: World) -> None:
    async with world.query_side() as side:
        await world.record(CREATED, deposit(500))
        await side.settle()
        await side.control("balances").delay(5)
        await world.record(deposit(1))
        answer = await side.query("balances", "moyin")
        assert (answer.view, answer.key, answer.as_of, answer.head) == ("balances", "moyin", 2, 3)
        assert answer.document is not None
        assert answer.document["posted"] == "5.00"
        assert answer.stale


async def test_an_unknown_key_has_no_document_and_an_unknown_view_is_an_error(world: World) -> None:
    async with world.query_side() as side:
        await world.record(CREATED)
        await side.settle()
        answer = await side.query("balances", "nobody")
        assert (answer.document, answer.as_of, answer.stale) == (None, 1, False)
        with pytest.raises(InputError, match=r"no view balences; did you mean balances\?"):
            await side.query("balences", "moyin")
        with pytest.raises(InputError, match="no view"):
            await side.control("").delay(1)


async def test_at_least_waits_until_the_view_is_there(world: World) -> None:
    async with world.query_side() as side:
        await side.control("balances").delay(1.5)
        position = await world.record(CREATED)
        asked = asyncio.create_task(side.query("balances", "moyin", at_least=position))
        await world.clock.advance(1.4)
        assert not asked.done()
        await world.clock.advance(0.1)
        assert (await asked).as_of == position
        assert not (await asked).stale


async def test_at_least_ends_honestly_when_its_time_is_over(world: World) -> None:
    async with world.query_side() as side:
        await side.control("balances").delay(5)
        position = await world.record(CREATED)
        asked = asyncio.create_task(side.query("balances", "moyin", at_least=position, timeout=2))
        await world.clock.advance(2)
        answer = await asked
        assert (answer.as_of, answer.head, answer.document, answer.stale) == (0, 1, None, True)
        assert (await side.query("balances", "moyin", at_least=position, timeout=0)).stale


async def test_at_least_does_not_wait_for_what_is_there(world: World) -> None:
    async with world.query_side() as side:
        await world.record(CREATED)
        await side.settle()
        before = world.clock.monotonic()
        assert (await side.query("balances", "moyin", at_least=1)).as_of == 1
        assert world.clock.monotonic() == before


async def test_at_least_waits_for_a_worker_of_another_process(world: World, tmp_path: Path) -> None:
    async with (
        world.query_side(folder=tmp_path) as worker,
        world.query_side(folder=tmp_path, run=False) as reader,
    ):
        await worker.control("balances").delay(0.1)
        position = await world.record(CREATED)
        asked = asyncio.create_task(reader.query("balances", "moyin", at_least=position, timeout=3600))
        await world.until(asked.done)
        assert (await asked).as_of == position


async def test_documents_come_by_prefix_and_the_latest_first_if_wanted(world: World) -> None:
    async with world.query_side(Statement()) as side:
        await world.record(CREATED, deposit(1), deposit(2))
        await world.record(UserCreated("moyin2", "", "USD"))
        await side.settle()
        lines = await side.documents("statement", "moyin", newest_first=True, limit=2)
        assert [line.key for line in lines] == ["moyin/000003", "moyin/000002"]
        assert {(line.as_of, line.head) for line in lines} == {(4, 4)}
        assert len(await side.documents("statement")) == 4
        assert await side.documents("statement", "nobody") == []


async def test_an_answer_is_never_ahead_of_its_head_while_others_write(world: World) -> None:
    class SlowToAnswer(MemoryEventStore):
        async def head(self) -> Head:
            head = await super().head()
            await breathe()
            return head

    async def write() -> None:
        for _ in range(500):
            await world.record(deposit(1))
            await breathe(1)

    world.store = SlowToAnswer(world.clock)
    world.bus = EventBus(world.store, clock=world.clock)
    async with world.query_side() as side:
        await world.record(CREATED)
        await side.settle()
        writing = asyncio.create_task(write())
        while not writing.done():
            answer = await side.query("balances", "moyin")
            assert 0 < answer.as_of <= answer.head
            (answer,) = await side.documents("balances", "moyin")
            assert answer.as_of <= answer.head
            assert all(status.lag >= 0 for status in (*side.snapshot(), *await side.status()))


async def test_without_a_worker_nothing_is_projected(world: World, tmp_path: Path) -> None:
    async with world.query_side(folder=tmp_path / "views", run=False) as side:
        await world.record(CREATED)
        assert (await side.query("balances", "moyin")).as_of == 0
        (status,) = await side.status()
        assert (status.state, status.checkpoint, status.lag) == ("idle", 0, 1)
        assert not (tmp_path / "views").exists()


async def test_catching_up_projects_and_leaves_the_lease(world: World, tmp_path: Path) -> None:
    async with world.query_side(folder=tmp_path, run=False) as side:
        await world.record(CREATED, deposit(5))
        await side.catch_up("balances")
        assert (await side.query("balances", "moyin")).as_of == 2
        assert (await side.status())[0].state == "idle"


async def test_catching_up_waits_for_who_holds_the_view(world: World) -> None:
    async with world.query_side() as side:
        await side.control("balances").delay(1)
        await world.record(CREATED)
        caught = asyncio.create_task(side.catch_up("balances"))
        await world.clock.advance(0.9)
        assert not caught.done()
        await world.clock.advance(0.1)
        await caught


async def test_catching_up_ends_at_an_event_that_stops_the_view(world: World, tmp_path: Path) -> None:
    async with world.query_side(Poisoned(), folder=tmp_path, run=False) as side:
        await world.record(CREATED, deposit(666))
        for _ in range(2):
            await side.catch_up("balances")
            (status,) = await side.status()
            assert (status.state, status.checkpoint, status.failed_at) == ("failed", 1, 2)


async def test_catching_up_says_why_it_cannot(world: World, tmp_path: Path) -> None:
    (tmp_path / "views").write_text("a file, and no folder")
    async with world.query_side(folder=tmp_path / "views", run=False) as side:
        await world.record(CREATED)
        with pytest.raises(StorageError, match=r"balances cannot catch up: .*cannot be made"):
            await side.catch_up("balances")


async def test_a_failed_view_holds_up_no_other(world: World) -> None:
    async with world.query_side(Balances(), BrokenStatement()) as side:
        await world.record(CREATED, deposit(1))
        await side.settle()
        assert [(status.view, status.state, status.checkpoint) for status in side.snapshot()] == [
            ("balances", "live", 2),
            ("statement", "failed", 0),
        ]


async def test_a_view_that_cannot_start_holds_up_no_other(world: World, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "statement.db")) as connection:
        connection.execute("CREATE TABLE recipes (cake TEXT)")
    async with world.query_side(*BUILT_IN, folder=tmp_path) as side:
        await world.record(CREATED)
        await side.settle()
        balances, statement, *_ = side.snapshot()
        assert balances.state == "live"
        assert statement.state == "crashed"
        assert "another program" in (statement.reason or "")
        assert (await side.status())[1].state == "crashed"


async def test_status_and_snapshot_agree(world: World) -> None:
    async with world.query_side(*BUILT_IN) as side:
        await side.control("statement").delay(2)
        await world.record(CREATED, deposit(1))
        await world.clock.advance(1.5)
        assert tuple(await side.status()) == side.snapshot()
        balances, statement, *_ = side.snapshot()
        assert (balances.state, balances.lag, balances.lag_ms, balances.delay) == ("live", 0, 0, 0)
        assert (statement.state, statement.lag, statement.lag_ms, statement.delay) == (
            "catching_up",
            2,
            1500,
            2,
        )


async def test_another_processs_status_is_read_from_its_file(world: World, tmp_path: Path) -> None:
    async with (
        world.query_side(Poisoned(), folder=tmp_path) as worker,
        world.query_side(Balances(), folder=tmp_path, run=False) as reader,
    ):
        await world.record(CREATED)
        await worker.settle()
        assert (await reader.status())[0].state == "live"
        await world.record(deposit(666))
        await worker.settle()
        await world.clock.advance(0.25)
        (status,) = await reader.status()
        assert (status.state, status.failed_at, status.lag, status.lag_ms) == ("failed", 2, 1, 250)


@pytest.mark.parametrize("content", [None, b"rubbish" * 1000], ids=["missing", "rubbish"])
async def test_a_view_without_a_sound_file_is_made_anew_with_the_same_content(
    world: World, tmp_path: Path, content: bytes | None
) -> None:
    await world.record(CREATED, deposit(1))
    async with world.query_side(*BUILT_IN, folder=tmp_path) as side:
        await side.settle()
        before = [await side.documents(view.name) for view in BUILT_IN]
    for view in BUILT_IN:
        path = tmp_path / f"{view.name}.db"
        path.unlink() if content is None else path.write_bytes(content)
    async with world.query_side(*BUILT_IN, folder=tmp_path) as side:
        await side.settle()
        assert [await side.documents(view.name) for view in BUILT_IN] == before


async def test_a_view_that_is_damaged_in_use_is_made_anew(world: World, tmp_path: Path) -> None:
    async with world.query_side(folder=tmp_path) as side:
        await world.record(CREATED, deposit(1))
        await side.settle()
    with closing(sqlite3.connect(tmp_path / "balances.db", isolation_level=None)) as connection:
        connection.execute("UPDATE documents SET body = 'no document'")
    async with world.query_side(folder=tmp_path) as side:
        await world.record(deposit(1))
        await world.until(lambda: lag(side) == 0)
        answer = await side.query("balances", "moyin")
        assert answer.document is not None
        assert answer.document["posted"] == "0.02"


async def test_a_file_that_is_removed_in_use_is_made_anew(world: World, tmp_path: Path) -> None:
    async with world.query_side(folder=tmp_path) as side:
        await world.record(CREATED, deposit(1))
        await side.settle()
        remove_all(tmp_path)
        await world.until(lambda: side.snapshot()[0].state == "crashed")
        assert "removed or replaced" in (side.snapshot()[0].reason or "")
        await world.until(lambda: side.snapshot()[0].state == "live")
        answer = await side.query("balances", "moyin", at_least=2)
        assert answer.document is not None
        assert answer.document["posted"] == "0.01"


async def test_a_view_of_another_version_is_made_anew(world: World, tmp_path: Path) -> None:
    await world.record(CREATED, deposit(1))
    async with world.query_side(Balances(), folder=tmp_path) as side:
        await side.settle()
    for view, owner in ((Undone(), "undone"), (Balances(), "Mo Yin")):
        async with world.query_side(view, folder=tmp_path) as side:
            await side.settle()
            document = (await side.query("balances", "moyin")).document
            assert document is not None
            assert (document["owner"], document["posted"]) == (owner, "0.01")


@pytest.mark.parametrize("count", [1, 3, 5], ids=["ahead of the log", "as long as the log", "behind it"])
async def test_a_view_of_another_log_is_made_anew(world: World, tmp_path: Path, count: int) -> None:
    await world.record(UserCreated("ann", "", "USD"), deposit(1, "ann"), deposit(1, "ann"))
    async with world.query_side(folder=tmp_path) as side:
        await side.settle()
    other = World()
    await other.record(CREATED, *(deposit(1) for _ in range(count - 1)))
    async with other.query_side(folder=tmp_path, run=False) as side:
        if count < 3:
            assert await side.documents("balances") == []
            answer = await side.query("balances", "ann")
            assert (answer.as_of, answer.head, answer.document) == (0, count, None)
            assert (await side.status())[0].checkpoint == 0
    async with other.query_side(folder=tmp_path) as side:
        await side.settle()
        assert [answer.key for answer in await side.documents("balances")] == ["moyin"]
        assert await side.audit() is None


async def test_a_copy_of_another_view_says_nothing(world: World, tmp_path: Path) -> None:
    await world.record(CREATED)
    async with world.query_side(Statement(), folder=tmp_path) as side:
        await side.settle()
    (tmp_path / "statement.db").rename(tmp_path / "balances.db")
    async with world.query_side(Balances(), folder=tmp_path, run=False) as side:
        assert (await side.query("balances", "moyin/000001")).document is None
    async with world.query_side(Balances(), folder=tmp_path) as side:
        await side.settle()
        assert [answer.key for answer in await side.documents("balances")] == ["moyin"]


async def test_nothing_is_wrong_with_views_that_lag(world: World, tmp_path: Path) -> None:
    async with world.query_side(*BUILT_IN, folder=tmp_path) as side:
        await world.record(CREATED, *(deposit(1) for _ in range(999)))
        await world.record(*(deposit(1) for _ in range(999)))
        await side.settle()
        await side.control("balances").delay(5)
        await world.record(deposit(1))
        assert await side.audit() is None
    async with world.query_side(*BUILT_IN, folder=tmp_path / "new", run=False) as side:
        assert await side.audit() is None


@pytest.mark.parametrize(
    ("forgery", "problem"),
    [
        pytest.param(
            'UPDATE documents SET body = replace(body, \'"posted":"0.01"\', \'"posted":"9.99"\')',
            "balances: moyin says posted 9.99; the log says 0.01.",
            id="changed",
        ),
        pytest.param("DELETE FROM documents", "balances: moyin is missing.", id="deleted"),
        pytest.param(
            "INSERT INTO documents SELECT served, 'eve', '{}' FROM state",
            "balances: eve is there, and no event made it.",
            id="added",
        ),
        pytest.param(
            "UPDATE generations SET anchor = 'x'",
            "balances was made from another log: event #2",
            id="foreign",
        ),
        pytest.param("UPDATE documents SET body = '['", "cannot be read", id="unreadable"),
    ],
)
async def test_an_audit_names_the_view_the_key_and_what_is_wrong(
    world: World, tmp_path: Path, forgery: str, problem: str
) -> None:
    await world.record(CREATED, deposit(1))
    async with world.query_side(folder=tmp_path) as side:
        await side.settle()
    with closing(sqlite3.connect(tmp_path / "balances.db", isolation_level=None)) as connection:
        connection.execute(forgery)
    async with world.query_side(folder=tmp_path, run=False) as side:
        assert problem in (await side.audit() or "")


async def test_everything_is_closed_when_starting_is_cut_short(world: World, tmp_path: Path) -> None:
    threads = set(threading.enumerate())
    for turns in range(0, 120, 7):
        side = QuerySide(world.store, world.bus, folder=tmp_path, clock=world.clock, views=BUILT_IN)
        starting = asyncio.create_task(side.start())
        for _ in range(turns):
            await asyncio.sleep(0)
        starting.cancel()
        await asyncio.wait({starting})
        await side.stop()
    # An open connection would keep its thread, and with it the interpreter, from ending.
    for thread in set(threading.enumerate()) - threads:
        thread.join(timeout=5)
        assert not thread.is_alive()
    assert asyncio.all_tasks() == {asyncio.current_task()}
