"""Plays a scenario on a ledger, at a pace that a person can follow, waiting on what really happens."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

from tui_ledger.clock import Clock
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.commands import Command
from tui_ledger.simulation.actions import Action, CalmBus, KeepApart, Repair, SetDelay, Steer, TurnDial
from tui_ledger.simulation.changed import Changed
from tui_ledger.simulation.pace import Pace, first_of
from tui_ledger.simulation.performer import Performer
from tui_ledger.simulation.port import LedgerPort
from tui_ledger.simulation.scenario import Scenario, Step

PATIENCE: Final = 10.0
"""The longest wait for the views before something is said about them, in seconds."""

OnStep = Callable[[Step, Sequence[Receipt]], None]
"""Called when a step is done, with the receipts of its commands, in order.

Now its sentence is true, unless a command was refused that the step does not expect to be.
"""

_AGAIN: Final = (SetDelay, KeepApart, Repair, TurnDial, CalmBus)
"""Actions after which it is the same whether they are done once or twice."""


class Player:
    """Plays the steps of `scenario` in order, each when the one before is done and its time has come.

    What is on record already is passed over quickly: playing a scenario whose commands have fixed ids on
    a ledger that holds its beginning goes on from there.

    Attributes:
        pace: How fast it plays. It is about the time between steps, and not about what a step waits for.
    """

    def __init__(
        self, ledger: LedgerPort, scenario: Scenario, clock: Clock, on_step: OnStep | None = None
    ) -> None:
        self._ledger = ledger
        self._scenario = scenario
        self._clock = clock
        self._performer = Performer(ledger, scenario.seed, clock)
        self._on_step = on_step
        self.pace = Pace(clock)
        self._skipped = asyncio.Event()
        self._stopped = asyncio.Event()

    async def play(self) -> None:
        """Play to the end, or until `stop`.

        Raises:
            LedgerError: the ledger failed; a command that is refused does not end the play.
        """
        known = await self._steps_on_record()
        previous = 0.0
        for step in self._scenario.steps:
            if step.number > known:
                await self._pause(step.at - previous)
                if not step.actions:
                    await self._first_of(self._ledger.settle(), self._clock.sleep(PATIENCE))
                    # Meanwhile, somebody may have told it to wait.
                    await self._first_of(self.pace.sleep(0), self._skipped.wait())
            if self._stopped.is_set():
                return
            receipts = await self._perform(step, again=step.number <= known)
            if self._on_step is not None:
                self._on_step(step, receipts)
            previous = step.at

    def skip(self) -> None:
        """Take the next step at once, if it is only for its time that it waits."""
        self._skipped.set()

    def stop(self) -> None:
        """Take no further step; a command that is under way is finished."""
        self._stopped.set()

    @property
    def changed(self) -> Changed:
        """What it has changed in the ledger's machinery so far."""
        return self._performer.changed

    async def _perform(self, step: Step, *, again: bool) -> list[Receipt]:
        """Do what `step` says; of one that is on record, perhaps in part, only what can be done again."""
        if not again:
            return await self._performer.perform(step)
        receipts: list[Receipt] = []
        for actions in step.rounds():
            receipts += await self._performer.act([one for one in actions if _can_be_done_again(one)])
        return receipts

    async def _pause(self, seconds: float) -> None:
        self._skipped.clear()
        await self._first_of(self.pace.sleep(seconds), self._skipped.wait())

    async def _first_of(self, *waits: Coroutine[Any, Any, object]) -> None:
        """Wait for one of `waits`, or for `stop`; what fails raises here."""
        await first_of(*waits, self._stopped.wait())

    async def _steps_on_record(self) -> int:
        """The number of the last step that the beginning of the log shows as done; 0 for none."""
        recorded = await _first_command_ids(self._ledger, self._scenario)
        done = [
            step.number
            for step in self._scenario.steps
            if any(
                isinstance(one, Command) and one.id is not None and one.id in recorded for one in step.actions
            )
        ]
        return max(done, default=0)


def _can_be_done_again(action: Action) -> bool:
    if isinstance(action, Command):
        return action.id is not None
    return isinstance(action, _AGAIN) or (isinstance(action, Steer) and action.verb in ("pause", "resume"))


async def is_beginning_of(scenario: Scenario, ledger: LedgerPort) -> bool:
    """Whether the log is empty, or holds a beginning of `scenario`, not all of it, and nothing else.

    Decided by the ids of the commands, each of which makes one event.
    """
    planned = [command.id for command in scenario.commands]
    recorded = await _first_command_ids(ledger, scenario)
    if not recorded:
        return True
    return None not in recorded and len(recorded) < len(planned) and recorded == planned[: len(recorded)]


async def _first_command_ids(ledger: LedgerPort, scenario: Scenario) -> list[str | None]:
    """Whose the first events of the log are: as many of them as `scenario` makes, and one more."""
    events = await ledger.read(after=0, limit=len(scenario.commands) + 1)
    return [event.command_id for event in events]
