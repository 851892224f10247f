"""What happens to a ledger's files while nobody looks, and while somebody does."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.command_line import run
from tests.integration.playing import STORY, play
from tui_ledger.domain.command_language import parse
from tui_ledger.errors import InputError, IntegrityError, StorageError
from tui_ledger.ledger import Ledger, create_ledger


def change(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


@pytest.mark.parametrize("replaced", [False, True], ids=["removed", "replaced"])
async def test_nothing_is_acknowledged_once_the_log_is_not_where_it_was(
    ledger_path: Path, tmp_path: Path, replaced: bool
) -> None:
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        await play(ledger, "deposit moyin 1")
        (ledger_path / "events.db").unlink()
        if replaced:
            create_ledger(tmp_path / "other")
            shutil.copy(tmp_path / "other" / "events.db", ledger_path / "events.db")
        with pytest.raises(StorageError, match="removed or replaced while it was in use"):
            await ledger.execute(parse("deposit moyin 2"))
        with pytest.raises(StorageError, match="removed or replaced while it was in use"):
            await ledger.read()


async def test_a_worker_does_not_make_a_folder_again_that_was_removed(ledger_path: Path) -> None:
    async with Ledger.open(ledger_path) as ledger:
        await ledger.settle()
        shutil.rmtree(ledger_path)
        with pytest.raises(StorageError):
            await ledger.read()
    assert not ledger_path.exists()


async def test_a_text_that_is_no_text_any_more_is_found_at_its_position(ledger_path: Path) -> None:
    names = ("events_append", "events_update", "events_delete")
    change(
        ledger_path / "events.db",
        *(f"DROP TRIGGER {name}" for name in names),
        "UPDATE events SET type = CAST(x'cd6f6e65794465706f7369746564' AS TEXT) WHERE position = 2",
    )
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        found = await ledger.verify()
    assert (found.ok, found.first_bad) == (False, 2)


@pytest.mark.parametrize("lost", ["views/enabled", "views"])
async def test_views_are_derived_and_so_is_their_folder(ledger_path: Path, lost: str) -> None:
    path = ledger_path / lost
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    async with Ledger.open(ledger_path) as ledger:
        await ledger.settle()
        answer = await ledger.query("balances", "moyin")
        assert answer.document is not None
        assert answer.document["posted"] == "500.00"


async def test_what_is_no_log_is_said_before_anything_about_views(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "events.db").write_text("hello")
    with pytest.raises(IntegrityError, match="no SQLite database"):
        async with Ledger.open(tmp_path / "bare"):
            pass


async def test_a_view_of_another_ledger_is_not_believed(ledger_path: Path, tmp_path: Path) -> None:
    async with Ledger.open(tmp_path / "other", create=True) as other:
        await play(other, "create moyin", "deposit moyin 9", "deposit moyin 9", "deposit moyin 9")
        await other.settle()
    shutil.copy(tmp_path / "other" / "views" / "balances.db", ledger_path / "views" / "balances.db")
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        answer = await ledger.query("balances", "moyin")
        assert (answer.document, answer.as_of, answer.head) == (None, 0, 4)
        assert (await ledger.status()).views[0].checkpoint == 0


@pytest.mark.parametrize(
    "damage",
    ["UPDATE documents SET body = '{nope'", "DELETE FROM state", "DELETE FROM lease", "DROP TABLE lease"],
)
async def test_a_damaged_view_is_made_anew_by_whoever_lets_it_catch_up(
    ledger_path: Path, damage: str
) -> None:
    change(ledger_path / "views" / "balances.db", damage)
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        await play(ledger, "deposit moyin 1")
        await ledger.catch_up("balances")
        answer = await ledger.query("balances", "moyin")
        assert answer.document is not None
        assert answer.document["posted"] == "501.00"


async def test_an_empty_folder_becomes_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    create_ledger(tmp_path / "empty")
    async with Ledger.open(tmp_path / "empty") as ledger:
        await play(ledger, *STORY)


async def test_a_key_that_is_no_text_is_refused(ledger_path: Path) -> None:
    async with Ledger.open(ledger_path) as ledger:
        for ask in (ledger.query("balances", "\ud800"), ledger.documents("balances", "\ud800")):
            with pytest.raises(InputError, match="valid Unicode"):
                await ask
        with pytest.raises(InputError, match="no wallet"):
            await ledger.replay("\ud800")


def test_a_position_that_is_not_reached_is_said(ledger_path: Path) -> None:
    answered = run("query", ledger_path, "balances", "moyin", "--at-least", "99", "--timeout", "0.1")
    assert answered.status == 0
    assert "500.00" in answered.out
    assert answered.err == "There is no #99 yet, after 0.1 s: balances is at the head, #4.\n"
