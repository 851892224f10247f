"""Fixtures of pytest: time and ids that a test decides, and ledgers that run on them.

    pytest_plugins = ["tui_ledger.testing.plugin"]  # in conftest.py, beside pyproject.toml or in tests/

The package does not register itself as a plugin: names as common as `clock` and `store` are there for those
who ask for them, and nobody else's test run pays for an import. Any of them can be replaced by a fixture of
the same name in a conftest.py, and those that build on it follow.

pytest and pytest-asyncio are needed, in either of its modes.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.testing.clock import VirtualClock
from tui_ledger.testing.ids import CountingIds


@pytest.fixture
def clock() -> VirtualClock:
    """Time that stands still until the test advances it."""
    return VirtualClock()


@pytest.fixture
def new_id() -> CountingIds:
    """Ids that are the same in every run."""
    return CountingIds()


@pytest.fixture
def store(clock: VirtualClock) -> MemoryEventStore:
    """An empty event store in memory, on `clock`: all that a bus needs."""
    return MemoryEventStore(clock)


@pytest_asyncio.fixture
async def ledger(clock: VirtualClock, new_id: CountingIds) -> AsyncIterator[Ledger]:
    """An empty ledger in memory that runs, views and transfers too, on `clock` and `new_id`."""
    async with Ledger.in_memory(clock=clock, new_id=new_id) as running:
        yield running


@pytest.fixture
def ledger_path(tmp_path: Path) -> Path:
    """The folder of an empty ledger of this test, which nobody has opened."""
    path = tmp_path / "ledger"
    create_ledger(path)
    return path


@pytest_asyncio.fixture
async def ledger_on_disk(
    ledger_path: Path, clock: VirtualClock, new_id: CountingIds
) -> AsyncIterator[Ledger]:
    """The ledger at `ledger_path`, which runs like `ledger`."""
    async with Ledger.open(ledger_path, clock=clock, new_id=new_id) as running:
        yield running
