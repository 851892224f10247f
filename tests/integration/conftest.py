"""What the tests of a whole ledger have in common."""

from pathlib import Path

import pytest

from tests.integration.playing import STORY, play
from tui_ledger.ledger import Ledger


@pytest.fixture
async def ledger_path(tmp_path: Path) -> Path:
    """A ledger that holds the story, with both views at its head."""
    path = tmp_path / "ledger"
    async with Ledger.open(path, create=True) as ledger:
        await play(ledger, *STORY)
        await ledger.settle()
    return path
