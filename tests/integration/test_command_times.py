"""The moments of the last commands that were accepted here, and of no other."""

from collections.abc import Callable

import pytest

from tests.integration.commanding import deposit, execute_all, withdraw
from tui_ledger.command_side.command_times import CommandTimes
from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.domain.commands import CreateUser
from tui_ledger.event_store.port import Append, EventStore
from tui_ledger.testing import CountingIds, VirtualClock
from tui_ledger.timeline import KEPT

NewAppend = Callable[..., Append]


@pytest.fixture
def times(store: EventStore, clock: VirtualClock) -> CommandTimes:
    return CommandTimes(store, clock)


@pytest.fixture
def handler(
    store: EventStore, clock: VirtualClock, new_id: CountingIds, times: CommandTimes
) -> CommandHandler:
    return CommandHandler(store, clock, new_id, times=times)


async def test_a_command_has_three_moments(
    store: EventStore, times: CommandTimes, clock: VirtualClock, new_append: NewAppend
) -> None:
    await clock.advance(1)
    times.received("c")
    await clock.advance(0.5)
    times.decided("c")
    await clock.advance(0.25)
    await store.append(new_append(command="c"))
    assert times.find(1) == (1, 1, 1.0, 1.5, 1.75)


async def test_a_command_that_is_decided_again_was_decided_the_last_time(
    store: EventStore, times: CommandTimes, clock: VirtualClock, new_append: NewAppend
) -> None:
    times.received("c")
    for _ in range(3):
        await clock.advance(1)
        times.decided("c")
    await store.append(new_append(command="c"))
    assert times.find(1) == (1, 1, 0.0, 3.0, 3.0)


async def test_every_event_of_a_command_leads_to_it_and_no_other_event(
    store: EventStore, times: CommandTimes, new_append: NewAppend
) -> None:
    await store.append(new_append())
    for command, count in (("a", 3), ("b", 1)):
        times.received(command)
        await store.append(new_append(command=command, count=count))
    await store.append(new_append(command="of another handler"))
    found = [times.find(position) for position in range(8)]
    assert [(one.first, one.last) if one else None for one in found] == [
        None,
        None,
        (2, 4),
        (2, 4),
        (2, 4),
        (5, 5),
        None,
        None,
    ]


async def test_the_handler_notes_what_it_accepts(handler: CommandHandler, times: CommandTimes) -> None:
    await handler.execute(CreateUser(wallet="moyin"))
    assert not (await handler.execute(withdraw("5"))).accepted
    receipts = await execute_all(handler, *(deposit() for _ in range(100)))
    assert [receipt.first for receipt in receipts] == list(range(2, 102))
    assert all(times.find(position) == (position, position, 0, 0, 0) for position in range(1, 102))
    assert times.find(102) is None


async def test_a_command_that_comes_again_was_executed_the_first_time(
    handler: CommandHandler, times: CommandTimes, clock: VirtualClock
) -> None:
    await handler.execute(CreateUser(wallet="moyin"))
    await handler.execute(deposit(id="c"))
    await clock.advance(1)
    assert (await handler.execute(deposit(id="c"))).duplicate
    await handler.execute(deposit())
    assert times.find(2) == (2, 2, 0, 0, 0)
    assert times.find(3) == (3, 3, 1, 1, 1)


async def test_the_last_ten_thousand_commands_are_kept_and_not_one_more(
    clock: VirtualClock, new_id: CountingIds, store: EventStore, times: CommandTimes
) -> None:
    handler = CommandHandler(store, clock, new_id, times=times)
    await handler.execute(CreateUser(wallet="moyin"))
    for _ in range(11):
        await execute_all(handler, *(deposit() for _ in range(1000)))
    known = [position for position in range(11_003) if times.find(position) is not None]
    assert (KEPT, known) == (10_000, list(range(1002, 11_002)))


async def test_what_was_refused_is_kept_no_longer_than_what_was_accepted(
    store: EventStore, clock: VirtualClock, new_append: NewAppend
) -> None:
    times = CommandTimes(store, clock, kept=2)
    for command in ("a", "b", "a", "c"):
        times.received(command)
    for command in ("a", "b", "c"):
        times.decided(command)
        await store.append(new_append(command=command))
    assert [times.find(position) is not None for position in (1, 2, 3)] == [True, False, True]
