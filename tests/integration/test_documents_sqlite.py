"""What only a view's file can get wrong. The contract of all documents is in test_documents.py."""

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tui_ledger.errors import IntegrityError, NewerVersionError, StorageError
from tui_ledger.query_side.documents.port import DamagedDocuments, Generation, Lease, State
from tui_ledger.query_side.documents.sqlite import SqliteDocuments
from tui_ledger.query_side.documents.sqlite_connections import Connections
from tui_ledger.query_side.wishes import Step

MINE = Lease("mine", "here", 1, 100.0)
BALANCES = Generation(view="balances", version=1)
RUBBISH = b"no database at all" * 100
BEGUN = State(generation=1, checkpoint=0)
AFTER = State(generation=1, checkpoint=5, anchor="hash 5")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "views" / "balances.db"


@pytest.fixture
async def documents(path: Path) -> AsyncIterator[SqliteDocuments]:
    kept = SqliteDocuments(path)
    try:
        await begin(kept)
        yield kept
    finally:
        await kept.close()


async def begin(kept: SqliteDocuments) -> None:
    await kept.open()
    await kept.claim(MINE, None)
    await kept.begin("mine", await kept.state(), BALANCES, beside=False)


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)


def has(path: Path, content: bytes) -> bool:
    return path.read_bytes() == content


def run(path: Path, sql: str) -> list[tuple[object, ...]]:
    """What any other SQLite tool would do."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(sql).fetchall()


async def test_a_view_is_private_and_says_what_it_is(documents: SqliteDocuments, path: Path) -> None:
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    assert run(path, "PRAGMA application_id") == [(0x544C5631,)]
    assert run(path, "PRAGMA user_version") == [(2,)]
    assert run(path, "PRAGMA journal_mode") == [("wal",)]


async def test_a_file_is_found_again_as_it_was_left(documents: SqliteDocuments, path: Path) -> None:
    await documents.commit("mine", BEGUN, AFTER, {"moyin": {"posted": "5.00"}})
    await documents.close()
    again = SqliteDocuments(path)
    await again.open()
    try:
        now, document = await again.read("moyin")
        assert (now.checkpoint, document) == (5, {"posted": "5.00"})
    finally:
        await again.close()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("BEFORE UPDATE ON generations", id="after the documents, before the checkpoint"),
        pytest.param("AFTER UPDATE ON generations", id="after both"),
        pytest.param("AFTER INSERT ON documents WHEN NEW.key = 'b'", id="between two documents"),
    ],
)
async def test_documents_and_checkpoint_are_written_together_or_not_at_all(
    documents: SqliteDocuments, path: Path, fault: str
) -> None:
    run(path, f"CREATE TRIGGER fault {fault} BEGIN SELECT RAISE(ABORT, 'pulled the plug'); END")
    with pytest.raises(StorageError, match="pulled the plug"):
        await documents.commit("mine", BEGUN, AFTER, {"a": {}, "b": {}})
    assert run(path, "SELECT * FROM documents") == []
    assert (await documents.state()).checkpoint == 0
    run(path, "DROP TRIGGER fault")
    assert await documents.commit("mine", BEGUN, AFTER, {"a": {}, "b": {}})


async def test_a_cancelled_commit_leaves_all_or_nothing_and_no_transaction(
    documents: SqliteDocuments, path: Path
) -> None:
    done = 0
    for turns in range(40):
        before = await documents.state()
        position = before.checkpoint + 1
        after = State(generation=1, checkpoint=position, anchor="")
        commit = asyncio.create_task(
            documents.commit("mine", before, after, {"last": {"position": position}})
        )
        for _ in range(turns):
            await asyncio.sleep(0)
        commit.cancel()
        await asyncio.wait({commit})
        run(path, "BEGIN IMMEDIATE")  # which an open transaction would lock out
        await documents.beat("mine", float(turns))  # queues up behind what was cancelled
        now, document = await documents.read("last")
        assert (document or {"position": 0})["position"] == now.checkpoint
        done += not commit.cancelled()
    assert done < 40, "some were cancelled in time"


async def test_a_reader_sees_documents_and_checkpoint_of_one_moment(
    documents: SqliteDocuments, path: Path
) -> None:
    async def write() -> None:
        for position in range(1, 101):
            before = State(generation=1, checkpoint=position - 1)
            after = State(generation=1, checkpoint=position, anchor="")
            await documents.commit("mine", before, after, {"a": {"n": position}, "a/b": {"n": position}})

    writing = asyncio.create_task(write())
    while not writing.done():
        now, document = await documents.read("a")
        assert (document or {"n": 0})["n"] == now.checkpoint
        now, found = await documents.scan("a")
        assert {body["n"] for _, body in found} in ({now.checkpoint}, set())
    await writing


async def test_nothing_is_made_by_reading(path: Path) -> None:
    reader = SqliteDocuments(path)
    try:
        assert await reader.scan() == (State(), [])
        assert await reader.read("moyin") == (State(), None)
        assert not path.parent.exists()
    finally:
        await reader.close()


async def test_a_reader_finds_a_file_that_is_made_later(path: Path, documents: SqliteDocuments) -> None:
    await documents.discard()
    reader = SqliteDocuments(path)
    try:
        assert await reader.state() == State()
        await begin(documents)
        assert (await reader.state()).view == "balances"
    finally:
        await reader.close()


@pytest.mark.parametrize(
    "content", [b"", RUBBISH, b"SQLite format 3\0" + b"\xff" * 5000], ids=["empty", "rubbish", "torn"]
)
async def test_a_damaged_file_is_made_anew(path: Path, content: bytes) -> None:
    write(path, content)
    kept = SqliteDocuments(path)
    try:
        await begin(kept)
        assert await kept.commit("mine", BEGUN, AFTER, {"moyin": {}})
        assert (await kept.read("moyin"))[1] == {}
    finally:
        await kept.close()


async def test_reading_a_damaged_file_says_so_and_leaves_it(path: Path) -> None:
    write(path, RUBBISH)
    kept = SqliteDocuments(path)
    try:
        with pytest.raises(DamagedDocuments, match=r"balances\.db is damaged"):
            await kept.state()
        assert has(path, RUBBISH)
    finally:
        await kept.close()


async def test_another_programs_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    run(path, "CREATE TABLE recipes (cake TEXT)")
    kept = SqliteDocuments(path)
    try:
        with pytest.raises(IntegrityError, match="another program"):
            await kept.open()
        with pytest.raises(IntegrityError, match="another program"):
            await kept.state()
        assert run(path, "SELECT count(*) FROM recipes") == [(0,)]
    finally:
        await kept.close()


async def test_a_newer_programs_file_is_left_alone(documents: SqliteDocuments, path: Path) -> None:
    await documents.close()
    run(path, "PRAGMA user_version = 3")
    kept = SqliteDocuments(path)
    try:
        with pytest.raises(NewerVersionError, match="format 3"):
            await kept.open()
    finally:
        await kept.close()


async def test_a_document_that_is_no_document_is_damage(documents: SqliteDocuments, path: Path) -> None:
    run(path, "INSERT INTO documents VALUES (1, 'moyin', '[')")
    with pytest.raises(DamagedDocuments):
        await documents.read("moyin")
    with pytest.raises(DamagedDocuments):
        await documents.load(1, ["moyin"])


async def test_a_file_that_was_removed_in_use_is_noticed_at_the_next_heartbeat(
    documents: SqliteDocuments, path: Path
) -> None:
    for file in list(path.parent.iterdir()):
        file.unlink()
    assert await documents.state() == State()
    with pytest.raises(StorageError, match="removed or replaced"):
        await documents.beat("mine", 101.0)
    await begin(documents)
    assert (await documents.state()).view == "balances"


async def test_old_generations_are_swept_out(documents: SqliteDocuments, path: Path) -> None:
    await documents.commit("mine", BEGUN, AFTER, {str(key): {} for key in range(2500)})
    await documents.begin("mine", AFTER, BALANCES, beside=False)
    while await documents.sweep():
        pass
    assert run(path, "SELECT count(*) FROM documents") == [(0,)]


async def test_nothing_is_read_or_written_after_the_end(documents: SqliteDocuments) -> None:
    await documents.close()
    with pytest.raises(StorageError, match="closed"):
        await documents.state()
    with pytest.raises(StorageError, match="not open"):
        await documents.beat("mine", 1.0)


async def test_a_file_of_an_older_format_is_nothing_to_read_and_made_anew(
    documents: SqliteDocuments, path: Path
) -> None:
    await documents.commit("mine", BEGUN, AFTER, {"moyin": {}})
    await documents.close()
    run(path, "PRAGMA user_version = 1")
    kept = SqliteDocuments(path)
    try:
        assert await kept.scan() == (State(), [])
        await begin(kept)
        assert (await kept.state()).checkpoint == 0
        assert run(path, "PRAGMA user_version") == [(2,)]
    finally:
        await kept.close()


async def test_it_is_noticed_that_somebody_else_has_written(documents: SqliteDocuments, path: Path) -> None:
    other = SqliteDocuments(path)
    try:
        while await documents.touched():
            pass
        await documents.commit("mine", BEGUN, AFTER, {"moyin": {}})
        assert not await documents.touched(), "that was not somebody else"
        await other.wish(Step(), 1.0)
        assert await documents.touched()
        assert not await documents.touched()
    finally:
        await other.close()


async def test_a_heartbeat_notices_it_too_and_asks_nothing_more(
    documents: SqliteDocuments, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = SqliteDocuments(path)
    asked: list[str] = []
    query = Connections.write

    async def noted(self: Connections, sql: str, *parameters: Any) -> Any:
        asked.append(sql)
        return await query(self, sql, *parameters)

    try:
        while await documents.touched():
            pass
        await other.wish(Step(), 1.0)
        assert await documents.beat("mine", 2.0)
        monkeypatch.setattr(Connections, "write", noted)
        assert await documents.touched()
        assert not await documents.touched()
        assert await documents.beat("mine", 3.0)
        assert not await documents.touched(), "that was not somebody else"
        assert ["data_version" in sql for sql in asked] == [True], "the heartbeat, and nothing besides"
    finally:
        await other.close()


async def test_settings_that_are_none_are_damage(documents: SqliteDocuments, path: Path) -> None:
    run(path, """UPDATE state SET settings = '{"paused":"maybe"}'""")
    with pytest.raises(DamagedDocuments, match="cannot be read"):
        await documents.state()


async def test_a_wish_of_a_newer_program_is_there_to_be_answered(
    documents: SqliteDocuments, path: Path
) -> None:
    run(path, """INSERT INTO wishes (wish, made_at) VALUES ('{"type":"Fly"}', 1.0)""")
    [unknown] = await documents.wishes()
    assert unknown.wish is None
    await documents.answer(unknown.id, "What is that?")
    assert await documents.wishes() == []
