"""Commands for the tests of the handler, and what they come to."""

import asyncio

from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.commands import Command, DepositMoney, WithdrawMoney
from tui_ledger.domain.wallet import OpenWallet, fold
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import EventStore


def deposit(amount: str = "1", **options: object) -> DepositMoney:
    """A deposit into the wallet moyin."""
    return DepositMoney.model_validate({"wallet": "moyin", "amount": amount, **options})


def withdraw(amount: str = "1", **options: object) -> WithdrawMoney:
    """A withdrawal from the wallet moyin."""
    return WithdrawMoney.model_validate({"wallet": "moyin", "amount": amount, **options})


async def balance(store: EventStore) -> int:
    """What is in the wallet, in minor units, by its events."""
    state = fold(map(decode, await store.read_stream("wallet/moyin")))
    assert isinstance(state, OpenWallet)
    return state.posted


async def execute_all(handler: CommandHandler, *commands: Command) -> list[Receipt]:
    """Execute commands at once, in this order."""
    return await asyncio.gather(*map(handler.execute, commands))
