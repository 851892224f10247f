"""Processes that make keyframes at once, and die meanwhile: the next one answers all the same."""

import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from tests.integration.command_line import PROGRAM, environment, run
from tui_ledger.bench.everyday import everyday
from tui_ledger.bench.history import fill, wallet_names
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ledger import create_ledger
from tui_ledger.ledger_folder import LedgerFolder

EVENTS = 3000


def ask(ledger: Path) -> subprocess.Popen[bytes]:
    """Start a process that makes the keyframes of `books`."""
    command = [*PROGRAM, "query", str(ledger), "books", "USD", "--as-of", str(EVENTS - 1), "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())


def made(ledger: Path) -> int:
    """How many keyframes there are."""
    file = ledger / "derived" / "keyframes-books.db"
    if not file.exists():
        return 0
    with closing(sqlite3.connect(file)) as database:
        (count,) = database.execute("SELECT count(*) FROM keyframes").fetchone()
    return int(count)


async def test_who_makes_keyframes_may_be_killed_and_others_go_on(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    create_ledger(ledger)
    async with open_store(LedgerFolder(ledger).log) as store:
        await fill(store, everyday(wallet_names(20), EVENTS))
    processes = [ask(ledger) for _ in range(2)]
    while made(ledger) == 0:
        assert processes[0].poll() is None
    os.kill(processes[0].pid, signal.SIGKILL)
    answers = [process.communicate(timeout=30) for process in processes]
    again = run("query", ledger, "books", "USD", "--as-of", str(EVENTS - 1), "--json")
    for file in (ledger / "derived").iterdir():
        file.unlink()
    alone = run("query", ledger, "books", "USD", "--as-of", str(EVENTS - 1), "--json")

    assert [process.returncode for process in processes] == [-signal.SIGKILL, 0]
    assert answers[1] == (again.out.encode(), b"")
    assert (again.out, made(ledger)) == (alone.out, 2)
    assert len(alone.objects) > 20
