"""Any view as of any position is a fresh fold up to there, whatever becomes of the keyframes."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, MutableMapping
from contextlib import AsyncExitStack, closing
from pathlib import Path

import msgspec
import pytest

from tests.integration.transferring import Between
from tests.integration.travelling import SMALL, VIEWS, Contacts, all_keys, history, truth
from tui_ledger.domain.events import RecordedEvent
from tui_ledger.errors import IntegrityError, NewerVersionError, StorageError
from tui_ledger.event_store.codec import decode_page
from tui_ledger.event_store.port import EventStore, Page, StoredEvent
from tui_ledger.query_side.keyframes.memory import MemoryKeyframes
from tui_ledger.query_side.keyframes.port import Bounds, KeyframeGone
from tui_ledger.query_side.keyframes.sqlite import SqliteKeyframes
from tui_ledger.query_side.slices import SLICE
from tui_ledger.query_side.traveller import Traveller
from tui_ledger.query_side.view import Document, View
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.query_side.views.books import Books

by_name = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
Process = Callable[..., Traveller]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "derived" / "keyframes.db"


@pytest.fixture
async def process(path: Path) -> AsyncIterator[Process]:
    """Makes travellers with their keyframes at `path`, as so many processes have them; all are closed."""
    async with AsyncExitStack() as stack:

        def start(view: View, store: EventStore, bounds: Bounds = SMALL) -> Traveller:
            traveller = Traveller(view, SqliteKeyframes(path, view, bounds), store)
            stack.push_async_callback(traveller.close)
            return traveller

        yield start


async def check(
    traveller: Traveller, view: View, store: EventStore, positions: Iterable[int], dice: random.Random
) -> None:
    """What `traveller` says as of these positions is what a plain fold says, by key and prefix."""
    moments = await truth(view, store)
    keys = [*all_keys(moments), "nobody"]
    for position in positions:
        expected = moments[position]
        assert await traveller.scan(position, "") == expected
        for key in dice.sample(keys, 2):
            assert await traveller.read(position, key) == expected.get(key), (position, key)
        prefix = dice.choice(keys).rpartition("/")[0]
        below = {
            key: one for key, one in expected.items() if f"{key}/".startswith(f"{prefix}/" if prefix else "")
        }
        assert await traveller.scan(position, prefix) == below, (position, prefix)


@by_name
@pytest.mark.parametrize("seed", range(3))
async def test_any_view_as_of_any_position_is_a_fresh_fold(view: View, seed: int) -> None:
    store, dice = await history(seed), random.Random(seed)
    positions = list(range((await store.head()).position + 1))
    dice.shuffle(positions)
    await check(Traveller(view, MemoryKeyframes(SMALL), store), view, store, positions, dice)


@by_name
async def test_so_it_is_from_files(view: View, process: Process) -> None:
    store, dice = await history(4), random.Random(4)
    positions = dice.sample(range((await store.head()).position + 1), 12)
    await check(process(view, store), view, store, positions, dice)
    await check(process(view, store), view, store, positions[:3], dice)


def _forge_anchor(path: Path) -> None:
    _run(path, f"UPDATE keyframes SET anchor = '{'f' * 64}'")
    _run(path, "UPDATE documents SET body = '{\"forged\":true}'")


def _run(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(sql)


def _cut_in_half(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


DISASTERS: dict[str, Callable[[Path], object]] = {
    "deleted": lambda path: path.unlink(),
    "deleted with its folder": lambda path: shutil.rmtree(path.parent),
    "rubbish": lambda path: path.write_bytes(b"rubbish" * 1000),
    "empty": lambda path: path.write_bytes(b""),
    "cut in half": _cut_in_half,
    "forged": _forge_anchor,
    "no JSON": lambda path: _run(path, "UPDATE documents SET body = '{'"),
    "of another version": lambda path: _run(path, "UPDATE made SET version = 7"),
    "without its tables": lambda path: _run(path, "DROP TABLE documents"),
    "without keyframes": lambda path: _run(path, "DELETE FROM keyframes"),
}


@pytest.mark.parametrize("disaster", DISASTERS)
async def test_whatever_happened_to_the_file_the_answers_are_right(
    disaster: str, path: Path, process: Process
) -> None:
    view, store, dice = Books(), await history(5), random.Random(5)
    head = (await store.head()).position
    before = process(view, store)
    await check(before, view, store, [head, head // 2], dice)
    await before.close()
    DISASTERS[disaster](path)
    await check(process(view, store), view, store, [head // 2, head, 3, head - 1], dice)


@pytest.mark.parametrize(
    "disaster", [one for one in DISASTERS if one not in ("rubbish", "empty", "cut in half")]
)
async def test_whatever_happens_to_the_file_in_use_the_answers_are_right(
    disaster: str, path: Path, process: Process
) -> None:
    view, store, dice = Books(), await history(5), random.Random(5)
    head = (await store.head()).position
    one, other = process(view, store), process(view, store)
    await check(one, view, store, [head, head // 2], dice)
    await check(other, view, store, [3], dice)
    DISASTERS[disaster](path)
    await check(one, view, store, [head // 2, head, 3, head - 1], dice)
    await check(other, view, store, [head // 2, head], dice)


async def test_keyframes_of_another_log_are_not_believed(process: Process) -> None:
    view = Balances()
    for seed in (6, 7):
        store = await history(seed)
        head = (await store.head()).position
        await check(process(view, store), view, store, [head, 20, 9, 1], random.Random(seed))


async def test_where_no_file_can_be_kept_the_answers_come_from_memory(path: Path, process: Process) -> None:
    path.parent.write_text("no folder")
    view, store, dice = Balances(), await history(8), random.Random(8)
    await check(process(view, store), view, store, [30, 10, 31, 0], dice)


async def test_a_disk_that_fills_up_costs_time_but_no_answer(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> bool:
        raise StorageError("The disk is full.")

    view, store, dice = Balances(), await history(8), random.Random(8)
    traveller = process(view, store)
    await check(traveller, view, store, [20], dice)
    monkeypatch.setattr(SqliteKeyframes, "add", fail)
    await check(traveller, view, store, [40, 10, 41], dice)


async def test_a_log_that_cannot_be_read_is_no_fault_of_the_keyframes(process: Process) -> None:
    store = Between(await history(8))

    async def fail(*_: object, **__: object) -> list[StoredEvent]:
        raise StorageError("The log is gone.")

    store.read = store.replay = fail  # type: ignore[assignment] # no event comes
    with pytest.raises(StorageError, match="The log is gone"):
        await process(Balances(), store).read(20, "ann")


@by_name
async def test_many_who_travel_at_once_make_the_same_keyframes_and_answers(
    view: View, path: Path, process: Process
) -> None:
    store, dice = await history(9), random.Random(9)
    head = (await store.head()).position
    travellers = [process(view, store) for _ in range(3)]
    await asyncio.gather(
        *(
            check(traveller, view, store, dice.sample(range(head + 1), 3), random.Random(n))
            for n, traveller in enumerate(travellers * 2)
        )
    )
    together = _content(path)
    for file in path.parent.iterdir():
        file.unlink()
    alone = process(view, store)
    for position in range(head + 1):
        await alone.prepare(position, lambda _: None)
    assert _content(path)[1][: len(together[1])] == together[1]
    assert len(together[1]) <= SMALL.most


def _content(path: Path) -> tuple[list[object], list[object]]:
    with closing(sqlite3.connect(path)) as connection:
        return (
            connection.execute("SELECT * FROM documents").fetchall(),
            connection.execute("SELECT * FROM keyframes ORDER BY position").fetchall(),
        )


class ThinnedMeanwhile(MemoryKeyframes):
    """Others make so many keyframes between one look and the next that the one looked for is gone."""

    def __init__(self, times: int) -> None:
        super().__init__(SMALL)
        self.left = times

    async def load(self, at, keys):  # type: ignore[no-untyped-def] # as above
        if self.left > 0 and at.position:
            self.left -= 1
            raise KeyframeGone
        return await super().load(at, keys)


async def test_a_keyframe_that_goes_while_it_is_read_is_looked_for_again() -> None:
    view, store, dice = Balances(), await history(10), random.Random(10)
    keyframes = ThinnedMeanwhile(5)
    await check(Traveller(view, keyframes, store), view, store, [40, 20, 41], dice)
    assert keyframes.left == 0


class Breaking(Contacts):
    """Cannot take in the event at a position."""

    def __init__(self, position: int, where: str) -> None:
        self.position = position
        self.where = where

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        if self.where == "keys" and event.position == self.position:
            raise ZeroDivisionError("a bug")
        return [*super().keys(event), "all"]

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        if self.where == "fold" and event.position == self.position:
            raise ZeroDivisionError("a bug")
        if self.where == "unnamed" and event.position == self.position:
            documents["unnamed"] = {}
        documents["all"] = {"events": event.position if self.where != "json" else object()}
        super().fold(event, documents)


@pytest.mark.parametrize("where", ["keys", "fold", "unnamed"])
@pytest.mark.parametrize("made", [False, True], ids=["", "with keyframes"])
async def test_from_the_event_that_a_view_cannot_fold_there_is_no_answer_whatever_the_key(
    where: str, made: bool
) -> None:
    store = await history(11)
    traveller = Traveller(Breaking(22, where), MemoryKeyframes(SMALL), store)
    if made:
        await traveller.prepare(21, lambda _: None)
    for position in (21, 3, 20):
        assert (await traveller.read(position, "all")) == {"events": position}
    for position in (22, 23, 40, 22):
        for key in ("all", "ann", "nobody"):
            with pytest.raises(
                IntegrityError, match=r"ends before event #22, which it cannot fold: \w+Error: "
            ):
                await traveller.read(position, key)
        with pytest.raises(IntegrityError, match="#22"):
            await traveller.scan(position, "nobody")
    assert (await traveller.read(21, "all")) == {"events": 21}


async def test_a_document_that_is_no_json_is_an_error_of_the_view() -> None:
    store = await history(11)
    with pytest.raises(IntegrityError, match=r"all of contacts cannot be kept: a document is made of JSON"):
        await Traveller(Breaking(0, "json"), MemoryKeyframes(Bounds()), store).read(20, "all")


class Altered(Between):
    """A log of which one event is another."""

    def __init__(self, store: EventStore, at: int, **fields: object) -> None:
        super().__init__(store)
        self.altered = at, fields
        self.read = self._read
        self.replay = self._replay

    async def _read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        position, fields = self.altered
        page = await self.store.read(after, limit)
        return [
            msgspec.structs.replace(event, **fields) if event.position == position else event
            for event in page
        ]

    async def _replay(self, after: int = 0, limit: int = 1000) -> Page:
        return decode_page(await self._read(after, limit))


@pytest.mark.parametrize(
    ("fields", "error", "sentence"),
    [
        ({"type": "MoneyTeleported"}, NewerVersionError, "Event #22 is of a type this program does not know"),
        ({"data": "{}"}, IntegrityError, "Event #22, .*, cannot be read"),
        ({"position": 23}, IntegrityError, "The log has a gap: there is no event #22"),
    ],
)
async def test_what_the_program_cannot_read_ends_the_past_that_can_be_told(
    fields: dict[str, object], error: type[Exception], sentence: str
) -> None:
    store = Altered(await history(12), 22, **fields)
    for bounds in (SMALL, Bounds()):
        traveller = Traveller(Balances(), MemoryKeyframes(bounds), store)
        assert await traveller.read(21, "ann") is not None
        with pytest.raises(error, match=sentence):
            await traveller.read(30, "ann")


async def test_an_earlier_event_that_cannot_be_folded_comes_before_a_later_one_that_cannot_be_read() -> None:
    store = Altered(await history(12), 22, type="MoneyTeleported")
    with pytest.raises(IntegrityError, match="#21"):
        await Traveller(Breaking(21, "fold"), MemoryKeyframes(Bounds()), store).read(30, "ann")


class Slow(Balances):
    """Takes its time, by a clock of its own: a millisecond for the keys of an event, and one for its fold."""

    def __init__(self) -> None:
        self.now = 0.0
        self.longest = 0.0
        self.since = 0.0

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        self._work()
        return super().keys(event)

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        self._work()
        super().fold(event, documents)

    def _work(self) -> None:
        self.now += 0.001
        self.longest = max(self.longest, self.now - self.since)

    async def watch(self) -> None:
        """Be somebody else who wants to run."""
        while True:
            await asyncio.sleep(0)
            self.since = self.now


@pytest.mark.parametrize("bounds", [SMALL, Bounds()], ids=["many keyframes", "none"])
async def test_nobody_else_waits_longer_than_a_slice(bounds: Bounds) -> None:
    view, store = Slow(), await history(13)
    traveller = Traveller(view, MemoryKeyframes(bounds), store, timer=lambda: view.now)
    watcher = asyncio.create_task(view.watch())
    await asyncio.sleep(0)
    await traveller.scan(40, "")
    await traveller.read(30, "ann")
    watcher.cancel()
    assert view.now > 50 * 0.001
    assert view.longest < SLICE + 2 * 0.001


@pytest.mark.parametrize("turns", range(0, 200, 20))
async def test_whoever_gives_up_waiting_leaves_everything_in_order(
    turns: int, path: Path, process: Process
) -> None:
    view, store, dice = Books(), await history(14), random.Random(14)
    traveller = process(view, store)
    asking = asyncio.create_task(traveller.scan(40, ""))
    for _ in range(turns):
        await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await check(traveller, view, store, [41], dice)
    _run(path, "UPDATE made SET spacing = spacing")  # nobody holds the lock


async def test_what_is_answered_is_the_callers_own() -> None:
    store = await history(15)
    traveller = Traveller(Balances(), MemoryKeyframes(SMALL), store)
    for position in (8, 9):
        answer = await traveller.read(position, "ann")
        assert answer is not None
        answer["wallet"] = "mine"
        again = await traveller.read(position, "ann")
        assert again is not None
        assert again["wallet"] == "ann"


async def test_progress_is_told_and_keyframes_are_made_once() -> None:
    store = await history(16)
    traveller = Traveller(Balances(), MemoryKeyframes(SMALL), store)
    told: list[int] = []
    await traveller.prepare(20, told.append)
    assert told == [0, 4, 8, 12, 16]
    await traveller.prepare(20, told.append)
    assert len(told) == 5
