"""The terminal in which the benchmarks run the app, and the probe that answers from inside."""

import asyncio
import socket
import time
from pathlib import Path

import pytest

from tui_ledger.bench.port import Setup
from tui_ledger.bench.probe import answer
from tui_ledger.bench.terminal import Probed, ended, probed, terminal
from tui_ledger.errors import LedgerError
from tui_ledger.ledger import Ledger

ECHO = "import os; print(*os.get_terminal_size(), end='! '); print('heard', input())"


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(folder=tmp_path)


async def test_a_program_draws_on_a_terminal_of_that_size_and_hears_what_is_typed(setup: Setup) -> None:
    async with terminal(setup, "-c", ECHO) as screen:
        shown = await screen.seen("120 40!")
        screen.press("a key\n")
        heard = await screen.seen("heard a key")
        assert screen.began < shown <= heard
        assert screen.written > len("120 40! heard a key")


async def test_what_is_never_drawn_is_no_measurement(setup: Setup) -> None:
    async with terminal(setup, "-c", "print('something else')") as screen:
        with pytest.raises(LedgerError, match="'it' did not appear"):
            await screen.seen("it")


async def test_a_program_that_fails_is_no_measurement() -> None:
    with pytest.raises(LedgerError, match="failed, so this is no measurement"):
        await ended("-c", "raise SystemExit(3)")


async def test_a_probe_says_how_far_the_views_are_and_how_long_the_loop_was_held_up() -> None:
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        async with Ledger.in_memory() as ledger, asyncio.TaskGroup() as tasks:
            answering = tasks.create_task(answer(there, lambda: ledger))
            probe = Probed(here)
            before = await probe.read()
            await probe.watch()
            await asyncio.sleep(0.01)
            until = time.thread_time() + 0.03
            while time.thread_time() < until:
                pass
            await asyncio.sleep(0.01)  # so that it is noticed
            after = await probe.read()
            answering.cancel()
    assert (before.head, before.applied, before.pause, before.work) == (0, 0, 0, 0)
    assert after.cpu - before.cpu >= 0.03
    assert after.work >= 0.03
    assert after.pause >= 0.02
    assert after.memory >= before.memory > 1 << 20


async def test_a_program_that_has_ended_answers_no_question(setup: Setup) -> None:
    async with probed(setup, "-c", "pass") as (_, probe):
        with pytest.raises(LedgerError, match="has ended"):
            await probe.caught_up(1)
