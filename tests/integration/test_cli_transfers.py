"""Transfers on the command line: `exec` settles what it sends, and a worker what others have left."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from tests.integration.command_line import run, start
from tests.integration.transferring import WAY, WAY_BACK, Bank
from tui_ledger.cli.execution import IN_FLIGHT, Execution
from tui_ledger.cli.lines import Line
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.command_language import parse
from tui_ledger.domain.commands import Command
from tui_ledger.domain.events import TransferSent
from tui_ledger.errors import LockedError
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.testing import VirtualClock
from tui_ledger.testing.clock import breathe

START = ("create ann", "create bob", "create cy", "deposit ann 1000", "deposit bob 1000", "deposit cy 1000")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger"
    create_ledger(path)
    return path


def transfers(ledger: Path) -> dict[str, tuple[str, ...]]:
    """The events of each transfer in the log."""
    ways: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for event in run("events", ledger, "--json").objects:
        if "transfer" in event["data"]:
            ways[event["data"]["transfer"]] += (event["type"],)
    return ways


# As a process


def test_what_was_sent_has_ended_when_exec_exits(ledger: Path) -> None:
    done = run("exec", ledger, *START, "send ann bob 10 id=t1", "send ann nobody 10 id=t2")
    assert (done.status, done.err) == (0, "")
    assert transfers(ledger) == {"t1": WAY, "t2": WAY_BACK}
    assert run("verify", ledger).status == 0


async def test_a_transfer_that_was_left_on_its_way_ends_when_its_line_is_sent_again(ledger: Path) -> None:
    run("exec", ledger, *START)
    async with Ledger.open(ledger, run_views=False) as opened:
        await opened.execute(parse("send ann bob 10 id=t1"))
    again = run("exec", ledger, "send ann bob 10 id=t1", "--json")
    assert again.objects[0]["duplicate"] is True
    assert transfers(ledger) == {"t1": WAY}


def test_a_line_about_either_wallet_finds_the_transfer_ended(ledger: Path) -> None:
    lines = ["create ann", "create bob", "deposit ann 5"]
    for _ in range(50):  # each line needs the one before it
        lines += ["send ann bob 5", "send bob ann 5", "withdraw ann 5", "deposit ann 5"]
    lines += ["send ann bob 5", "withdraw bob 5", "close ann", "close bob"]

    done = run("exec", ledger, "--json", stdin="\n".join(lines))

    assert done.status == 0, [receipt for receipt in done.objects if not receipt["accepted"]]
    assert [receipt["line"] for receipt in done.objects] == list(range(1, len(lines) + 1))
    assert set(transfers(ledger).values()) == {WAY}


def test_more_transfers_than_may_be_in_flight_all_end(ledger: Path) -> None:
    lines = [f"create w{number}" for number in range(2 * IN_FLIGHT)]
    lines += [f"deposit w{number} 1" for number in range(2 * IN_FLIGHT)]
    lines += [f"send w{number} w{(number + 1) % (2 * IN_FLIGHT)} 1" for number in range(2 * IN_FLIGHT)]

    done = run("exec", ledger, stdin="\n".join(lines))

    assert done.status == 0
    assert list(transfers(ledger).values()) == [WAY] * 2 * IN_FLIGHT


def test_an_id_that_the_process_itself_uses_cannot_be_taken(ledger: Path) -> None:
    run("exec", ledger, *START, "send ann bob 1 id=t1")
    sent = next(event for event in run("events", ledger, "--json").objects if event["type"] == WAY[0])
    for step in ("transfer", "settle"):
        done = run("exec", ledger, f"deposit bob 1 id={sent['id']}:{step}", "--json")
        assert (done.status, done.objects[0]["code"]) == (3, "bad_id")
        assert "kept for what the program itself does" in done.objects[0]["message"]


def test_a_worker_sees_to_what_was_left_on_its_way(ledger: Path) -> None:
    run("exec", ledger, *START)

    async def send() -> None:
        async with Ledger.open(ledger, run_views=False) as opened:
            await opened.execute(parse("send ann bob 10 id=t1"))

    asyncio.run(send())
    run("worker", ledger, "balances", "--once")
    assert transfers(ledger) == {"t1": ("TransferSent",)}
    done = run("worker", ledger, "--once")
    assert (done.status, done.err) == (0, "")
    assert transfers(ledger) == {"t1": WAY}
    assert run("status", ledger, "--json").objects[0]["views"][0]["lag"] == 0


async def test_a_worker_says_which_transfer_cannot_end_and_why(ledger: Path) -> None:
    async with open_store(ledger / "events.db") as store:
        bank = Bank(store, VirtualClock())
        await bank.do("create ann", "deposit ann 5")
        await bank.record(TransferSent("ann", "t1", "bob", 5, "USD", ""), stream="wallet/bob")
    complaint = "The transfer of event #3 cannot end: it is about ann, and stands in wallet/bob."
    done = run("worker", ledger, "--once")
    assert (done.status, done.err) == (5, f"{complaint}\n")
    with start("worker", ledger) as program:
        assert program.stderr is not None
        assert program.stderr.readline().decode() == f"Transfers do not get on: {complaint}\n"
        program.terminate()


# With a ledger whose transfers end when the test says so


class Slow(Ledger):
    """A ledger whose transfers wait for the test.

    Attributes:
        asked: What was executed, in order.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.on_their_way: dict[str, asyncio.Future[None]] = {}

    async def execute(self, command: Command) -> Receipt:
        self.asked.append(str(command.id))
        position = len(self.asked)
        return Receipt(
            command=command.verb,
            wallet=command.wallet,
            command_id=str(command.id),
            accepted=True,
            first=position,
            last=position,
            version=1,
        )

    async def complete_transfer(self, sent: Receipt) -> None:
        ended = self.on_their_way[sent.command_id] = asyncio.get_running_loop().create_future()
        await ended


async def given(*lines: str) -> AsyncIterator[Line]:
    """Lines as they come."""
    for number, line in enumerate(lines, 1):
        yield number, line


LINES = (
    "send ann bob 1 id=t1",
    "deposit bob 1 id=b",
    "deposit ann 1 id=a",
    "deposit cy 1 id=c",
    "send cy bob 1 id=t2",
)


async def test_lines_on_other_wallets_do_not_wait(capsys: pytest.CaptureFixture[str]) -> None:
    ledger = Slow()
    running = asyncio.create_task(Execution(ledger, as_json=False).run(given(*LINES)))
    await breathe()
    assert ledger.asked == ["t1", "c"]
    assert capsys.readouterr().out == "line 1  accepted  send ann  #1, version 1\n", (
        "before the transfer ended"
    )
    ledger.on_their_way["t1"].set_result(None)
    await breathe()
    assert ledger.asked == ["t1", "c", "b", "a", "t2"]
    assert not running.done(), "the second transfer is on its way"
    ledger.on_their_way["t2"].set_result(None)
    assert await running == 0
    assert [line[:6] for line in capsys.readouterr().out.splitlines()] == [f"line {n}" for n in (2, 3, 4, 5)]


async def test_a_signal_leaves_transfers_on_their_way_and_what_waits_for_them_undone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ledger = Slow()
    running = asyncio.create_task(Execution(ledger, as_json=False).run(given(*LINES)))
    await breathe()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ledger.asked == ["t1", "c"]
    assert [line[:6] for line in capsys.readouterr().out.splitlines()] == ["line 1", "line 4"]


async def test_a_transfer_that_fails_is_the_error_of_the_run_and_others_end_first() -> None:
    ledger = Slow()
    lines = ("send ann bob 1 id=t1", "send cy dan 1 id=t2", "deposit bob 1 id=b")
    running = asyncio.create_task(Execution(ledger, as_json=False).run(given(*lines)))
    await breathe()
    ledger.on_their_way["t1"].set_exception(LockedError("held for too long"))
    await breathe()
    assert not running.done()
    ledger.on_their_way["t2"].set_result(None)
    with pytest.raises(LockedError):
        await running
    assert ledger.asked == ["t1", "t2"]


async def test_no_more_lines_are_read_while_as_many_transfers_are_on_their_way_as_may_be() -> None:
    ledger = Slow()
    lines = [f"send s{number} r{number} 1 id=t{number}" for number in range(IN_FLIGHT + 5)]
    running = asyncio.create_task(Execution(ledger, as_json=False).run(given(*lines)))
    await breathe(500)
    assert len(ledger.on_their_way) == IN_FLIGHT
    ledger.on_their_way["t0"].set_result(None)
    await breathe()
    assert len(ledger.on_their_way) == IN_FLIGHT + 1
    for transfer in list(ledger.on_their_way.values())[1:]:
        transfer.set_result(None)
    await breathe()
    for transfer in list(ledger.on_their_way.values())[IN_FLIGHT + 1 :]:
        transfer.set_result(None)
    assert await running == 0


class SlowLedger:
    """A ledger in which a command takes until the test says so; everything is refused in the end."""

    def __init__(self, *slow: str) -> None:
        self.asked: list[str] = []
        self.gates = {verb: asyncio.Event() for verb in slow}

    async def execute(self, command: Command) -> Receipt:
        self.asked.append(command.verb)
        if command.verb in self.gates:
            await self.gates[command.verb].wait()
        return Receipt(
            command=command.verb, wallet=command.wallet, command_id="any", accepted=False, code="no"
        )

    def executing(self, *commands: str) -> asyncio.Task[int]:
        """Begin to execute these lines."""

        async def lines() -> AsyncIterator[Line]:
            for line in enumerate(commands, 1):
                yield line

        return asyncio.create_task(Execution(cast(Ledger, self), as_json=True).run(lines()))


async def test_what_is_sent_comes_after_what_the_lines_before_do_with_the_other_wallet() -> None:
    ledger = SlowLedger("create")
    running = ledger.executing("create bob", "deposit cy 1", "send ann bob 2")
    await breathe()
    assert ledger.asked == ["create", "deposit"]
    ledger.gates["create"].set()
    assert await running == 3
    assert ledger.asked == ["create", "deposit", "send"]


async def test_it_does_so_too_where_they_had_to_wait_themselves() -> None:
    ledger = SlowLedger("send", "deposit")
    running = ledger.executing("send ann bob 1", "deposit bob 1", "send cy bob 2")
    await breathe()
    assert ledger.asked == ["send"]
    ledger.gates["send"].set()
    await breathe()
    assert ledger.asked == ["send", "deposit"]
    ledger.gates["deposit"].set()
    assert await running == 3
    assert ledger.asked == ["send", "deposit", "send"]
