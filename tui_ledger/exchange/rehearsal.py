"""What commands would come to, without a log."""

from collections.abc import Mapping

import msgspec

from tui_ledger.domain.commands import Command
from tui_ledger.domain.events import Event
from tui_ledger.domain.rejections import Rejected
from tui_ledger.domain.wallet import WalletState, decide, fold, initial_state


class Rehearsal:
    """Decides commands as the command side does, one after the other, and records nothing.

    Attributes:
        states: Of the wallets: at the beginning at the head of the log, and then as they would be.
    """

    def __init__(self, states: Mapping[str, WalletState]) -> None:
        self.states = dict(states)

    def execute(self, command: Command) -> Rejected | None:
        """Why the command would be refused; None if it would be accepted."""
        state = self.states.get(command.wallet, initial_state())
        try:
            events = decide(command, state)
        except Rejected as refusal:
            return refusal
        facts = [_Fact(f"{command.id}:{n}", command.at or "", event) for n, event in enumerate(events)]
        self.states[command.wallet] = fold(facts, state)
        return None


class _Fact(msgspec.Struct, frozen=True):
    id: str
    occurred_at: str
    data: Event
