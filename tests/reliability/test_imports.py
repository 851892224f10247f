"""Imports killed at any moment: the log has nothing of the file or all of it, and the next import ends it."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.command_line import environment, run
from tests.integration.importing import HISTORY, deposits, events_of, lines_of, written
from tui_ledger.ledger import Ledger, create_ledger

SCRIPT = Path(__file__).with_name("importing.py")


def kill(ledger: Path, file: Path, where: str, count: int) -> None:
    """Import a file in a process that is killed; see the script."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(ledger), str(file), where, str(count)],
        check=False,
        capture_output=True,
        env=environment(),
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


async def head_of(file: Path) -> str:
    """The head of a log that has taken the file in without interruption."""
    async with Ledger.in_memory(run_views=False) as ledger:
        await ledger.import_events(file)
        return str(await ledger.head())


async def file_of(folder: Path, count: int) -> Path:
    """A file with every type of event, and many deposits besides."""
    lines = lines_of(await events_of(*HISTORY, first_id=1 << 20)) + deposits(count, wallets=5)
    marked = [line.replace(b'"time"', b'"recordedat": "2026-01-01T00:00:00Z", "time"') for line in lines[13:]]
    return written(folder / "file", [*lines[:13], *marked])


@pytest.mark.parametrize(
    ("where", "count"),
    [
        pytest.param("check", 700, marks=pytest.mark.slow),
        ("append", 1100),
        pytest.param("remove", 2, marks=pytest.mark.slow),
    ],
)
async def test_an_import_that_was_killed_is_ended_by_the_next_one(
    tmp_path: Path, where: str, count: int
) -> None:
    file = await file_of(tmp_path, 1_187)
    ledger = tmp_path / "ledger"
    create_ledger(ledger)
    kill(ledger, file, where, count)
    applied = 1200 if where == "remove" else 0
    assert run("head", ledger).out.partition(":")[0] == str(applied)
    done = run("import", ledger, file, "--json")
    [said] = done.objects
    assert (said["imported"], said["known"]) == ((0, 1200) if applied else (1200, 0))
    assert run("head", ledger).out.strip() == await head_of(file)
    assert not list((ledger / "derived").glob("*.db*"))


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_an_import_that_is_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    chance = random.Random(0)
    file = await file_of(tmp_path, 2_987)
    expected = await head_of(file)
    for number in range(25):
        ledger = tmp_path / f"ledger-{number}"
        create_ledger(ledger)
        for where, most in (
            ("check", 1000),
            ("commit", 2),
            ("check", 500),
            ("append", 3000),
            ("append", 3000),
        ):
            kill(ledger, file, where, chance.randint(1, most))
            assert run("verify", ledger).out.startswith("ok: 0 events")
        assert (
            run("import", ledger, file).out == "Imported 3,000 events, #1 to #3000; 0 were there already.\n"
        )
        assert run("head", ledger).out.strip() == expected
