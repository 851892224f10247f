"""Simulated customers do plausible things at the pace they are told, and the same ones for the same seed."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import NoReturn

import pytest

from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.command_side.truth import Truth
from tui_ledger.domain.command_language import format_command, parse
from tui_ledger.domain.commands import Command, CreateUser, SendMoney
from tui_ledger.domain.wallet import WalletState
from tui_ledger.errors import InputError, StorageError
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.simulation.customers import CUSTOMERS
from tui_ledger.simulation.traffic import Traffic
from tui_ledger.testing import CountingIds, VirtualClock


class Market:
    """A ledger without views, which notes the commands."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.store = MemoryEventStore(self.clock)
        self.handler = CommandHandler(self.store, self.clock, CountingIds())
        self.commands: list[Command] = []
        self.receipts: list[Receipt] = []
        self.failure: Exception | None = None
        self.busy = 0.0

    async def execute(self, command: Command) -> Receipt:
        if self.busy:
            await self.clock.sleep(self.busy)
        if self.failure is not None:
            raise self.failure
        self.commands.append(command)
        self.receipts.append(await self.handler.execute(command))
        return self.receipts[-1]

    async def read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        return await self.store.read(after, limit)

    async def truth(self, wallets: Iterable[str]) -> Mapping[str, WalletState]:
        return await Truth(self.store).states(wallets)

    def worker(self, view: str) -> NoReturn:
        raise AssertionError("customers have no say in that")

    async def settle(self) -> None:
        raise AssertionError("customers do not wait for views")

    async def trade(self, seconds: float, *, rate: float = 10, seed: int = 7) -> list[str]:
        """Let customers act for that long; their commands as lines."""
        traffic = asyncio.create_task(Traffic(self, rate, seed, self.clock).run())
        await self.clock.advance(seconds)
        traffic.cancel()
        await asyncio.gather(traffic, return_exceptions=True)
        return [format_command(command) for command in self.commands]


async def test_the_same_seed_makes_the_same_commands_and_another_one_others() -> None:
    first = await Market().trade(20)
    assert len(first) > 100
    assert await Market().trade(20) == first
    assert await Market().trade(20, seed=8) != first


async def test_the_customers_keep_their_rate_on_average() -> None:
    commands = await Market().trade(100, rate=5)
    assert 400 <= len(commands) <= 600


async def test_the_customers_keep_another_rate_from_when_it_is_set() -> None:
    market = Market()
    traffic = Traffic(market, 1, 7, market.clock)
    acting = asyncio.create_task(traffic.run())
    await market.clock.advance(20)
    before = len(market.commands)
    traffic.rate = 20
    await market.clock.advance(20)
    acting.cancel()
    assert 10 <= before <= 30
    assert 300 <= len(market.commands) - before <= 500
    with pytest.raises(InputError, match="above 0"):
        traffic.rate = 0


async def test_everything_that_customers_do_happens_and_refusals_are_rare() -> None:
    market = Market()
    await market.trade(200)
    verbs = {"create", "deposit", "withdraw", "buy", "send", "refund"}
    assert {command.verb for command in market.commands} == verbs
    refused = [receipt for receipt in market.receipts if not receipt.accepted]
    assert {receipt.code for receipt in refused} == {"insufficient_funds"}
    assert 0.01 < len(refused) / len(market.receipts) < 0.15


async def test_every_customer_has_a_wallet_first_and_money_next() -> None:
    market = Market()
    await market.trade(60)
    for customer in CUSTOMERS:
        own = [command for command in market.commands if command.wallet == customer.wallet]
        assert [command.verb for command in own[:2]] == ["create", "deposit"]
        assert "create" not in [command.verb for command in own[1:]]
    assert any(not customer.owner.isascii() for customer in CUSTOMERS)


async def test_customers_send_money_only_to_others_who_can_take_it() -> None:
    market = Market()
    await market.execute(parse("create bob"))
    await market.execute(parse("close bob"))
    market.commands.clear()
    await market.trade(200)
    opened: set[str] = set()
    for command in market.commands:
        if isinstance(command, SendMoney):
            assert command.to in opened - {command.wallet}
        elif isinstance(command, CreateUser):
            opened.add(command.wallet)
    assert len([command for command in market.commands if isinstance(command, SendMoney)]) > 20


async def test_wallets_that_exist_are_used_and_closed_ones_left_alone() -> None:
    market = Market()
    for line in ("create ann", "create bob", "close bob"):
        await market.execute(parse(line))
    market.commands.clear()
    await market.trade(60)
    assert "create" not in {command.verb for command in market.commands if command.wallet == "ann"}
    assert "ann" in {command.wallet for command in market.commands}
    assert "bob" not in {command.wallet for command in market.commands}


async def test_customers_that_are_held_do_nothing_and_do_not_make_up_for_it() -> None:
    market = Market()
    traffic = Traffic(market, 10, 7, market.clock)
    running = asyncio.create_task(traffic.run())
    await market.clock.advance(5)
    traffic.hold()
    assert traffic.held
    before = len(market.commands)
    await market.clock.advance(60)
    assert len(market.commands) == before
    traffic.go_on()
    await market.clock.advance(0)
    assert len(market.commands) - before <= 1
    await market.clock.advance(5)
    assert 20 <= len(market.commands) - before <= 80
    running.cancel()


async def test_customers_that_were_kept_waiting_make_up_for_a_second_at_most() -> None:
    market = Market()
    running = asyncio.create_task(Traffic(market, 10, 7, market.clock).run())
    market.busy = 60.0
    await market.clock.advance(30)
    market.busy = 0.0
    for _ in range(600):
        await market.clock.advance(0.1)
    assert 200 <= len(market.commands) <= 400
    running.cancel()


async def test_a_ledger_that_fails_ends_the_traffic_with_its_error() -> None:
    market = Market()
    market.failure = StorageError("the disk is full")
    running = asyncio.create_task(Traffic(market, 10, 7, market.clock).run())
    await market.clock.advance(5)
    assert isinstance(running.exception(), StorageError)


@pytest.mark.parametrize("rate", [0.0, -1.0, 1000.5, float("nan"), float("inf")])
def test_a_rate_that_cannot_be_kept_is_refused(rate: float) -> None:
    market = Market()
    with pytest.raises(InputError, match="above 0 and at most 1000 a second"):
        Traffic(market, rate, 7, market.clock)
