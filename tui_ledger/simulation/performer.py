"""Does what a scenario says: each action through the ledger's own façade, as a person would."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tui_ledger.clock import Clock
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.commands import Command
from tui_ledger.errors import InputError
from tui_ledger.exchange.candidates import of_file
from tui_ledger.simulation.actions import (
    Action,
    CalmBus,
    Crash,
    Customers,
    Include,
    KeepApart,
    Load,
    Repair,
    Seek,
    SetDelay,
    Steer,
    Steering,
    SwitchView,
    TurnDial,
)
from tui_ledger.simulation.changed import Changed
from tui_ledger.simulation.port import LedgerPort
from tui_ledger.simulation.scenario import Step
from tui_ledger.simulation.traffic import Traffic


class Performer:
    """Does the actions of one scenario on `ledger`.

    Args:
        ledger: Where.
        seed: What the simulated customers do follows from it, and what becomes of the bus's announcements.
        clock: Time.

    Attributes:
        changed: What the actions have changed in the ledger's machinery. Whoever performs puts it back.
        idle: Set while nothing is under way that no passing of time would bring on: commands and imports.
    """

    def __init__(self, ledger: LedgerPort, seed: int, clock: Clock) -> None:
        self.changed = Changed(ledger)
        self.idle = asyncio.Event()
        self.idle.set()
        self._in_flight = 0
        self._ledger = ledger
        self._traffic = Traffic(ledger, 1.0, seed, clock)
        self._seed = seed

    async def perform(self, step: Step) -> list[Receipt]:
        """Do what `step` says, as often as it says; the receipts of its own commands, in order.

        Several lines are begun in their order, and none waits for another.

        Raises:
            LedgerError: the ledger failed, or a view's worker refused.
        """
        receipts: list[Receipt] = []
        for actions in step.rounds():
            receipts += await self.act(actions)
        return receipts

    async def act(self, actions: Sequence[Action]) -> list[Receipt]:
        """Do all of these at the same moment; the receipts of those that are commands, in order.

        Raises:
            LedgerError: as `perform`; what else was begun is finished first.
        """
        if len(actions) == 1:
            receipt = await self._act(actions[0])
            return [] if receipt is None else [receipt]
        done = await asyncio.gather(*map(self._act, actions), return_exceptions=True)
        receipts: list[Receipt] = []
        for one in done:
            if isinstance(one, BaseException):
                raise one
            if one is not None:
                receipts.append(one)
        return receipts

    async def _act(self, action: Action) -> Receipt | None:
        match action:
            case TurnDial(dial, value):
                await self._remember_bus(action)
                setattr(self._ledger.faults, dial, value)
            case CalmBus():
                await self._remember_bus(action)
                self._ledger.faults.reset()
            case Include(_, scenario):
                for step in scenario.steps:
                    await self.perform(step)
            case Command() | Customers() | Load() | SwitchView():
                self._in_flight += 1
                self.idle.clear()
                try:
                    return await self._do(action)
                finally:
                    self._in_flight -= 1
                    if not self._in_flight:
                        self.idle.set()
            case _:
                await self.changed.remember(action)
                await self._steer(action)
        return None

    async def _do(self, action: Command | Customers | Load | SwitchView) -> Receipt | None:
        match action:
            case Command():
                return await self._ledger.execute(action)
            case Customers(count):
                await self._traffic.act(count)
            case Load(path):
                await self._load(path)
            case SwitchView(view, True):
                await self._ledger.add_view(view)
            case SwitchView(view):
                await self._ledger.drop_view(view)
        return None

    async def _load(self, path: Path) -> None:
        try:
            await self._ledger.import_events(path)
        except InputError as error:
            raise of_file(path.name, error) from None  # and not of the scenario

    async def _remember_bus(self, action: TurnDial | CalmBus) -> None:
        await self.changed.remember(action)
        if not self._ledger.faults.on:
            self._ledger.faults.seed = self._seed

    async def _steer(self, action: Steering) -> None:
        worker = self._ledger.worker(action.view)
        match action:
            case SetDelay(_, seconds, jitter):
                await worker.delay(seconds, jitter)
            case Steer(verb):
                await getattr(worker, verb)()
            case Crash(_, when):
                await worker.crash(when)
            case Seek(_, position):
                await worker.seek(position)
            case KeepApart(_, on):
                await worker.keep_checkpoint_apart(on)
            case Repair(_, on):
                await worker.repair(on)
