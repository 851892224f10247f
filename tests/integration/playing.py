"""A short history to test with."""

from typing import Final

from tui_ledger.domain.command_language import parse
from tui_ledger.ledger import Ledger

STORY: Final = ("create moyin", "deposit moyin 1000", "buy moyin sword 200", "buy moyin shield 300")


async def play(ledger: Ledger, *lines: str) -> None:
    """Execute `lines`, each of which must be accepted."""
    for line in lines:
        receipt = await ledger.execute(parse(line))
        assert receipt.accepted, receipt.message
