"""Random histories of two processes' customers on one log: every receipt true, no wallet below zero."""

import asyncio
import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.commands import CreateUser, DepositMoney, WithdrawMoney
from tui_ledger.domain.postings import change
from tui_ledger.domain.wallet import NoWallet, fold
from tui_ledger.event_store.audit import audited
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.event_store.sqlite import SqliteEventStore, open_store
from tui_ledger.event_store.sqlite_file import create_log
from tui_ledger.testing import CountingIds, VirtualClock

WALLETS = ("moyin", "mika", "niko")
Asked = CreateUser | DepositMoney | WithdrawMoney


def asked(dice: random.Random, count: int) -> Iterator[Asked]:
    """Random commands; now and then one comes again under its id."""
    before: list[Asked] = []
    for number in range(count):
        wallet = dice.choice(WALLETS)
        id_ = f"{dice.getrandbits(48):x}-{number}" if dice.random() < 0.5 else None
        amount = str(dice.randint(1, 9))
        expect = dice.randint(0, 20) if dice.random() < 0.1 else None
        command: Asked
        match dice.randrange(10):
            case 0:
                command = CreateUser(wallet=wallet, id=id_, expect=expect)
            case 1 if before:
                command = dice.choice(before)
            case 2 | 3 | 4 | 5 | 6:
                command = DepositMoney(wallet=wallet, amount=amount, id=id_, expect=expect)
            case _:
                command = WithdrawMoney(wallet=wallet, amount=amount, id=id_, expect=expect)
        before.append(command)
        yield command


async def play(
    handler: CommandHandler, commands: Iterator[Asked], dice: random.Random
) -> list[tuple[Asked, Receipt | None]]:
    """Execute commands, some together and some alone; a few callers do not wait for the receipt."""
    outcomes: list[tuple[Asked, Receipt | None]] = []
    together: list[tuple[Asked, asyncio.Task[Receipt]]] = []
    for command in commands:
        task = asyncio.create_task(handler.execute(command))
        together.append((command, task))
        if dice.random() < 0.05:
            await asyncio.sleep(0)
            task.cancel()
        if dice.random() < 0.1:
            await asyncio.gather(*(task for _, task in together), return_exceptions=True)
            outcomes += [(command, None if task.cancelled() else task.result()) for command, task in together]
            together.clear()
    await asyncio.gather(*(task for _, task in together), return_exceptions=True)
    return outcomes + [(command, None if task.cancelled() else task.result()) for command, task in together]


def check_receipts(outcomes: list[tuple[Asked, Receipt | None]], events: list[StoredEvent]) -> None:
    """Every receipt is true, and says what the log says."""
    by_position = {event.position: event for event in events}
    done: dict[str, int] = {}
    for command, receipt in outcomes:
        if receipt is None or not receipt.accepted:
            continue
        event = by_position[receipt.position]
        assert (event.stream, event.version) == (f"wallet/{command.wallet}", receipt.version)
        assert event.content == command.content()
        assert event.command_id == receipt.command_id
        if command.expect is not None:
            assert event.version == command.expect + 1
        assert done.setdefault(receipt.command_id, receipt.position) == receipt.position
    conflicts = [receipt for _, receipt in outcomes if receipt and receipt.code == "conflict"]
    assert all(receipt.attempts <= 4 for receipt in conflicts)


def check_log(events: list[StoredEvent]) -> None:
    """No wallet ever was below zero, and no command happened twice."""
    balances: dict[str, int] = {}
    for stored in events:
        event = decode(stored)
        if stored.version == 1:
            balances[stored.stream] = 0
        balances[stored.stream] += change(event.data)
        assert balances[stored.stream] >= 0
    for stream, balance in balances.items():
        state = fold(decode(event) for event in events if event.stream == stream)
        assert not isinstance(state, NoWallet)
        assert state.posted == balance
    commands = [event.command_id for event in events]
    assert len(commands) == len(set(commands))


async def run(path: Path, seed: int, count: int) -> None:
    """Play one history of two customers and check it."""
    dice = random.Random(seed)
    clock, new_id = VirtualClock(), CountingIds()
    create_log(path)
    async with open_store(path, clock) as one, open_store(path, clock) as two:
        stores: tuple[SqliteEventStore, ...] = (one, two)
        handlers = [CommandHandler(store, clock, new_id) for store in stores]
        common = [DepositMoney(wallet="moyin", amount="1", id=f"common-{number}") for number in range(5)]
        scripts = [[*asked(dice, count), *common] for _ in handlers]
        for script in scripts:
            dice.shuffle(script)
        outcomes = await asyncio.gather(
            *(play(handler, iter(script), dice) for handler, script in zip(handlers, scripts, strict=True))
        )
        for store in stores:  # appends whose callers have gone are under way
            await store.close()
    async with open_store(path, clock) as store:
        events = [event async for event in audited(store)]
    check_log(events)
    check_receipts(list(itertools.chain(*outcomes)), events)


@pytest.mark.parametrize("seed", range(8))
async def test_random_histories_of_two_processes_are_sound(seed: int, tmp_path: Path) -> None:
    await run(tmp_path / "events.db", seed, 150)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(100, 200))
async def test_many_random_histories_of_two_processes_are_sound(seed: int, tmp_path: Path) -> None:
    await run(tmp_path / "events.db", seed, 600)
