"""`verify`: whether a whole ledger holds together, and the first place where it does not."""

import sqlite3
from pathlib import Path

import pytest

from tests.integration.playing import STORY, play
from tui_ledger.errors import InputError
from tui_ledger.ledger import Ledger


def tamper(file: Path, *statements: str) -> None:
    """What someone does who may write the file, and who knows SQL."""
    connection = sqlite3.connect(file, isolation_level=None)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


async def test_an_untouched_ledger_is_right(ledger_path: Path) -> None:
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        found = await ledger.verify()
        assert (found.ok, found.events, found.head) == (True, 4, str(await ledger.head()))
        assert (await ledger.verify(anchor=found.head)).ok


@pytest.mark.parametrize(
    ("statement", "first_bad"),
    [
        ("UPDATE events SET data = replace(data, '100000', '900000') WHERE position = 2", 2),
        ("UPDATE events SET occurred_at = '2001-01-01T00:00:00.000000Z' WHERE position = 3", 3),
        ("DELETE FROM events WHERE position = 3", 3),
        ("UPDATE events SET version = 7 WHERE position = 4", 4),
        ("UPDATE events SET prev = 1 WHERE position = 4", 4),
    ],
)
async def test_the_first_bad_position_is_named(ledger_path: Path, statement: str, first_bad: int) -> None:
    tamper(
        ledger_path / "events.db",
        statement if "prev" not in statement else "DROP INDEX events_prev",
        statement,
    )
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        found = await ledger.verify()
    assert (found.ok, found.first_bad) == (False, first_bad)
    assert found.reason


async def test_a_cut_off_end_shows_only_against_an_anchor(ledger_path: Path) -> None:
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        anchor = str(await ledger.head())
    tamper(ledger_path / "events.db", "DELETE FROM events WHERE position = 4")
    for view in (ledger_path / "views").glob("*.db"):
        view.unlink()
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        assert (await ledger.verify()).ok
        found = await ledger.verify(anchor=anchor)
    assert (found.ok, found.first_bad) == (False, 4)


async def test_a_view_that_says_something_else_than_the_events_is_found(ledger_path: Path) -> None:
    file = ledger_path / "views" / "balances.db"
    tamper(file, "UPDATE documents SET body = replace(body, '500.00', '900.00')")
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        found = await ledger.verify()
    assert not found.ok
    assert found.reason is not None
    assert "balances" in found.reason


async def test_a_view_that_is_behind_is_no_failure(tmp_path: Path) -> None:
    async with Ledger.open(tmp_path / "ledger", create=True, run_views=False) as ledger:
        await play(ledger, *STORY)
        assert (await ledger.verify()).ok


@pytest.mark.parametrize("anchor", ["", "4", "4:abc", "x:" + "0" * 64, "4:" + "g" * 64])
async def test_what_is_no_anchor_is_said(tmp_path: Path, anchor: str) -> None:
    async with Ledger.open(tmp_path / "ledger", create=True, run_views=False) as ledger:
        with pytest.raises(InputError, match="An anchor looks like"):
            await ledger.verify(anchor=anchor or " ")
