"""Imports while others write, and imports that were interrupted: nothing is lost, doubled, or half there."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import pytest

from tests.integration.importing import HISTORY, deposits, events_of, lines_of, past, written
from tests.integration.transferring import Between
from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.domain.command_language import parse
from tui_ledger.errors import ConflictError, InputError, LockedError
from tui_ledger.event_store.port import EventStore, Head, PastEvent, StoredEvent
from tui_ledger.exchange import cloud_events
from tui_ledger.exchange.cloud_events import ForeignEvent
from tui_ledger.exchange.importing import Imported, ImportProgress, OnProgress, import_events
from tui_ledger.testing import CountingIds, VirtualClock

BATCH = 500

Parsed = list[bytes]


class Interfered(Between):
    """A store to which something else happens right before events are restored."""

    def __init__(self, store: EventStore, what: Callable[[], Awaitable[object]], times: int = 1) -> None:
        super().__init__(store)
        self.times = times
        self._what = what
        self.restore = self._restore

    async def _restore(self, events: Iterable[PastEvent], behind: Head) -> Head:
        if self.times:
            self.times -= 1
            await self._what()
        return await self.store.restore(events, behind)


@pytest.fixture
async def history() -> list[StoredEvent]:
    """What another ledger recorded, in which there is an event of every type."""
    return await events_of(*HISTORY, first_id=100_000)


@pytest.fixture
def handler(store: EventStore, clock: VirtualClock, new_id: CountingIds) -> CommandHandler:
    """Somebody else at work on the same log."""
    return CommandHandler(store, clock, new_id)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Parsed:
    """The lines that are checked from now on."""
    lines: Parsed = []

    def counted(line: bytes) -> ForeignEvent:
        lines.append(line)
        return cloud_events.parse(line)

    monkeypatch.setattr("tui_ledger.exchange.candidates.parse", counted)
    return lines


def doing(handler: CommandHandler, *commands: str) -> Callable[[], Awaitable[object]]:
    """Executes the next of `commands` each time it is called."""
    left = [parse(command) for command in commands]

    async def do() -> None:
        assert (await handler.execute(left.pop(0))).accepted

    return do


def cancelled_after(lines: int) -> OnProgress:
    """Cancels the import once so many lines are checked."""

    def show(progress: ImportProgress) -> None:
        if progress.checked >= lines:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()

    return show


async def interrupt(file: Path, store: EventStore, folder: Path, *, after: int) -> None:
    """Begin to import a file, and give up after so many lines."""
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(
            import_events(file, store, VirtualClock(), folder=folder, progress=cancelled_after(after))
        )
    assert (folder / "import.db").exists()


# Others write at the same time


async def test_what_others_do_to_other_wallets_meanwhile_does_not_matter(
    store: EventStore,
    handler: CommandHandler,
    tmp_path: Path,
    clock: VirtualClock,
    history: list[StoredEvent],
    parsed: Parsed,
) -> None:
    busy = Interfered(store, doing(handler, "create someone", "deposit someone 1"), times=2)
    file = written(tmp_path / "file", lines_of(history))
    assert await import_events(file, busy, clock, folder=tmp_path) == Imported(3, 15, 13, 0)
    assert list(map(past, await store.read(after=2))) == list(map(past, history))
    assert (len(parsed), busy.times) == (13, 0)


async def test_what_others_do_to_a_wallet_meanwhile_is_taken_into_account(
    store: EventStore,
    handler: CommandHandler,
    tmp_path: Path,
    clock: VirtualClock,
    history: list[StoredEvent],
) -> None:
    lines = lines_of(history)
    await import_events(written(tmp_path / "first", lines[:4]), store, clock, folder=None)
    file = written(tmp_path / "rest", lines)
    bad = Interfered(store, doing(handler, "withdraw moyin 800"))
    with pytest.raises(InputError, match=r"^line 6: .* moyin has 50\.00 USD"):
        await import_events(file, bad, clock, folder=tmp_path)
    assert (await store.head()).position == 5
    good = Interfered(store, doing(handler, "deposit moyin 1"))
    await handler.execute(parse("deposit moyin 100"))
    assert await import_events(file, good, clock, folder=tmp_path) == Imported(8, 16, 9, 4)


async def test_a_wallet_that_others_have_made_meanwhile_is_not_made_twice(
    store: EventStore,
    handler: CommandHandler,
    tmp_path: Path,
    clock: VirtualClock,
    history: list[StoredEvent],
) -> None:
    busy = Interfered(store, doing(handler, "create bob"))
    with pytest.raises(InputError, match=r"^line 2: .*The wallet bob exists already"):
        await import_events(written(tmp_path / "file", lines_of(history)), busy, clock, folder=tmp_path)
    assert (await store.head()).position == 1


async def test_the_same_import_by_somebody_else_meanwhile_leaves_nothing_to_do(
    store: EventStore, tmp_path: Path, clock: VirtualClock, history: list[StoredEvent]
) -> None:
    file = written(tmp_path / "file", lines_of(history))
    busy = Interfered(store, lambda: import_events(file, store, clock, folder=None))
    assert await import_events(file, busy, clock, folder=tmp_path) == Imported(None, None, 0, 13)
    assert await store.read() == history


async def test_where_others_never_leave_a_wallet_alone_nothing_is_imported(
    store: EventStore,
    handler: CommandHandler,
    tmp_path: Path,
    clock: VirtualClock,
    history: list[StoredEvent],
) -> None:
    await import_events(written(tmp_path / "first", lines_of(history[:3])), store, clock, folder=None)
    busy = Interfered(store, doing(handler, *(f"deposit moyin {n}" for n in range(1, 10))), times=9)
    with pytest.raises(ConflictError, match="try again later"):
        await import_events(written(tmp_path / "rest", lines_of(history)), busy, clock, folder=tmp_path)
    assert (await store.head()).position == 3 + 3


async def test_two_imports_into_one_ledger_do_not_get_in_each_others_way(
    store: EventStore, tmp_path: Path, clock: VirtualClock, history: list[StoredEvent]
) -> None:
    file = written(tmp_path / "file", lines_of(history))
    refused: list[BaseException] = []

    async def another() -> None:
        try:
            await import_events(file, store, clock, folder=tmp_path)
        except LockedError as error:
            refused.append(error)

    await import_events(file, Interfered(store, another), clock, folder=tmp_path)
    assert [str(error) for error in refused] == [
        "Another import into this ledger is under way; try again when it is done."
    ]
    assert await store.read() == history


# Interrupted imports


async def test_an_import_that_was_interrupted_goes_on_where_it_was(
    store: EventStore, tmp_path: Path, clock: VirtualClock, parsed: Parsed
) -> None:
    lines = deposits(4 * BATCH, wallets=3)
    file = written(tmp_path / "file", lines)
    await interrupt(file, store, tmp_path, after=2 * BATCH)
    assert (await store.head()).position == 0
    parsed.clear()
    assert await import_events(file, store, clock, folder=tmp_path) == Imported(1, 4 * BATCH, 4 * BATCH, 0)
    assert parsed == lines[2 * BATCH :]
    assert [event.id[-12:] for event in await store.read(limit=4 * BATCH)] == [
        f"{number:012x}" for number in range(4 * BATCH)
    ]
    assert not list(tmp_path.glob("import*.db*"))


async def test_what_was_checked_whole_is_not_checked_again(
    store: EventStore, tmp_path: Path, clock: VirtualClock, parsed: Parsed
) -> None:
    file = written(tmp_path / "file", deposits(BATCH))
    await interrupt(file, store, tmp_path, after=BATCH)
    parsed.clear()
    assert (await import_events(file, store, clock, folder=tmp_path)).imported == BATCH
    assert parsed == []


async def test_another_file_begins_anew(
    store: EventStore, tmp_path: Path, clock: VirtualClock, parsed: Parsed
) -> None:
    lines = deposits(2 * BATCH)
    await interrupt(written(tmp_path / "file", lines), store, tmp_path, after=BATCH)
    parsed.clear()
    other = [lines[0], *lines[2:]]
    assert (
        await import_events(written(tmp_path / "file", other), store, clock, folder=tmp_path)
    ).imported == (2 * BATCH - 1)
    assert parsed == other


async def test_a_ledger_that_changed_since_is_checked_against_anew(
    store: EventStore, handler: CommandHandler, tmp_path: Path, clock: VirtualClock, parsed: Parsed
) -> None:
    file = written(tmp_path / "file", deposits(2 * BATCH))
    await interrupt(file, store, tmp_path, after=BATCH)
    await handler.execute(parse("create someone"))  # which is nobody's business
    parsed.clear()
    await interrupt(file, store, tmp_path, after=2 * BATCH)
    assert len(parsed) == BATCH
    await handler.execute(parse("create w0"))
    with pytest.raises(InputError, match=r"^line 1: .*The wallet w0 exists already"):
        await import_events(file, store, clock, folder=tmp_path)
    assert (await store.head()).position == 2


async def test_a_staging_file_that_is_damaged_is_made_anew(
    store: EventStore, tmp_path: Path, clock: VirtualClock
) -> None:
    (tmp_path / "import.db").write_bytes(b"no database" * 1000)
    file = written(tmp_path / "file", deposits(10))
    assert (await import_events(file, store, clock, folder=tmp_path)).imported == 10


async def test_a_refusal_leaves_no_file_behind(
    store: EventStore, tmp_path: Path, clock: VirtualClock
) -> None:
    file = written(tmp_path / "file", [*deposits(600), b"{}"])
    with pytest.raises(InputError, match=r"^line 601: "):
        await import_events(file, store, clock, folder=tmp_path / "derived")
    assert [path.name for path in (tmp_path / "derived").iterdir()] == ["import.lock"]


async def test_the_event_loop_goes_on_while_an_import_checks(
    store: EventStore, tmp_path: Path, clock: VirtualClock
) -> None:
    file = written(tmp_path / "file", deposits(2 * BATCH))
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    turning = asyncio.create_task(turn())
    await import_events(file, store, clock, folder=tmp_path, dry_run=True)
    turning.cancel()
    assert turns > 100
