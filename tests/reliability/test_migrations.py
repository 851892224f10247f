"""A process is killed while it migrates a log: what is left is the old log or the new one, whole."""

import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command_line import environment
from tests.integration.format_1 import contents, create_format_1, fill, rows
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.event_store.sqlite_file import create_log

SCRIPT = Path(__file__).with_name("migrating.py")


def migrate(log: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Have a process migrate `log`; see the script."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(log), *arguments],
        capture_output=True,
        check=False,
        env=environment(),
    )


async def make_old(path: Path, count: int) -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
    """Make a log of format 1 with `count` events; returns its rows and what kind of file it is."""
    create_format_1(path)
    await fill(path, count)
    return rows(path), contents(path)


@pytest.mark.parametrize("statement", ["BEGIN", "CREATE INDEX", "PRAGMA user_version = 2", "COMMIT"])
async def test_after_kill_9_at_any_step_the_old_log_is_there_and_is_migrated_the_next_time(
    statement: str, tmp_path: Path, log: Path
) -> None:
    path = tmp_path / "old.db"
    before, kind = await make_old(path, 50)
    assert migrate(path, statement).returncode == -signal.SIGKILL
    assert rows(path) == before
    assert contents(path) == kind
    async with open_store(path):
        assert contents(path) == contents(log)
    assert rows(path) == before


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_log_survives_a_hundred_kills_while_it_is_migrated(tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    before, kind = await make_old(old, 2000)
    create_log(new)
    shutil.copy(old, tmp_path / "whole.db")
    instructions = int(migrate(tmp_path / "whole.db").stdout)
    dice = random.Random(2026)
    for number in range(100):
        path = tmp_path / f"{number}.db"
        shutil.copy(old, path)
        moment = dice.randint(1, instructions)
        assert migrate(path, str(moment)).returncode == -signal.SIGKILL, moment
        assert rows(path) == before
        assert contents(path) in (kind, contents(new))
        async with open_store(path):
            assert contents(path) == contents(new)
        assert rows(path) == before
