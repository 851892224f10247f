"""What a simulation asks of a ledger: the same façade that a person's commands go through."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.commands import Command
from tui_ledger.domain.wallet import WalletState
from tui_ledger.event_store.port import StoredEvent


class WorkerPort(Protocol):
    """As much of a view's `WorkerControl` as simulations use."""

    async def delay(self, seconds: float) -> None:
        """Have the view apply events that much later."""


class LedgerPort(Protocol):
    """As much of `Ledger` as simulations use."""

    async def execute(self, command: Command) -> Receipt:
        """Have `command` decided; its events are durable when this returns."""

    async def read(self, after: int = 0, limit: int = 1000) -> Sequence[StoredEvent]:
        """At most `limit` events with positions above `after`."""

    async def truth(self, wallets: Iterable[str]) -> Mapping[str, WalletState]:
        """The state of `wallets` at the head of the log."""

    def worker(self, view: str) -> WorkerPort:
        """What can be done to the worker of `view`."""

    async def settle(self) -> None:
        """Return when every running view is at the head."""
