"""What the rules say, which they do in English, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_ledger.content import knows, say
from tui_ledger.domain.mistakes import Mistake
from tui_ledger.safe_text import safe_text

if TYPE_CHECKING:
    from tui_ledger.command_side.receipt import Receipt
    from tui_ledger.domain.command_language import CommandSyntaxError


@dataclass(frozen=True)
class Translation:
    """A sentence of the rules; as text it is safe to be shown.

    Attributes:
        key: The sentence in `content`, which has it in other languages only.
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
    values: dict[str, object] = dict(receipt.details)
    if "mistake" in receipt.details:
        key = f"mistake.{receipt.details['mistake']}"
        values["reason"] = Translation(key, receipt.details, receipt.details["reason"])
    return Translation(f"refusal.{receipt.code}", values, receipt.message or "")


def misspelt(error: CommandSyntaxError, english: str) -> Translation:
    """Why a line is no command; `english` says it, too."""
    values = {"verb": error.verb, **error.values}
    reason = values.get("reason")
    if reason is not None:
        if isinstance(reason, Mistake):
            values["reason"] = Translation(f"mistake.{reason.code}", reason.values, str(reason))
        return Translation("syntax.bad_value", values, english)
    near = "_near" if values.get("near") else ""
    return Translation(f"syntax.{error.code}{near}", values, english)
