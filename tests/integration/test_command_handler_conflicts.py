"""Commands that are decided again: another process was faster, or the store failed."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.commanding import balance, deposit, execute_all, withdraw
from tui_ledger.command_side.handler import RETRIES, CommandHandler
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.commands import (
    CreateUser,
)
from tui_ledger.errors import IntegrityError, LockedError, StorageError
from tui_ledger.event_store.outcome import awaited
from tui_ledger.event_store.port import (
    Append,
    Appended,
    EventStore,
    NewEvent,
    Settled,
    WrongExpectedVersion,
)
from tui_ledger.event_store.sqlite import SqliteEventStore, open_store
from tui_ledger.testing import CountingIds, VirtualClock
from tui_ledger.testing.clock import breathe


@pytest.fixture
async def other(log: Path, clock: VirtualClock, new_id: CountingIds) -> AsyncIterator[CommandHandler]:
    """The handler of another process on `log`."""
    async with open_store(log, clock) as store:
        yield CommandHandler(store, clock, new_id)


@pytest.fixture
async def mine(sqlite_store: SqliteEventStore, clock: VirtualClock, new_id: CountingIds) -> CommandHandler:
    """This process's handler on `log`, with an empty wallet."""
    handler = CommandHandler(sqlite_store, clock, new_id)
    assert (await handler.execute(CreateUser(wallet="moyin"))).accepted
    return handler


# Another process


async def test_a_refusal_is_decided_again_on_what_another_process_did(
    mine: CommandHandler, other: CommandHandler
) -> None:
    assert not (await mine.execute(withdraw("5"))).accepted
    await other.execute(deposit("5"))
    assert (await mine.execute(withdraw("5"))).accepted


async def test_a_command_is_decided_again_when_another_process_was_faster(
    mine: CommandHandler, other: CommandHandler, sqlite_store: SqliteEventStore
) -> None:
    await mine.execute(deposit("5"))
    assert (await other.execute(withdraw("5"))).attempts == 1
    late = await mine.execute(deposit("1"))
    assert (late.accepted, late.attempts, late.version) == (True, 2, 4)
    await other.execute(withdraw("1"))
    refused = await mine.execute(withdraw("1"))
    assert (refused.code, refused.attempts) == ("insufficient_funds", 2)
    assert await balance(sqlite_store) == 0


async def test_a_lost_position_is_no_attempt(mine: CommandHandler, other: CommandHandler) -> None:
    await mine.execute(deposit())
    await other.execute(CreateUser(wallet="mika"))
    assert (await mine.execute(deposit())).attempts == 1


async def test_a_pinned_version_that_another_process_changed_is_a_conflict(
    mine: CommandHandler, other: CommandHandler
) -> None:
    await other.execute(deposit())
    receipt = await mine.execute(deposit(expect=1))
    assert (receipt.code, receipt.details["actual"]) == ("conflict", "2")
    assert (await mine.execute(deposit(expect=2))).accepted


async def test_a_command_that_another_process_did_is_a_duplicate(
    mine: CommandHandler, other: CommandHandler
) -> None:
    await mine.execute(deposit("5"))
    await other.execute(withdraw("5", id="w1", expect=2))
    again = await mine.execute(withdraw("5", id="w1", expect=2))
    assert (again.duplicate, again.position) == (True, 3)
    assert (await mine.execute(deposit("5", id="w1"))).code == "command_id_reused"


async def test_one_command_in_two_processes_at_once_is_done_once(
    mine: CommandHandler, other: CommandHandler
) -> None:
    for number in range(20):
        command = CreateUser(wallet=f"w{number}", id=f"create-{number}", expect=0)
        receipts = await asyncio.gather(*(handler.execute(command) for handler in (mine, other, mine)))
        assert all(receipt.accepted for receipt in receipts), receipts
        assert [receipt.duplicate for receipt in receipts].count(False) == 1


async def test_two_processes_at_once_on_one_wallet_lose_nothing(
    mine: CommandHandler, other: CommandHandler, sqlite_store: SqliteEventStore
) -> None:
    async def customer(handler: CommandHandler) -> list[Receipt]:
        return [await handler.execute(deposit()) for _ in range(40)]

    receipts = list(itertools.chain(*await asyncio.gather(customer(mine), customer(other))))
    accepted = [receipt for receipt in receipts if receipt.accepted]
    assert {receipt.code for receipt in receipts} <= {None, "conflict"}
    assert await balance(sqlite_store) == len(accepted) * 100
    assert sorted(receipt.version or 0 for receipt in accepted) == list(range(2, 2 + len(accepted)))
    assert any(receipt.attempts > 1 for receipt in receipts)


@pytest.mark.parametrize("count", [100, 700])
async def test_one_change_by_another_process_costs_a_crowd_one_attempt(
    count: int, mine: CommandHandler, other: CommandHandler, sqlite_store: SqliteEventStore
) -> None:
    await mine.execute(deposit())
    await other.execute(deposit())
    receipts = await execute_all(mine, *[deposit()] * count)
    assert [receipt.version for receipt in receipts] == list(range(4, 4 + count))
    assert max(receipt.attempts for receipt in receipts) == 2
    assert await balance(sqlite_store) == (count + 2) * 100


async def test_commands_that_are_decided_again_keep_their_order(
    mine: CommandHandler, other: CommandHandler
) -> None:
    await mine.execute(deposit("5"))
    await other.execute(withdraw("5"))

    async def customer() -> list[Receipt]:
        running = []
        for number in range(300):
            command = withdraw("5") if number == 0 else deposit("5")
            running.append(asyncio.create_task(mine.execute(command)))
            await asyncio.sleep(0)
        return await asyncio.gather(*running)

    first, *rest = await customer()
    assert first.code == "insufficient_funds", "no later deposit rescued it"
    assert [receipt.version for receipt in rest] == list(range(4, 303))


# When the store fails


class Failing:
    """Stands between a handler and its store, and fails the appends whose turn it is."""

    def __init__(self, store: EventStore, errors: dict[int, Exception]) -> None:
        self._store = store
        self._errors = errors
        self._count = 0
        self._held: asyncio.Future[Settled] | None = None
        self.read = store.read
        self.replay = store.replay
        self.facts = store.facts
        self.read_stream = store.read_stream
        self.read_stream_from = store.read_stream_from
        self.find_event = store.find_event
        self.find_events = store.find_events
        self.known_commands = store.known_commands
        self.read_stream_page = store.read_stream_page
        self.caused_by = store.caused_by
        self.find_command = store.find_command
        self.position_at = store.position_at
        self.restore = store.restore
        self.head = store.head
        self.poll = store.poll
        self.add_listener = store.add_listener
        self.close = store.close

    def hold_next(self) -> asyncio.Future[Settled]:
        """Who wants to be told what becomes of the next append, which is for the test to say."""
        self._held = asyncio.get_running_loop().create_future()
        return self._held

    def append(self, append: Append) -> asyncio.Future[Appended]:
        return awaited(self, append)

    def submit(self, append: Append, settled: Settled) -> None:
        self._count += 1
        error = self._errors.get(self._count)
        if self._held is not None:
            self._held.set_result(settled)
            self._held = None
        elif error is None:
            self._store.submit(append, settled)
        else:
            asyncio.get_running_loop().call_soon(settled, error)


async def test_what_was_decided_on_a_lost_append_is_decided_again(
    store: EventStore, clock: VirtualClock, new_id: CountingIds
) -> None:
    failing = Failing(store, {2: LockedError("held for too long")})
    handler = CommandHandler(failing, clock, new_id)
    await handler.execute(CreateUser(wallet="moyin"))
    lost, refused, accepted = await asyncio.gather(
        handler.execute(deposit("5")),
        handler.execute(withdraw("5")),
        handler.execute(deposit("7")),
        return_exceptions=True,
    )
    assert isinstance(lost, LockedError)
    assert isinstance(refused, Receipt)
    assert isinstance(accepted, Receipt)
    assert (refused.code, refused.attempts) == ("insufficient_funds", 2)
    assert accepted.version == 2
    assert await balance(store) == 7_00


async def test_a_refusal_on_a_lost_append_is_decided_again(
    store: EventStore, clock: VirtualClock, new_id: CountingIds
) -> None:
    failing = Failing(store, {3: StorageError("no space")})
    handler = CommandHandler(failing, clock, new_id)
    await handler.execute(CreateUser(wallet="moyin"))
    await handler.execute(deposit("5"))
    lost, accepted = await asyncio.gather(
        handler.execute(withdraw("5")), handler.execute(withdraw("4")), return_exceptions=True
    )
    assert isinstance(lost, StorageError)
    assert isinstance(accepted, Receipt)
    assert accepted.accepted
    assert await balance(store) == 1_00


async def test_what_comes_in_while_an_append_is_lost_waits_for_what_came_before(
    store: EventStore, clock: VirtualClock, new_id: CountingIds
) -> None:
    failing = Failing(store, {})
    handler = CommandHandler(failing, clock, new_id)
    await handler.execute(CreateUser(wallet="moyin"))
    await handler.execute(deposit("5"))
    lost = failing.hold_next()
    earlier = asyncio.create_task(handler.execute(withdraw("5")))
    follower = asyncio.create_task(handler.execute(deposit("1")))
    await breathe()
    # Meanwhile another process has spent it all, and the next command is on its way.
    await CommandHandler(store, clock, new_id).execute(withdraw("5"))
    lost.result()(WrongExpectedVersion("wallet/moyin", 2, 3))
    later = asyncio.create_task(handler.execute(deposit("9")))
    receipts = await asyncio.gather(earlier, follower, later)
    assert [receipt.code for receipt in receipts] == ["insufficient_funds", None, None]
    assert [receipt.version for receipt in receipts] == [None, 4, 5]


async def test_after_three_retries_it_is_a_conflict(
    store: EventStore, clock: VirtualClock, new_id: CountingIds
) -> None:
    conflict = WrongExpectedVersion("wallet/moyin", 1, 7)
    failing = Failing(store, dict.fromkeys(range(2, 2 + RETRIES + 1), conflict))
    handler = CommandHandler(failing, clock, new_id)
    await handler.execute(CreateUser(wallet="moyin"))
    receipt = await handler.execute(deposit())
    assert (receipt.accepted, receipt.code, receipt.attempts) == (False, "conflict", 4)
    assert receipt.message == "moyin is at version 7, not 1: somebody was faster; look, and try again."
    assert (await handler.execute(deposit())).attempts == 1


async def test_at_the_third_retry_it_may_still_succeed(
    store: EventStore, clock: VirtualClock, new_id: CountingIds
) -> None:
    conflict = WrongExpectedVersion("wallet/moyin", 1, 7)
    failing = Failing(store, dict.fromkeys(range(2, 2 + RETRIES), conflict))
    handler = CommandHandler(failing, clock, new_id)
    await handler.execute(CreateUser(wallet="moyin"))
    receipt = await handler.execute(deposit())
    assert (receipt.accepted, receipt.attempts) == (True, 4)


async def test_events_that_cannot_be_are_an_error_of_the_ledger_and_not_of_the_program(
    store: EventStore, clock: VirtualClock, new_id: CountingIds
) -> None:
    data = '{"wallet":"moyin","amount":5,"currency":"USD","source":""}'
    event = NewEvent(new_id(), "MoneyDeposited", 1, data, "2026-01-01T00:00:00.000000Z")
    await store.append(Append(stream="wallet/moyin", expected=0, events=(event,)))
    with pytest.raises(IntegrityError, match="does not exist yet"):
        await CommandHandler(store, clock, new_id).execute(deposit())
