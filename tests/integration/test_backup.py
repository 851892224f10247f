"""`backup`: a copy of a ledger in use, which is whole, good and a ledger as any, or is not there."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import tui_ledger.backup
from tests.integration.command_line import environment, run
from tests.integration.playing import play
from tui_ledger import sqlite_copy
from tui_ledger.backup import Backup, back_up
from tui_ledger.errors import InputError, IntegrityError, StorageError
from tui_ledger.event_store.sqlite_copy import copy_log
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.query_side.documents.port import Lease
from tui_ledger.query_side.documents.sqlite import SqliteDocuments
from tui_ledger.query_side.documents.sqlite_copy import copy_documents
from tui_ledger.query_side.wishes import Step

SCHEMA = "SELECT type, name, sql FROM sqlite_schema ORDER BY name"
PRAGMAS = ("application_id", "user_version", "journal_mode")


class Watcher:
    """Remembers what it was told, and does something then."""

    def __init__(self, *, copied: Callable[[], Any] = int, checked: Callable[[], Any] = int) -> None:
        self.told: list[tuple[str, int, int]] = []
        self._then = {"copied": copied, "checked": checked}

    def copied(self, pages: int, of: int) -> None:
        self._hear("copied", pages, of)

    def checked(self, events: int, of: int) -> None:
        self._hear("checked", events, of)

    def _hear(self, what: str, done: int, of: int) -> None:
        self.told.append((what, done, of))
        self._then[what]()


def select(file: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(file)) as database:
        return database.execute(sql).fetchall()


def tamper(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for trigger in ("events_append", "events_update", "events_delete"):
            database.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            database.execute(statement)


def left_beside(path: Path) -> list[str]:
    """What is in the folder of the ledger `path`, besides that."""
    return [entry.name for entry in path.parent.iterdir() if entry != path]


async def test_the_copy_is_the_original_at_its_head(ledger_path: Path, tmp_path: Path) -> None:
    copied = await back_up(ledger_path, tmp_path / "copy")

    original, copy = ledger_path / "events.db", tmp_path / "copy" / "events.db"
    assert [entry.name for entry in copy.parent.glob("events*")] == ["events.db"]
    for question in (SCHEMA, "SELECT * FROM events", *(f"PRAGMA {name}" for name in PRAGMAS)):
        assert select(copy, question) == select(original, question) != []
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        assert copied == Backup(await ledger.head(), ())


async def test_the_copy_goes_on_by_itself(ledger_path: Path, tmp_path: Path) -> None:
    await back_up(ledger_path, tmp_path / "copy")

    done = run("exec", tmp_path / "copy", "buy moyin tea 5")
    asked = run("query", tmp_path / "copy", "balances", "moyin", "--fresh", "--json")

    assert done.out == "line 1  accepted  buy moyin  #5, version 5\n"
    assert asked.objects[0]["document"]["posted"] == "495.00"
    assert run("verify", tmp_path / "copy").status == 0
    assert run("head", ledger_path).out.startswith("4:")


async def test_the_copy_is_for_its_owner_only(ledger_path: Path, tmp_path: Path) -> None:
    (ledger_path / "ledger.toml").write_text("")
    (ledger_path / "ledger.toml").chmod(0o644)

    await back_up(ledger_path, tmp_path / "copy", views=True)

    copied = [tmp_path / "copy", *(tmp_path / "copy").rglob("*")]
    assert {entry.stat().st_mode & 0o777 for entry in copied if entry.is_dir()} == {0o700}
    assert {entry.stat().st_mode & 0o777 for entry in copied if entry.is_file()} == {0o600}


async def test_what_cannot_be_made_again_comes_along_and_what_is_derived_does_not(
    ledger_path: Path, tmp_path: Path
) -> None:
    (ledger_path / "ledger.toml").write_text("# mine\n")
    (ledger_path / "manifest.json").write_text("{}")
    (ledger_path / "views" / "enabled").write_text("balances\n")
    async with Ledger.open(ledger_path, reactors=["mailer"], react_after=0) as ledger:
        await ledger.settle()
        sent = await ledger.outbox()

    await back_up(ledger_path, tmp_path / "copy")

    files = {str(file.relative_to(tmp_path / "copy")) for file in (tmp_path / "copy").rglob("*.*")}
    assert files == {"events.db", "outbox.db", "ledger.toml", "manifest.json"}
    assert (tmp_path / "copy" / "ledger.toml").read_text() == "# mine\n"
    assert (tmp_path / "copy" / "views" / "enabled").read_text() == "balances\n"
    async with Ledger.open(tmp_path / "copy", reactors=["mailer"], react_after=0) as ledger:
        await ledger.settle()
        assert await ledger.outbox() == sent != []  # nothing was sent again


async def test_views_come_along_and_nobody_holds_them_or_wants_anything_of_them(
    ledger_path: Path, tmp_path: Path
) -> None:
    run("view", "drop", ledger_path, "books")
    async with Ledger.open(ledger_path) as ledger:  # whose workers hold their leases meanwhile
        await ledger.settle()
        asked = SqliteDocuments(ledger_path / "views" / "spending.db")
        await asked.open()
        await asked.wish(Step(), made_at=0.0)
        await asked.close()
        copied = await back_up(ledger_path, tmp_path / "copy", views=True)

    assert copied.views == ("balances", "statement", "spending", "top_items")
    assert sorted(file.stem for file in (tmp_path / "copy" / "views").glob("*.db*")) == sorted(copied.views)
    for view in copied.views:
        documents = SqliteDocuments(tmp_path / "copy" / "views" / f"{view}.db")
        state = await documents.state()
        assert (state.lease, state.checkpoint) == (None, 4)
        await documents.open()
        assert await documents.wishes() == []
        assert await documents.claim(Lease("mine", "here", 1, 1.0), None)
        await documents.close()


async def test_no_view_of_the_copy_is_ahead_of_its_log(
    ledger_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Ledger.open(ledger_path) as ledger:

        async def copy_views(*files: Path) -> bool:
            await play(ledger, "deposit moyin 1")
            await ledger.settle()
            return await copy_documents(*files)

        monkeypatch.setattr(tui_ledger.backup, "copy_documents", copy_views)
        copied = await back_up(ledger_path, tmp_path / "copy", views=True)

    assert copied.head.position == 9
    verified = run("verify", tmp_path / "copy", "--anchor", str(copied.head))
    assert verified.status == 0


def drop_lease(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        database.execute("DROP TABLE lease")


def overwrite(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)


@pytest.mark.parametrize("spoil", [Path.unlink, overwrite, drop_lease])
async def test_a_view_that_is_to_be_made_anew_anyway_is_left_out(
    ledger_path: Path, tmp_path: Path, spoil: Callable[[Path], Any]
) -> None:
    spoil(ledger_path / "views" / "spending.db")
    copied = await back_up(ledger_path, tmp_path / "copy", views=True)
    assert copied.views == ("balances", "statement", "top_items", "books")
    assert not (tmp_path / "copy" / "views" / "spending.db").exists()


async def test_a_damaged_ledger_is_not_copied(ledger_path: Path, tmp_path: Path) -> None:
    tamper(ledger_path / "events.db", "UPDATE events SET recorded_at = occurred_at WHERE position = 3")
    before = left_beside(ledger_path)

    refused = run("backup", ledger_path, tmp_path / "copy")

    assert (refused.status, refused.out) == (5, "")
    assert refused.err == (
        "The copy does not hold together (event #3: its hash does not fit: it, or the link before it, was "
        f"changed), and was thrown away. See what is wrong with the ledger itself: tui-ledger verify "
        f"{ledger_path}\n"
    )
    assert left_beside(ledger_path) == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET occurred_at = recorded_at WHERE position = 2",
        "DELETE FROM events WHERE position = 4",
        "UPDATE events SET hash = replace(hash, 'a', 'b') WHERE position = 4",
    ],
)
async def test_a_copy_that_is_not_the_original_is_found_and_thrown_away(
    ledger_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    async def copy_badly(source: Path, target: Path, progress: Any) -> Any:
        head = await copy_log(source, target, progress)
        tamper(target, change)
        return head

    monkeypatch.setattr(tui_ledger.backup, "copy_log", copy_badly)
    before = left_beside(ledger_path)
    with pytest.raises(IntegrityError, match="thrown away"):
        await back_up(ledger_path, tmp_path / "copy")
    assert left_beside(ledger_path) == before


async def test_a_view_that_does_not_say_what_the_log_says_is_found(ledger_path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(ledger_path / "views" / "balances.db", isolation_level=None)) as database:
        database.execute("""UPDATE documents SET body = replace(body, '"500.00"', '"5000.00"')""")
    with pytest.raises(IntegrityError, match=r"balances: moyin says \w+ 5000.00; the log says 500.00"):
        await back_up(ledger_path, tmp_path / "copy", views=True)
    assert (await back_up(ledger_path, tmp_path / "copy")).head.position == 4


@pytest.mark.parametrize("moment", ["copied", "checked"])
async def test_who_is_interrupted_leaves_nothing(
    ledger_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.setattr(sqlite_copy, "_PAGES", 1)
    monkeypatch.setattr("tui_ledger.verification._TOLD", 1)
    before = left_beside(ledger_path)

    def cancel() -> None:
        copying.cancel()

    watcher = Watcher(**{moment: cancel})
    copying = asyncio.create_task(back_up(ledger_path, tmp_path / "copy", watcher=watcher))
    with pytest.raises(asyncio.CancelledError):
        await copying
    assert watcher.told[-1][0] == moment
    assert left_beside(ledger_path) == before


async def test_a_thread_copies_nothing_that_nobody_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_copy, "_PAGES", 1)
    source, target = tmp_path / "source.db", tmp_path / "target.db"
    with closing(sqlite3.connect(source)) as database:
        database.execute("CREATE TABLE things (name TEXT)")
    may_go_on = threading.Event()
    with ThreadPoolExecutor(1) as one_thread:
        asyncio.get_running_loop().set_default_executor(one_thread)
        one_thread.submit(may_go_on.wait)
        copying = asyncio.create_task(sqlite_copy.copy_database(source, target))
        await asyncio.sleep(0)
        copying.cancel()
        await asyncio.sleep(0)
        may_go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await copying
    assert select(target, SCHEMA) == []


async def test_a_full_disk_is_said_and_nothing_is_left(
    ledger_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_copy, "_TARGET", ("PRAGMA max_page_count = 2",))
    before = left_beside(ledger_path)
    with pytest.raises(StorageError, match=rf"^The disk with {tmp_path / 'copy'} is full"):
        await back_up(ledger_path, tmp_path / "copy")
    assert left_beside(ledger_path) == before


def test_kill_9_leaves_no_target(tmp_path: Path) -> None:
    create_ledger(tmp_path / "ledger")
    program = f"""
import asyncio, os, signal
from pathlib import Path
from tui_ledger.backup import back_up

class Killer:
    def copied(self, pages, of):
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(back_up(Path({str(tmp_path / "ledger")!r}), Path({str(tmp_path / "copy")!r}), watcher=Killer()))
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, env=environment())
    assert done.returncode == -signal.SIGKILL
    assert not (tmp_path / "copy").exists()
    assert run("backup", tmp_path / "ledger", tmp_path / "copy").status == 0


async def test_how_far_it_is_can_be_watched(
    ledger_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_copy, "_PAGES", 10)
    monkeypatch.setattr("tui_ledger.verification._TOLD", 1)
    watcher = Watcher()
    await back_up(ledger_path, tmp_path / "copy", watcher=watcher)
    [(pages,)] = select(ledger_path / "events.db", "PRAGMA page_count")
    assert [one for one in watcher.told if one[0] == "copied"][-1] == ("copied", pages, pages)
    assert [one for one in watcher.told if one[0] == "checked"] == [("checked", n, 4) for n in (1, 2, 3, 4)]


def test_the_command_prints_the_head_as_an_anchor(ledger_path: Path, tmp_path: Path) -> None:
    head = run("head", ledger_path).out.strip()
    copied = run("backup", ledger_path, tmp_path / "copy")
    as_json = run("backup", ledger_path, tmp_path / "other", "--views", "--json")

    assert (copied.status, copied.err) == (0, "")
    assert copied.out == f"Copied 4 events to {tmp_path / 'copy'}: head {head}\n"
    assert json.loads(as_json.out) == {
        "ledger": str(ledger_path),
        "target": str(tmp_path / "other"),
        "events": 4,
        "head": head,
        "views": ["balances", "statement", "spending", "top_items", "books"],
    }


def test_nothing_is_overwritten(ledger_path: Path, tmp_path: Path) -> None:
    file, folder, link, empty = (tmp_path / name for name in ("file", "folder", "link", "empty"))
    file.write_text("mine")
    create_ledger(folder)
    os.symlink("nowhere", link)
    empty.mkdir()
    for target in (file, folder, link, ledger_path):
        refused = run("backup", ledger_path, target)
        assert (refused.status, refused.out) == (2, "")
        assert f"There is something at {target} already; choose another path" in refused.err
    assert (file.read_text(), os.readlink(link)) == ("mine", "nowhere")
    assert run("backup", ledger_path, empty).status == 0


def test_a_copy_does_not_lie_in_the_ledger_that_it_is_of(ledger_path: Path) -> None:
    before = sorted(ledger_path.iterdir())
    refused = run("backup", ledger_path, ledger_path / "views" / "copy")
    assert (refused.status, refused.out) == (3, "")
    assert "lies in the ledger itself" in refused.err
    assert sorted(ledger_path.iterdir()) == before


async def test_what_is_no_ledger_is_not_copied(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="There is no ledger"):
        await back_up(tmp_path / "nothing", tmp_path / "copy")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "events.db").write_text("no log")
    with pytest.raises(IntegrityError, match="is no SQLite database"):
        await back_up(tmp_path / "other", tmp_path / "copy")
    (tmp_path / "here").touch()
    with pytest.raises(InputError):
        await back_up(tmp_path / "other", tmp_path / "here")
    assert not (tmp_path / "copy").exists()
