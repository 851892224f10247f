"""The scenario that plays in the app: how far it is, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_ledger.domain.command_language import format_command
from tui_ledger.domain.commands import Command
from tui_ledger.simulation.player import Player

if TYPE_CHECKING:
    from tui_ledger.clock import Clock
    from tui_ledger.command_side.receipt import Receipt
    from tui_ledger.ledger import Ledger
    from tui_ledger.simulation.pace import Pace
    from tui_ledger.simulation.scenario import Scenario, Step


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
        on_receipt: Callable[[str, Receipt], None],
        on_sentence: Callable[[str | None], None],
    ) -> None:
        self._player = Player(ledger, scenario, clock, self._done)
        self._on_receipt = on_receipt
        self._on_sentence = on_sentence
        self.step = 0
        self.steps = len(scenario.steps)
        self.playing = True

    @property
    def pace(self) -> Pace:
        """How fast it plays."""
        return self._player.pace

    async def play(self) -> None:
        """Play to the end, or until it is skipped.

        Raises:
            LedgerError: the ledger failed.
        """
        try:
            await self._player.play()
        finally:
            self.playing = False

    async def put_back(self) -> None:
        """stub"""

    def next(self) -> None:
        """Take the next step without waiting."""
        self._player.skip()

    def end(self) -> None:
        """Take no further step, and say nothing more."""
        self._player.stop()
        self.playing = False
        self._on_sentence(None)

    def fall_silent(self) -> None:
        """Say nothing more, once it is over: a person has taken over."""
        if not self.playing:
            self._on_sentence(None)

    def _done(self, step: Step, receipt: Receipt | None) -> None:
        if not self.playing:
            return
        self.step = step.number
        refused = receipt is not None and not receipt.accepted
        if step.say is not None:
            self._on_sentence(None if refused else step.say)
        if receipt is not None and not receipt.duplicate and isinstance(step.action, Command):
            self._on_receipt(format_command(step.action.model_copy(update={"id": None})), receipt)
