"""Workers in processes of their own, killed while they work: every event's effect is there once."""

import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from tests.integration.command_line import PROGRAM, environment, run
from tui_ledger.ledger import Ledger

DEPOSITS = 3000


def worker(ledger: Path) -> subprocess.Popen[bytes]:
    """Start a worker for all views; when this returns, `balances` is held by it, or by another."""
    process = subprocess.Popen(
        [*PROGRAM, "worker", str(ledger)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stdout is not None
    assert any(line.startswith(b"balances") and b"live" in line for line in process.stdout)
    return process


def holder(ledger: Path) -> int:
    """The process that holds the lease of `balances`."""
    with closing(sqlite3.connect(ledger / "views" / "balances.db")) as database:
        (pid,) = database.execute("SELECT pid FROM lease").fetchone()
    return int(pid)


async def test_a_worker_that_is_killed_is_replaced_and_nothing_is_applied_twice(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    run("init", ledger)
    run("exec", ledger, "create moyin")
    workers = [worker(ledger)]
    first = holder(ledger)
    assert first == workers[0].pid
    workers.append(worker(ledger))
    try:
        with subprocess.Popen(
            [*PROGRAM, "exec", str(ledger)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        ) as sender:
            assert sender.stdin is not None
            assert sender.stdout is not None
            sender.stdin.write(b"deposit moyin 1\n" * DEPOSITS)
            sender.stdin.close()
            for number, _ in enumerate(sender.stdout):
                if number == DEPOSITS // 3:
                    os.kill(first, signal.SIGKILL)
        async with Ledger.open(ledger, run_views=False) as reader:
            answer = await reader.query("balances", "moyin", at_least=DEPOSITS + 1, timeout=20)
            await reader.query("statement", "moyin/000001", at_least=DEPOSITS + 1, timeout=20)
            assert answer.document is not None
            assert (answer.as_of, answer.document["posted"]) == (DEPOSITS + 1, f"{DEPOSITS}.00")
            assert holder(ledger) == workers[1].pid
            assert (await reader.verify()).ok
    finally:
        for process in workers:
            process.kill()
            process.communicate()
