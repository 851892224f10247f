"""What many tests need besides the kit's own fixtures: an empty log, and ways to append to one."""

import gc
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tui_ledger.content import speak
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import Append, EventStore, Expected, ExpectedVersion, NewEvent
from tui_ledger.event_store.sqlite import SqliteEventStore, open_store
from tui_ledger.event_store.sqlite_file import create_log
from tui_ledger.testing import CountingIds, VirtualClock

pytest_plugins = ["tui_ledger.testing.plugin"]

NewAppend = Callable[..., Append]


def pytest_collection_finish() -> None:
    """Have the garbage collector look less often, and never at what was imported: a fifth of a UI test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins in English, whatever the one before it has spoken."""
    speak("en")
    yield
    speak("en")


@pytest.fixture
def new_append(new_id: CountingIds) -> NewAppend:
    """Makes appends of deposits with fresh event ids."""

    def make(
        stream: str = "wallet/moyin",
        expected: ExpectedVersion = Expected.ANY,
        count: int = 1,
        *,
        after: str | None = None,
        command: str | None = None,
        content: str | None = None,
        data: str = '{"amount":1}',
    ) -> Append:
        events = tuple(
            NewEvent(new_id(), "MoneyDeposited", 1, data, "2026-01-01T00:00:00.000000Z") for _ in range(count)
        )
        return Append(
            stream=stream,
            expected=expected,
            events=events,
            after=after,
            command_id=command,
            content=f"content of {command}" if command and content is None else content,
            correlation_id=command,
        )

    return make


@pytest.fixture(scope="session")
def empty_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty log to copy, which takes a tenth of what making one takes."""
    path = tmp_path_factory.mktemp("empty") / "events.db"
    create_log(path)
    return path


@pytest.fixture
def log(tmp_path: Path, empty_log: Path) -> Path:
    """An empty log."""
    return Path(shutil.copy(empty_log, tmp_path / "events.db"))


@pytest.fixture
async def sqlite_store(log: Path, clock: VirtualClock) -> AsyncIterator[SqliteEventStore]:
    """The store of `log`."""
    async with open_store(log, clock) as store:
        yield store


@pytest.fixture(params=["memory", "sqlite"])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, clock: VirtualClock
) -> AsyncIterator[EventStore]:
    """A store of each kind, empty: what a test says of it is the contract of both."""
    if request.param == "memory":
        yield MemoryEventStore(clock)
        return
    path = tmp_path / "contract.db"
    create_log(path)
    async with open_store(path, clock) as opened:
        yield opened
