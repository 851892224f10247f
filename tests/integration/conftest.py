"""What the tests of a whole ledger have in common."""

import asyncio
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.own_views import Shelf
from tests.integration.playing import STORY, play
from tui_ledger.ledger import Ledger
from tui_ledger.testing import settle


@pytest.fixture(scope="session")
def story_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a ledger that holds the story, with all views at its head; to be copied."""
    path = tmp_path_factory.mktemp("story") / "ledger"

    async def make() -> None:
        async with Ledger.open(path, create=True) as ledger:
            await play(ledger, *STORY)
            await settle(ledger)

    with asyncio.Runner() as runner:
        runner.run(make())
    return path


@pytest.fixture
def ledger_path(tmp_path: Path, story_path: Path) -> Path:
    """The folder of a ledger that holds the story, with all views at its head."""
    return shutil.copytree(story_path, tmp_path / "ledger")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """An empty one; what a test imports from it is forgotten afterwards."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    yield Shelf(folder)
    for name in set(sys.modules) - before:
        spec = sys.modules[name].__spec__
        places = [] if spec is None else [spec.origin or "", *(spec.submodule_search_locations or ())]
        if any(place.startswith(str(folder)) for place in places):
            del sys.modules[name]
