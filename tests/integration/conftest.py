"""What the tests of a whole ledger have in common."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tui_ledger.ledger
from tests.integration.own_views import Shelf
from tests.integration.playing import STORY, play
from tui_ledger.ledger import Ledger
from tui_ledger.testing import settle


@pytest.fixture(scope="session")
def stories() -> dict[tuple[str, ...], Path]:
    """By the views that they have: folders of ledgers that `ledger_path` made and copies."""
    return {}


@pytest.fixture
async def ledger_path(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, stories: dict[tuple[str, ...], Path]
) -> Path:
    """The folder of a ledger that holds the story, with all views at its head."""
    names = tuple(vars(tui_ledger.ledger)["BUILT_IN_NAMES"])  # tests that need fewer views have fewer
    if names not in stories:
        path = tmp_path_factory.mktemp("story") / "ledger"
        async with Ledger.open(path, create=True) as ledger:
            await play(ledger, *STORY)
            await settle(ledger)
        stories[names] = path
    return shutil.copytree(stories[names], tmp_path / "ledger")


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
