"""Processes that send money between the same few wallets, at once or until they are killed."""

import json
import random
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.integration.command_line import PROGRAM, Result, environment, run
from tests.integration.transferring import WAY, WAY_BACK
from tui_ledger.domain.wallet import OpenWallet
from tui_ledger.ledger import Ledger

WALLETS = ("ann", "bob", "cy")
EACH = 1000
"""What each wallet begins with, in major units."""

Process = subprocess.Popen[bytes]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """A ledger with a few wallets."""
    path = tmp_path / "ledger"
    run("init", path)
    done = run(
        "exec", path, *(f"create {one}" for one in WALLETS), *(f"deposit {one} {EACH}" for one in WALLETS)
    )
    assert done.status == 0
    return path


def sending(ledger: Path, caller: int, count: int) -> Process:
    """Start a process that sends money, now and then to nobody; it has its commands, and reads on."""
    dice = random.Random(caller)
    lines = []
    for number in range(count):
        sender, receiver = dice.sample([*WALLETS, "nobody"], 2)
        if sender == "nobody":
            sender, receiver = receiver, sender
        lines.append(f"send {sender} {receiver} 1 id=p{caller}-{number}\n")
    process = subprocess.Popen(
        [*PROGRAM, "exec", str(ledger), "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdin is not None
    process.stdin.write("".join(lines).encode())
    process.stdin.flush()
    return process


async def check(ledger: Path, acknowledged: set[str]) -> None:
    """Nothing is in flight, every transfer went one way, every receipt is true, and no money is lost."""
    ways: dict[str, tuple[str, ...]] = defaultdict(tuple)
    async with Ledger.open(ledger, run_views=False) as opened:
        async for event in opened.events(follow=False):
            if event.type.startswith("Transfer"):
                ways[str(event.correlation_id)] += (event.type,)
        states = await opened.truth(WALLETS)
        found = await opened.verify()
    assert found.ok, found.reason
    assert set(ways.values()) <= {WAY, WAY_BACK}
    assert acknowledged <= ways.keys()
    available = Counter[str]()
    for wallet, state in states.items():
        assert isinstance(state, OpenWallet)
        assert state.pending == 0
        available[wallet] = state.available
    assert available.total() == EACH * len(WALLETS) * 100


def ended(process: Process, timeout: float) -> Result:
    """What a process that was not killed has printed."""
    out, err = process.communicate(timeout=timeout)
    return Result(process.returncode, out.decode(), err.decode())


async def at_once(ledger: Path, processes: int, count: int) -> None:
    """Let processes send money at once, beside a worker that manages transfers too."""
    worker = subprocess.Popen(
        [*PROGRAM, "worker", str(ledger)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    try:
        running = [sending(ledger, caller, count) for caller in range(processes)]
        results = [ended(process, 500) for process in running]
    finally:
        worker.terminate()
        _, complaints = worker.communicate(timeout=30)
    assert complaints == b""
    receipts = [receipt for result in results for receipt in result.objects]
    assert [result.err for result in results] == [""] * processes
    assert len(receipts) == processes * count
    assert {receipt.get("code") for receipt in receipts} <= {None, "conflict"}
    accepted = {
        f"p{caller}-{receipt['line'] - 1}"
        for caller, result in enumerate(results)
        for receipt in result.objects
        if receipt["accepted"]
    }
    await check(ledger, accepted)


async def test_processes_that_send_at_once_lose_nothing(ledger: Path) -> None:
    await at_once(ledger, 3, 20)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_ten_processes_that_send_between_the_same_wallets_lose_nothing(ledger: Path) -> None:
    await at_once(ledger, 10, 100)


async def kill_while_sending(ledger: Path, dice: random.Random) -> set[str]:
    """Let two processes send, kill them in the middle of it; the ids of the commands with a receipt."""
    callers = [dice.randrange(10**9) for _ in range(2)]
    processes = [sending(ledger, caller, 200) for caller in callers]
    acknowledged = set()
    for caller, process in zip(callers, processes, strict=True):
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(dice.randint(1, 30))]
        process.kill()
        with process:
            lines += process.stdout.readlines()
        receipts = [json.loads(line) for line in lines if line.endswith(b"\n")]
        acknowledged |= {f"p{caller}-{receipt['line'] - 1}" for receipt in receipts if receipt["accepted"]}
    return acknowledged


async def test_what_killed_processes_left_on_its_way_is_seen_to_its_end(ledger: Path) -> None:
    acknowledged = await kill_while_sending(ledger, random.Random(3))
    done = run("worker", ledger, "--once")
    assert (done.status, done.err) == (0, "")
    await check(ledger, acknowledged)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_thirty_kills_leave_nothing_on_its_way(ledger: Path) -> None:
    dice = random.Random(2026)
    acknowledged: set[str] = set()
    for _ in range(30):
        acknowledged |= await kill_while_sending(ledger, dice)
        if dice.random() < 0.5:
            run("worker", ledger, "--once")
        if dice.random() < 0.3:
            (ledger / "derived" / "transfers.json").unlink(missing_ok=True)
    run("worker", ledger, "--once")
    await check(ledger, acknowledged)
