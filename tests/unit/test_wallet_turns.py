"""Whose turn it is on a wallet: the oldest command's that is not decided."""

import asyncio

from tui_ledger.command_side.turns import Turns
from tui_ledger.testing import breathe


class Customer:
    """Takes its place in line, decides when it may, and stays until it is settled."""

    def __init__(self, turns: Turns, name: str, decided: list[str]) -> None:
        self._turns = turns
        self._name = name
        self._decided = decided
        self.lost = asyncio.Event()
        self.settled = asyncio.Event()
        self.task = asyncio.create_task(self._stay())

    async def _stay(self) -> None:
        ticket = self._turns.enter()
        try:
            while not self.settled.is_set():
                async with self._turns.turn(ticket):
                    await asyncio.sleep(0)
                    self._decided.append(self._name)
                self.lost.clear()
                waits = [asyncio.create_task(event.wait()) for event in (self.lost, self.settled)]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()
        finally:
            self._turns.leave(ticket)


async def settle(*customers: Customer) -> None:
    """Let everybody leave."""
    for customer in customers:
        customer.settled.set()
    await asyncio.gather(*(customer.task for customer in customers), return_exceptions=True)


async def test_turns_go_in_the_order_of_arrival() -> None:
    turns, decided = Turns(), list[str]()
    customers = [Customer(turns, name, decided) for name in "abcde"]
    await breathe()
    assert decided == list("abcde")
    await settle(*customers)
    assert turns.idle


async def test_who_comes_in_after_a_loss_waits_for_all_who_lost() -> None:
    turns, decided = Turns(), list[str]()
    first, second = Customer(turns, "a", decided), Customer(turns, "b", decided)
    await breathe()
    turns.decide_again()
    newcomer = Customer(turns, "c", decided)
    await breathe()
    assert decided == ["a", "b"]
    second.lost.set()
    await breathe()
    assert decided == ["a", "b"]
    first.lost.set()
    await breathe()
    assert decided == ["a", "b", "a", "b", "c"]
    await settle(first, second, newcomer)


async def test_who_leaves_holds_up_nobody() -> None:
    turns, decided = Turns(), list[str]()
    first, second = Customer(turns, "a", decided), Customer(turns, "b", decided)
    await breathe()
    turns.decide_again()
    newcomer = Customer(turns, "c", decided)
    await breathe()
    first.task.cancel()
    await settle(second)
    await breathe()
    assert decided[2:] == ["c"]
    await settle(first, newcomer)
    assert turns.idle


async def test_who_is_cancelled_while_deciding_or_in_line_passes_the_turn_on() -> None:
    turns, decided = Turns(), list[str]()
    customers = [Customer(turns, name, decided) for name in "abcd"]
    await asyncio.sleep(0)
    customers[0].task.cancel()
    customers[2].task.cancel()
    await breathe()
    assert decided == ["b", "d"]
    await settle(*customers)
    assert turns.idle
