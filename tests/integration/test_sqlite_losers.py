"""Whoever lost a wallet to another process decides again while the others wait, and does not lose again."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.commanding import deposit
from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.domain.commands import CreateUser
from tui_ledger.event_store.port import Append, Appended, WrongExpectedVersion
from tui_ledger.event_store.sqlite import SqliteEventStore, open_store
from tui_ledger.testing import CountingIds, VirtualClock

NewAppend = Callable[..., Append]


def is_locked(log: Path) -> bool:
    """Whether another process could not write to the log now."""
    connection = sqlite3.connect(log, isolation_level=None, timeout=0)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    else:
        return False
    finally:
        connection.close()


class Loser:
    """Appends what does not fit, comes back with what does, and looks at the lock in between."""

    def __init__(self, store: SqliteEventStore, log: Path, comes_back_with: Append | None) -> None:
        self._store = store
        self._log = log
        self._second = comes_back_with
        self.outcomes: list[Appended | Exception] = []
        self.locked: list[bool] = []
        self.done = asyncio.Event()

    def settled(self, outcome: Appended | Exception) -> None:
        self.outcomes.append(outcome)
        self.locked.append(is_locked(self._log))
        second, self._second = self._second, None
        if second is None:
            self.done.set()
        else:
            self._store.submit(second, self.settled)


@pytest.fixture
async def lost(sqlite_store: SqliteEventStore, new_append: NewAppend, log: Path, clock: VirtualClock) -> None:
    """This process knows the stream at version 1; meanwhile another one has made it 2."""
    await sqlite_store.append(new_append(expected=0))
    async with open_store(log, clock) as other:
        await other.append(new_append(expected=1))


def again(append: Append) -> Append:
    """The same, by a caller who will come back."""
    return Append(stream=append.stream, expected=append.expected, events=append.events, again=True)


@pytest.mark.usefixtures("lost")
async def test_nobody_else_can_write_until_the_loser_is_back(
    sqlite_store: SqliteEventStore, new_append: NewAppend, log: Path
) -> None:
    loser = Loser(sqlite_store, log, comes_back_with=new_append(expected=2))
    sqlite_store.submit(again(new_append(expected=1)), loser.settled)
    await loser.done.wait()
    assert isinstance(loser.outcomes[0], WrongExpectedVersion)
    assert loser.outcomes[1] == Appended(3, 3, 3)
    assert loser.locked == [True, False]


@pytest.mark.usefixtures("lost")
async def test_who_does_not_come_back_holds_nobody_up_for_long(
    sqlite_store: SqliteEventStore, new_append: NewAppend, log: Path, clock: VirtualClock
) -> None:
    loser = Loser(sqlite_store, log, comes_back_with=None)
    sqlite_store.submit(again(new_append(expected=1)), loser.settled)
    await loser.done.wait()
    assert loser.locked == [True]
    async with open_store(log, clock) as other:
        assert (await other.append(new_append(expected=2))).version == 3
    assert not is_locked(log)
    assert (await sqlite_store.append(new_append(expected=3))).version == 4


@pytest.mark.usefixtures("lost")
async def test_for_who_will_not_decide_again_nobody_waits(
    sqlite_store: SqliteEventStore, new_append: NewAppend, log: Path
) -> None:
    loser = Loser(sqlite_store, log, comes_back_with=None)
    sqlite_store.submit(new_append(expected=1), loser.settled)
    await loser.done.wait()
    assert loser.locked == [False]


@pytest.mark.usefixtures("lost")
async def test_a_store_that_is_closed_while_it_waits_for_losers_lets_the_others_in(
    sqlite_store: SqliteEventStore, new_append: NewAppend, log: Path
) -> None:
    loser = Loser(sqlite_store, log, comes_back_with=None)
    sqlite_store.submit(again(new_append(expected=1)), loser.settled)
    await loser.done.wait()
    await sqlite_store.close()
    assert not is_locked(log)


async def test_two_processes_at_one_wallet_at_once_both_get_their_turn(
    sqlite_store: SqliteEventStore, log: Path, clock: VirtualClock, new_id: CountingIds
) -> None:
    one = CommandHandler(sqlite_store, clock, new_id)
    await one.execute(CreateUser(wallet="moyin"))
    async with open_store(log, clock) as store:
        two = CommandHandler(store, clock, new_id)
        commands = [handler.execute(deposit()) for _ in range(150) for handler in (one, two)]
        receipts = await asyncio.gather(*commands)
    assert all(receipt.accepted for receipt in receipts)
    assert sorted(receipt.version or 0 for receipt in receipts) == list(range(2, 302))


async def test_a_pinned_version_is_not_decided_again(
    sqlite_store: SqliteEventStore, log: Path, clock: VirtualClock, new_id: CountingIds
) -> None:
    one = CommandHandler(sqlite_store, clock, new_id)
    await one.execute(CreateUser(wallet="moyin"))
    async with open_store(log, clock) as store:
        await CommandHandler(store, clock, new_id).execute(deposit())
    receipt = await one.execute(deposit(expect=1))
    assert (receipt.code, receipt.attempts) == ("conflict", 2)
    assert not is_locked(log)
