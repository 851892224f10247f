"""What the tests of a whole ledger have in common."""

from pathlib import Path

import pytest

from tests.integration.playing import STORY, play
from tui_ledger.ledger import Ledger
from tui_ledger.testing import settle


@pytest.fixture
async def ledger_path(tmp_path: Path) -> Path:
    """The folder of a ledger that holds the story, with its views at the head."""
    path = tmp_path / "ledger"
    async with Ledger.open(path, create=True) as ledger:
        await play(ledger, *STORY)
        await settle(ledger)
    return path
