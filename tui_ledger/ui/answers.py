"""What became of a command, kept in a form that is said anew when the language changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_ledger.content import Sentence, knows, say
from tui_ledger.safe_text import safe_text

if TYPE_CHECKING:
    from tui_ledger.command_side.receipt import Receipt


@dataclass(frozen=True)
class Translation:
    """What the rules say in English, in the language that is spoken; as text it is safe to be shown.

    Attributes:
        key: The sentence in `content`, which needs it in other languages only.
        values: What it is filled in with.
        english: What is said where `content` does not have it.
    """

    key: str
    values: Mapping[str, object]
    english: str

    def __str__(self) -> str:
        return safe_text(say(self.key, **self.values) if knows(self.key) else self.english)


def refused(receipt: Receipt) -> Translation:
    """Why a command was refused."""
    return Translation(f"refusal.{receipt.code}", receipt.details, receipt.message or "")


def accepted(receipt: Receipt) -> Sentence:
    """Which events a command became."""
    first, last = f"#{receipt.first or 0:,}", f"#{receipt.last or 0:,}"
    span = Sentence("screen.results.span", {"first": first, "last": last})
    key = "screen.results.duplicate" if receipt.duplicate else "screen.results.stored"
    answer = Sentence(key, {"positions": last if first == last else span})
    if receipt.attempts == 1:
        return answer
    return Sentence("screen.results.again", {"answer": answer, "attempts": receipt.attempts})
