"""Who is told what happens by itself on a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tui_ledger.command_side.receipt import Receipt
    from tui_ledger.errors import LedgerError


class Audience(Protocol):
    """Who is told what happens."""

    def answered(self, line: str, receipt: Receipt) -> None:
        """A command of the story was answered."""

    def steered(self, line: str, view: str | None) -> None:
        """The story did something else than a command, about a view if it was about one."""

    def told(self, sentence: str | None) -> None:
        """The story says this now: the key of a sentence, or nothing."""

    def trouble(self, source: str, error: LedgerError) -> None:
        """The ledger failed."""

    def story_ended(self) -> None:
        """The story is over, or somebody left it."""

    def failed(self, error: Exception) -> None:
        """There is a bug."""
