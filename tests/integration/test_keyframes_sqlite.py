"""What only a file of keyframes can get wrong. The contract of all keyframes is in test_keyframes.py."""

import asyncio
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from tui_ledger.errors import LockedError, StorageError
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.port import Head
from tui_ledger.query_side.documents.port import DamagedDocuments
from tui_ledger.query_side.keyframes import sqlite_file
from tui_ledger.query_side.keyframes.port import KeyframeGone, Span
from tui_ledger.query_side.keyframes.sqlite import SqliteKeyframes
from tui_ledger.query_side.view import View
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.query_side.views.books import Books

AT = Head(1000, "hash 1000")
NONE = Span(GENESIS, GENESIS, 1000)


Process = Callable[..., SqliteKeyframes]


class NewerBalances(Balances):
    version = 2  # type: ignore[misc] # the next one


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "derived" / "keyframes-balances.db"


@pytest.fixture
async def process(path: Path) -> AsyncIterator[Process]:
    """Makes keyframes of `balances` at `path`, or others, as so many processes have them; all are closed."""
    async with AsyncExitStack() as stack:

        def start(view: View | None = None, at: Path = path) -> SqliteKeyframes:
            kept = SqliteKeyframes(at, view or Balances())
            stack.push_async_callback(kept.close)
            return kept

        yield start


@pytest.fixture
async def keyframes(process: Process) -> SqliteKeyframes:
    """One, with a document."""
    kept = process()
    assert await kept.add(await kept.around(0), AT, {"a": '{"is":"a"}'})
    return kept


def run(path: Path, sql: str) -> list[tuple[object, ...]]:
    """What any other SQLite tool would do."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(sql).fetchall()


async def test_keyframes_are_private_and_say_what_they_are(keyframes: SqliteKeyframes, path: Path) -> None:
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    assert run(path, "PRAGMA application_id") == [(0x544C4B31,)]
    assert run(path, "SELECT view, version, spacing FROM made") == [("balances", 1, 1000)]


async def test_another_process_reads_them(keyframes: SqliteKeyframes, process: Process) -> None:
    other = process()
    assert await other.around(5000) == Span(AT, AT, 1000)
    assert await other.scan(AT, "") == {"a": '{"is":"a"}'}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no database at all" * 100),
        lambda path: run(path, "PRAGMA user_version = 2"),
        lambda path: run(path, "PRAGMA application_id = 1"),
        lambda path: run(path, "UPDATE made SET view = 'books'"),
    ],
)
async def test_what_is_missing_or_damaged_or_of_another_kind_is_made_anew(
    path: Path, process: Process, spoil: object
) -> None:
    kept = process()
    await kept.add(await kept.around(0), AT, {"a": "1"})
    await kept.close()
    spoil(path)  # type: ignore[operator] # each is a function of a path
    again = process()
    assert await again.around(9999) == NONE
    assert await again.add(NONE, AT, {"b": "2"})
    assert await again.scan(AT, "") == {"b": "2"}


@pytest.mark.parametrize("view", [NewerBalances(), Books()])
async def test_those_of_another_view_or_version_are_made_anew(
    process: Process, view: Balances | Books
) -> None:
    kept = process()
    await kept.add(await kept.around(0), AT, {"a": "1"})
    other = process(view)
    assert await other.around(9999) == NONE
    assert await kept.around(9999) == NONE, "and whoever has the old file open finds out"


@pytest.mark.parametrize("sql", ["DELETE FROM made", "DROP TABLE keyframes", "DROP TABLE documents"])
async def test_a_file_that_is_damaged_in_use_is_reported_and_discarded(
    keyframes: SqliteKeyframes, path: Path, sql: str
) -> None:
    run(path, sql)
    with pytest.raises(DamagedDocuments):
        await asyncio.gather(keyframes.around(0), keyframes.load(AT, ["a"]))
    await keyframes.discard()
    assert not path.exists()
    assert await keyframes.around(9999) == NONE


async def test_a_file_that_is_removed_in_use_is_noticed(keyframes: SqliteKeyframes, path: Path) -> None:
    path.unlink()
    with pytest.raises(KeyframeGone):
        await keyframes.load(AT, ["a"])
    assert await keyframes.around(9999) == NONE
    assert path.exists()


async def test_what_a_killed_process_left_beside_a_deleted_file_is_not_played_into_the_next(
    process: Process, path: Path
) -> None:
    kept = process()
    await kept.add(await kept.around(0), AT, {str(number): "x" * 5000 for number in range(50)})
    await kept.close()
    journal = path.with_name(f"{path.name}-journal")
    with closing(sqlite3.connect(path, isolation_level=None)) as killed:
        killed.execute("PRAGMA cache_size = 1")
        killed.execute("BEGIN")
        killed.execute("UPDATE documents SET body = 'y'")
        killed.execute("UPDATE keyframes SET anchor = 'y'")
        killed.execute("DELETE FROM made")
        left = journal.read_bytes()
    path.unlink()
    journal.write_bytes(left)

    again = process()
    assert await again.around(9999) == NONE
    assert not journal.exists()
    assert await again.add(NONE, AT, {"a": "1"})
    assert await again.scan(AT, "") == {"a": "1"}


async def test_one_that_discards_leaves_alone_what_another_has_made_meanwhile(
    keyframes: SqliteKeyframes, process: Process
) -> None:
    other = process()
    await other.discard()
    await other.add(await other.around(0), AT, {"b": "2"})
    await keyframes.discard()
    assert await other.scan(AT, "") == {"b": "2"}


async def test_two_processes_that_make_the_file_at_once_agree(process: Process) -> None:
    many = [process() for _ in range(5)]
    assert await asyncio.gather(*(one.around(0) for one in many)) == [NONE] * 5
    added = await asyncio.gather(*(one.add(NONE, AT, {"a": str(n)}) for n, one in enumerate(many)))
    assert sorted(added) == [False, False, False, False, True]
    assert await many[0].scan(AT, "") == {"a": str(added.index(True))}


async def test_a_cancelled_caller_leaves_no_transaction_open(keyframes: SqliteKeyframes, path: Path) -> None:
    for position in range(2000, 30_000, 1000):
        span = await keyframes.around(position)
        adding = asyncio.create_task(
            keyframes.add(span, Head(span.last.position + 1000, "x"), {"a": f'"{position}"'})
        )
        for _ in range(position // 1000 % 4):
            await asyncio.sleep(0)
        adding.cancel()
        await asyncio.gather(adding, return_exceptions=True)
        run(path, "UPDATE made SET spacing = spacing")  # nobody holds the lock


async def test_who_waits_too_long_for_another_process_is_told(
    path: Path, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT", 0.01)
    kept = process()
    span = await kept.around(0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError):
            await kept.add(span, AT, {})
        assert await kept.around(0) == span, "readers are not held up"


async def test_where_no_file_can_be_made_the_sentence_says_so(tmp_path: Path, process: Process) -> None:
    (tmp_path / "derived").write_text("no folder")
    kept = process(at=tmp_path / "derived" / "keyframes.db")
    with pytest.raises(StorageError, match=r"keyframes\.db cannot be made"):
        await kept.around(0)


async def test_a_ledger_that_was_removed_stays_away(tmp_path: Path, process: Process) -> None:
    kept = process(at=tmp_path / "ledger" / "derived" / "keyframes.db")
    with pytest.raises(StorageError):
        await kept.around(0)
    assert os.listdir(tmp_path) == []


async def test_nothing_is_read_or_opened_after_closing(keyframes: SqliteKeyframes, path: Path) -> None:
    await keyframes.close()
    with pytest.raises(StorageError):
        await keyframes.around(0)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
