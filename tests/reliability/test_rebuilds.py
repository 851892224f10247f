"""Rebuilds in processes that are killed: readers always have what was there before, and lose nothing."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.integration.command_line import PROGRAM, environment, run
from tests.reliability.test_workers import holder, worker
from tui_ledger.ledger import Ledger


async def made(tmp_path: Path, deposits: int) -> Path:
    """A ledger whose views have taken in so many deposits of 1.00."""
    path = tmp_path / "ledger"
    run("init", path)
    run("exec", path, "create moyin", *["deposit moyin 1"] * deposits)
    run("worker", path, "--once")
    return path


@pytest.mark.slow
async def test_a_rebuild_that_is_killed_leaves_what_was_there_and_goes_on_later(tmp_path: Path) -> None:
    ledger = await made(tmp_path, 50)
    process = worker(ledger)
    try:
        run("view", "pause", ledger, "balances")
        run("view", "rebuild", ledger, "balances")
        run("view", "step", ledger, "balances")
        os.kill(holder(ledger), signal.SIGKILL)
        [answer] = run("query", ledger, "balances", "moyin", "--json").objects
        assert (answer["as_of"], answer["document"]["posted"]) == (51, "50.00")
        process.communicate()
        process = worker_of_paused(ledger)
        run("view", "resume", ledger, "balances")
        assert run("view", "rebuild", ledger, "balances").out == "balances  live  #51\n"
        assert run("verify", ledger).status == 0
    finally:
        process.kill()
        process.communicate()


def worker_of_paused(ledger: Path) -> subprocess.Popen[bytes]:
    """Start a worker; when this returns, it holds `balances`, which is paused."""
    process = subprocess.Popen(
        [*PROGRAM, "worker", str(ledger)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    while holder_or_none(ledger) != process.pid:
        time.sleep(0.01)
    return process


def holder_or_none(ledger: Path) -> int | None:
    try:
        return holder(ledger)
    except TypeError:  # nobody
        return None


@pytest.mark.slow
async def test_whenever_rebuilds_are_killed_readers_are_served_all_the_time(tmp_path: Path) -> None:
    ledger = await made(tmp_path, 3000)
    dice = random.Random(7)
    async with Ledger.open(ledger, run_views=False) as reader:
        for _ in range(40):
            with subprocess.Popen(
                [*PROGRAM, "view", "rebuild", str(ledger)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(),
            ) as rebuilding:
                deadline = time.monotonic() + 0.3 + dice.random()
                while time.monotonic() < deadline and rebuilding.poll() is None:
                    answer = await reader.query("balances", "moyin")
                    assert answer.document is not None
                    assert (answer.as_of, answer.document["posted"]) == (3001, "3000.00")
                    assert len(await reader.documents("statement", "moyin")) == 3001
                rebuilding.kill()
        assert run("view", "rebuild", ledger).status == 0
        assert (await reader.verify()).ok
