"""Several processes append to one log, and die at any moment: what was acknowledged is there."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import tui_ledger
from tui_ledger.event_store.audit import audited
from tui_ledger.event_store.port import Append, StoredEvent
from tui_ledger.event_store.sqlite import open_store

NewAppend = Callable[..., Append]
Process = subprocess.Popen[str]

SCRIPT = Path(__file__).with_name("appending.py")


def start(log: Path, caller: str, count: int) -> Process:
    """Start a process that appends; see the script."""
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(log), caller, str(count)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(tui_ledger.__file__).parents[1])},
    )


def acknowledged(lines: list[str]) -> dict[str, int]:
    """Positions by event id, of the whole lines among `lines`."""
    said = [line.split() for line in lines if line.endswith("\n")]
    return {event_id: int(position) for position, event_id in said}


async def check(log: Path, said: dict[str, int]) -> list[StoredEvent]:
    """The log is sound, and everything that was acknowledged is where it was said to be."""
    async with open_store(log) as store:
        events = [event async for event in audited(store)]
    stored = {event.id: event.position for event in events}
    assert len(stored) == len(events)
    assert {event_id: stored.get(event_id) for event_id in said} == said
    return events


def check_order(events: list[StoredEvent]) -> None:
    """What each caller has appended is in the order of its calls."""
    for caller in {event.id.partition("-")[0] for event in events}:
        numbers = [int(event.id.partition("-")[2]) for event in events if event.id.startswith(f"{caller}-")]
        assert numbers == sorted(numbers)


async def test_processes_that_append_at_once_lose_nothing_and_keep_their_order(log: Path) -> None:
    processes = [start(log, caller, 400) for caller in ("one", "two", "three")]
    said: dict[str, int] = {}
    for process in processes:
        out, _ = process.communicate(timeout=50)
        assert process.returncode == 0
        said |= acknowledged(out.splitlines(keepends=True))
    events = await check(log, said)
    assert len(said) == len(events) == 1200
    check_order(events)


async def kill_while_appending(log: Path, dice: random.Random, new_append: NewAppend) -> None:
    """Let two processes append, kill one or both in the middle of it, and check what is left."""
    callers = [f"p{dice.getrandbits(40):x}" for _ in range(2)]
    processes = [start(log, caller, 0) for caller in callers]
    lines: list[str] = []
    for process in processes:
        assert process.stdout is not None
        lines += [process.stdout.readline() for _ in range(dice.randint(1, 150))]
    for process in processes:
        process.send_signal(signal.SIGKILL)
        if dice.random() < 0.5:
            assert process.wait() == -signal.SIGKILL
    for process in processes:
        with process:
            assert process.stdout is not None
            lines += process.stdout.readlines()
    said = acknowledged(lines)
    events = await check(log, said)
    check_order([event for event in events if event.id.partition("-")[0] in callers])
    async with open_store(log) as store:
        assert (await store.append(new_append())).first == len(events) + 1


@pytest.mark.parametrize("seed", range(3))
async def test_after_kill_9_everything_acknowledged_is_there_and_the_log_goes_on(
    seed: int, log: Path, new_append: NewAppend
) -> None:
    dice = random.Random(seed)
    await kill_while_appending(log, dice, new_append)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_log_survives_a_hundred_kills(log: Path, new_append: NewAppend) -> None:
    dice = random.Random(2026)
    for _ in range(100):
        await kill_while_appending(log, dice, new_append)
