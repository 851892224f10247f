"""The transfer manager: where it begins, what it leaves alone, and that it may die anywhere."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.transferring import START, WAY, WAY_BACK, Bank, Counting, Dying, until
from tui_ledger.clock import GLANCE
from tui_ledger.command_side import transfer_manager
from tui_ledger.domain.events import MoneyDeposited
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import EventStore
from tui_ledger.event_store.sqlite import SqliteEventStore, open_store
from tui_ledger.testing import VirtualClock


@pytest.fixture
def bank(store: EventStore, clock: VirtualClock) -> Bank:
    return Bank(store, clock)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the checkpoint is."""
    return tmp_path / "derived" / "transfers.json"


# It may die anywhere


@pytest.mark.parametrize("lost", [True, False], ids=["checkpoint lost", "checkpoint there"])
@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not stored"])
@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize(("to", "way"), [("bob", WAY), ("nobody", WAY_BACK)])
async def test_a_crash_at_any_step_changes_nothing(
    bank: Bank, file: Path, to: str, way: tuple[str, ...], step: int, stored: bool, lost: bool
) -> None:
    await bank.do(*START)
    async with bank.managing(file=file) as manager:
        await manager.settled()
    await bank.do(f"send ann {to} 30")
    dying = Dying(bank.store, at=step, stored=stored)
    async with bank.managing(dying, file) as manager:
        await until(lambda: dying.dead.is_set() or manager.status().in_flight == 0)
    if lost:
        file.unlink()
    async with bank.managing(file=file) as manager:
        await manager.settled()
        assert (manager.status().in_flight, manager.status().trouble) == (0, None)
    assert list((await bank.ways()).values()) == [way]


async def test_two_managers_on_one_log_end_every_transfer_once(bank: Bank) -> None:
    await bank.do(*START)
    async with bank.managing() as one, bank.managing() as other:
        receipts = await bank.do(*["send ann bob 1", "send ann nobody 1"] * 10)
        await one.settled()
        await other.settled()
    sent = [receipt.command_id for receipt in receipts if receipt.accepted]  # a conflict is no harm
    assert list(await bank.ways()) == sent
    assert set((await bank.ways()).values()) == {WAY, WAY_BACK}


async def test_more_transfers_than_are_worked_on_at_a_time_all_end(bank: Bank) -> None:
    await bank.do(*START)
    for _ in range(transfer_manager.AT_ONCE + 50):
        await bank.do("send ann bob 0.01")
    async with bank.managing() as manager:
        await manager.settled()
    assert set((await bank.ways()).values()) == {WAY}


# What it leaves alone


async def test_what_another_process_sends_is_left_to_it_for_a_moment(
    sqlite_store: SqliteEventStore, log: Path, clock: VirtualClock
) -> None:
    async with open_store(log, clock) as elsewhere:
        bank, counting = Bank(elsewhere, clock), Counting(sqlite_store)
        async with bank.managing(counting) as manager:
            await bank.do(*START)
            await noticed(clock, lambda: manager.status().checkpoint == 3)
            await bank.do("send ann bob 1")
            await noticed(clock, lambda: manager.status().in_flight == 1)
            await clock.advance(transfer_manager.HEAD_START / 2)
            assert not counting.calls
            await clock.advance(transfer_manager.HEAD_START / 2)
            await until(lambda: manager.status().in_flight == 0)
        assert list((await bank.ways()).values()) == [WAY]


async def noticed(clock: VirtualClock, condition: Callable[[], bool]) -> None:
    """Let the bus look at the log until it is so."""
    while not condition():
        await clock.advance(GLANCE / 100)


async def test_what_its_own_process_sends_is_seen_to_at_once(
    sqlite_store: SqliteEventStore, clock: VirtualClock
) -> None:
    bank = Bank(sqlite_store, clock)
    async with bank.managing() as manager:
        await bank.do(*START)
        await until(lambda: manager.status().checkpoint == 3)
        await bank.do("send ann bob 1")
        await until(lambda: manager.status().checkpoint == 6)
    assert list((await bank.ways()).values()) == [WAY]


async def test_catching_up_does_nothing_about_transfers_that_are_over(bank: Bank) -> None:
    await bank.do(*START)
    for _ in range(200):  # with what comes of them, more events than one batch has
        await bank.do("send ann bob 0.01", "send ann nobody 0.01")
    async with bank.managing() as manager:
        await manager.settled()
    counting = Counting(bank.store)
    async with bank.managing(counting) as manager:
        await manager.settled()
        assert manager.status().checkpoint == 3 + 200 * 5
    assert not counting.calls


async def test_a_manager_that_comes_second_looks_and_does_nothing(bank: Bank) -> None:
    await bank.do(*START)
    sent = await bank.send("send ann bob 1")
    await bank.steps().complete(sent)
    counting = Counting(bank.store)
    await bank.steps(counting).complete(sent)
    assert counting.calls == {"read_stream": 1}


async def test_a_manager_that_is_stopped_leaves_what_is_on_its_way(bank: Bank) -> None:
    async with bank.managing() as manager:
        await bank.do(*START)
        await manager.settled()
    await bank.do("send ann bob 1")
    assert not manager.running
    await manager.settled()
    assert list((await bank.ways()).values()) == [("TransferSent",)]


# Its checkpoint


def checkpoint(file: Path) -> int:
    """The position that the file names."""
    return int(json.loads(file.read_text())["position"])


async def test_it_begins_again_before_the_oldest_transfer_that_is_open(bank: Bank, file: Path) -> None:
    await bank.do(*START, "send ann bob 1", "deposit bob 1")
    dying = Dying(bank.store, at=1, stored=False)
    async with bank.managing(dying, file):
        await until(dying.dead.is_set)
    assert checkpoint(file) == 3
    async with bank.managing(file=file) as manager:
        await manager.settled()
    assert checkpoint(file) >= 5


async def test_the_checkpoint_is_written_now_and_then(
    bank: Bank, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer_manager, "WRITTEN_EVERY", 10)
    await bank.do(*START)
    async with bank.managing(file=file) as manager:
        await manager.settled()
        assert not file.exists()
        await bank.do(*["deposit bob 1"] * 10)
        await manager.settled()
        assert checkpoint(file) >= 10


async def test_nobody_writes_a_checkpoint_of_an_empty_log(bank: Bank, file: Path) -> None:
    async with bank.managing(file=file) as manager:
        await manager.settled()
    assert not file.exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"position":7}',
        '{"position":-1,"hash":"x"}',
        '{"position":"7","hash":"x"}',
        '{"position":99999999999999999999,"hash":"x"}',
        '{"position":7,"hash":"of another log"}',
        '{"position":7000,"hash":"x"}',
        '{"position":7,"hash":"x","more":1}',
        "[" * 100_000,
        b"\xff\x00",
    ],
)
async def test_a_checkpoint_that_is_damaged_or_not_of_this_log_is_not_believed(
    bank: Bank, file: Path, content: str | bytes
) -> None:
    await bank.do(*START, "send ann bob 1", *["deposit bob 1"] * 5)
    file.parent.mkdir()
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    async with bank.managing(file=file) as manager:
        await manager.settled()
        assert manager.status().trouble is None
    assert list((await bank.ways()).values()) == [WAY]


async def test_a_checkpoint_that_is_no_file_is_passed_over(bank: Bank, file: Path) -> None:
    await bank.do(*START, "send ann bob 1")
    file.mkdir(parents=True)
    async with bank.managing(file=file) as manager:
        await manager.settled()
        assert manager.status().trouble is None
    assert file.is_dir()
    assert list((await bank.ways()).values()) == [WAY]


async def test_a_checkpoint_of_another_log_hides_no_transfer_of_this_one(bank: Bank, file: Path) -> None:
    await bank.do(*START, *["deposit bob 1"] * 5)
    async with bank.managing(file=file) as manager:
        await manager.settled()
    clock = VirtualClock()
    other = Bank(MemoryEventStore(clock), clock)
    await other.do("create ann owner=other", "create bob", "deposit ann 5", "send ann bob 1")
    await other.record(*[MoneyDeposited("bob", 1, "USD", "")] * 10)
    async with other.managing(file=file) as manager:
        await manager.settled()
    assert list((await other.ways()).values()) == [WAY]
