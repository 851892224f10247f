"""The outbox: the contract of both kinds, and what only a file can meet with."""

import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from tui_ledger.errors import IntegrityError, NewerVersionError, StorageError
from tui_ledger.event_store.port import Head
from tui_ledger.reactors.outbox import MemoryOutbox, Outbox, SentMail
from tui_ledger.reactors.reactor import Mail
from tui_ledger.reactors.sqlite_outbox import SqliteOutbox

HELLO = Mail("moyin", "Hello.")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@asynccontextmanager
async def opened(outbox: Outbox) -> AsyncIterator[Outbox]:
    """The outbox, open; closed whatever happens, since SQLite's thread would outlive us."""
    await outbox.open()
    try:
        yield outbox
    finally:
        await outbox.close()


async def open_and_send(outbox: Outbox) -> None:
    await outbox.open()
    await outbox.send("2", "mailer", 1, HELLO)


@pytest.fixture(params=["memory", "sqlite"])
async def outbox(request: pytest.FixtureRequest, path: Path) -> AsyncIterator[Outbox]:
    """An outbox of each kind, empty: what a test says of it is the contract of both."""
    async with opened(MemoryOutbox() if request.param == "memory" else SqliteOutbox(path)) as one:
        yield one


@pytest.fixture
async def file(path: Path) -> AsyncIterator[SqliteOutbox]:
    """An outbox in a file, with a mail in it."""
    one = SqliteOutbox(path)
    async with opened(one):
        await one.send("1", "mailer", 1, HELLO)
        yield one


async def test_a_mail_is_taken_once_for_each_id(outbox: Outbox) -> None:
    assert await outbox.send("1", "mailer", 7, HELLO)
    assert not await outbox.send("1", "mailer", 7, HELLO)
    assert not await outbox.send("1", "another", 8, Mail("tunde", "Goodbye."))
    assert await outbox.sent() == [SentMail("1", "mailer", 7, HELLO)]


async def test_a_mail_without_an_id_is_always_taken(outbox: Outbox) -> None:
    assert [await outbox.send(None, "mailer", 7, HELLO) for _ in range(3)] == [True] * 3
    sent = await outbox.sent()
    assert len({one.id for one in sent}) == len(sent) == 3


async def test_mails_are_kept_in_the_order_in_which_they_were_sent(outbox: Outbox) -> None:
    for key in ("c", "a", "b"):
        await outbox.send(key, "mailer", 1, HELLO)
    assert [one.id for one in await outbox.sent()] == ["c", "a", "b"]


async def test_it_knows_since_when_a_reactor_is_at_work(outbox: Outbox) -> None:
    assert await outbox.since("mailer") is None
    await outbox.register("mailer", Head(3, "abc"))
    await outbox.register("another", Head(5, "def"))
    assert await outbox.since("mailer") == Head(3, "abc")
    await outbox.register("mailer", Head(4, "ghi"))
    assert await outbox.since("mailer") == Head(4, "ghi")


async def test_hostile_text_is_kept_as_it_is(outbox: Outbox) -> None:
    hostile = Mail("moyin", "\x1b[31m[@click=app.quit]'; DROP TABLE mails; --\u202e")
    await outbox.send("1", "mailer", 1, hostile)
    assert [one.mail for one in await outbox.sent()] == [hostile]


async def test_it_is_there_after_coming_back_and_for_its_owner_only(file: SqliteOutbox, path: Path) -> None:
    await file.close()
    async with opened(SqliteOutbox(path)) as again:
        assert not await again.send("1", "mailer", 1, HELLO)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_two_that_share_a_file_take_a_mail_once_between_them(file: SqliteOutbox, path: Path) -> None:
    async with opened(SqliteOutbox(path)) as other:
        assert not await other.send("1", "mailer", 1, HELLO)
        assert await other.send("2", "mailer", 1, HELLO)
        assert not await file.send("2", "mailer", 1, HELLO)


async def test_to_look_at_an_outbox_makes_none(path: Path) -> None:
    assert await SqliteOutbox(path).sent() == []
    assert not path.exists()


async def test_nothing_is_sent_into_a_file_that_is_not_there_any_more(file: SqliteOutbox, path: Path) -> None:
    path.unlink()
    with pytest.raises(StorageError, match="removed or replaced"):
        await file.send("2", "mailer", 1, HELLO)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    await file.open()
    assert await file.send("2", "mailer", 1, HELLO)
    assert [one.id for one in await file.sent()] == ["2"]


async def test_an_outbox_that_is_not_open_takes_nothing(path: Path) -> None:
    with pytest.raises(StorageError, match="not open"):
        await SqliteOutbox(path).send("1", "mailer", 1, HELLO)


async def test_an_outbox_where_no_folder_is_cannot_be_made(path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be made"):
        await SqliteOutbox(path / "outbox.db").open()


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        ("PRAGMA application_id = 7", IntegrityError),
        ("PRAGMA user_version = 2", NewerVersionError),
        ("DROP TABLE mails", StorageError),
    ],
)
async def test_what_is_no_outbox_that_is_known_here_is_left_as_it_is(
    file: SqliteOutbox, path: Path, damage: str, error: type[Exception]
) -> None:
    await file.close()
    with closing(sqlite3.connect(path)) as database:
        database.execute(damage)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    with pytest.raises(error):
        await file.sent()
    with pytest.raises(error):
        await open_and_send(file)
    await file.close()
    assert path.read_bytes() == before


async def test_a_text_file_is_no_outbox(path: Path) -> None:
    path.write_text("Dear diary, " * 1000)
    with pytest.raises(IntegrityError):
        await SqliteOutbox(path).open()  # which leaves nothing open
    assert path.read_text().startswith("Dear diary")
