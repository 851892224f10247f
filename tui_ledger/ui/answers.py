"""Which events a command became, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_ledger.content import Sentence

if TYPE_CHECKING:
    from tui_ledger.command_side.receipt import Receipt


def accepted(receipt: Receipt) -> Sentence:
    """What to say of a command that was accepted."""
    first, last = f"#{receipt.first or 0:,}", f"#{receipt.last or 0:,}"
    span = Sentence("screen.results.span", {"first": first, "last": last})
    key = "screen.results.duplicate" if receipt.duplicate else "screen.results.stored"
    answer = Sentence(key, {"positions": last if first == last else span})
    if receipt.attempts == 1:
        return answer
    return Sentence("screen.results.again", {"answer": answer, "attempts": receipt.attempts})
