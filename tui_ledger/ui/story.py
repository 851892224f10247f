"""The scenario that plays in the app: how far it is, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_ledger.domain.command_language import format_command
from tui_ledger.domain.commands import Command
from tui_ledger.simulation.actions import CalmBus, SetDelay, TurnDial
from tui_ledger.simulation.player import Player
from tui_ledger.ui.widgets.results import KEPT

if TYPE_CHECKING:
    from tui_ledger.clock import Clock
    from tui_ledger.command_side.receipt import Receipt
    from tui_ledger.ledger import Ledger
    from tui_ledger.simulation.pace import Pace
    from tui_ledger.simulation.scenario import Scenario, Step
    from tui_ledger.ui.audience import Audience


class Story:
    """Plays `scenario` and keeps what the screen says about it.

    Attributes:
        step: The number of the last step that was done, of `steps`.
        playing: Whether steps are still to come.
    """

    def __init__(
        self,
        ledger: Ledger,
        scenario: Scenario,
        clock: Clock,
        audience: Audience,
    ) -> None:
        self._player = Player(ledger, scenario, clock, self._done)
        self._audience = audience
        self.step = 0
        self.steps = len(scenario.steps)
        self.playing = True

    @property
    def pace(self) -> Pace:
        """How fast it plays."""
        return self._player.pace

    async def play(self) -> None:
        """Play to the end, or until it is skipped; then put back what it has changed.

        Raises:
            LedgerError: the ledger failed.
        """
        try:
            await self._player.play()
        finally:
            self.playing = False
        await self.put_back()

    async def put_back(self) -> None:
        """Set what it has changed in the ledger's machinery as it was before.

        Raises:
            LedgerError: a view does not take it.
        """
        await self._player.changed.put_back()

    def leave(self, view: str | None) -> None:
        """Do not put `view` back, or the bus: somebody has set it by hand."""
        self._player.changed.leave(view)

    def next(self) -> None:
        """Take the next step without waiting."""
        self._player.skip()

    def end(self) -> None:
        """Take no further step, and say nothing more."""
        self._player.stop()
        self.playing = False
        self._audience.told(None)

    def fall_silent(self) -> None:
        """Say nothing more, once it is over: a person has taken over."""
        if not self.playing:
            self._audience.told(None)

    def _done(self, step: Step, receipts: Sequence[Receipt]) -> None:
        if not self.playing:
            return
        self.step = step.number
        refused = any(not receipt.accepted for receipt in receipts) and not step.allows_refusals
        if step.say is not None:
            self._audience.told(None if refused else step.say)
        for line, action in zip(step.do, step.actions, strict=True):
            if isinstance(action, SetDelay | TurnDial | CalmBus):
                self._audience.steered(line, action.view if isinstance(action, SetDelay) else None)
        commands = [one for actions in step.rounds() for one in actions if isinstance(one, Command)]
        for command, receipt in [*zip(commands, receipts, strict=False)][-KEPT:]:
            if not receipt.duplicate:
                self._audience.answered(format_command(command.model_copy(update={"id": None})), receipt)
