"""`exec`: commands in, receipts out, a hundred of them in flight."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from tui_ledger.cli.lines import BadLine, Line, lines_of_standard_input
from tui_ledger.cli.output import complain, flush_output, say, say_json
from tui_ledger.cli.wallet_queues import Place, WalletQueues
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.command_language import CommandSyntaxError, parse
from tui_ledger.domain.commands import SendMoney
from tui_ledger.errors import ConflictError, InputError
from tui_ledger.ledger import Ledger

IN_FLIGHT: Final = 100
"""How many commands may be under way at once."""

CONFLICTS: Final = frozenset({"conflict", "command_id_reused"})
"""The codes of a refusal that came from somebody else having been faster."""

_Receipt = dict[str, Any]  # as `--json` prints it


async def execute(path: Path, commands: Sequence[str], *, as_json: bool) -> int:
    """Execute `commands`, or the lines of standard input where there are none, and see to what they send.

    Returns:
        The exit status: 4 if there was any conflict, else 3 if any rejection or bad line, else 0.
    """
    if not commands and sys.stdin is not None and sys.stdin.isatty():
        complain("One command a line, such as: create moyin. Ctrl-D ends.")
    lines = _given(commands) if commands else lines_of_standard_input()
    async with Ledger.open(path, run_views=False, views=()) as ledger:
        return await Execution(ledger, as_json=as_json).run(lines)


async def _given(commands: Sequence[str]) -> AsyncIterator[Line]:
    for number, command in enumerate(commands, 1):
        yield number, command


class _Answer(NamedTuple):
    """What came of a line: a receipt, or none where it was not executed; and the transfer that it began."""

    receipt: _Receipt | None
    transfer: asyncio.Task[None] | None = None


class Execution:
    """One run of `exec`: a reader starts a task for each command, a printer waits for each in turn.

    The tasks start in the order of their lines, and the ledger decides the commands of one wallet in the
    order in which they reach it. A transfer touches two wallets: what comes later on either of them waits
    until it has ended.
    """

    def __init__(self, ledger: Ledger, *, as_json: bool) -> None:
        self._ledger = ledger
        self._as_json = as_json
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._started: asyncio.Queue[asyncio.Task[_Answer] | None] = asyncio.Queue()
        self._queues = WalletQueues()
        self._running: dict[str, asyncio.Task[Any] | None] = {}  # the last on each wallet, if it runs
        self._transfers: set[asyncio.Task[None]] = set()
        self._interrupted = False
        self._reader: asyncio.Task[None]
        self._failure: Exception | None = None
        self._status = 0

    async def run(self, lines: AsyncIterator[Line]) -> int:
        self._reader = asyncio.create_task(self._execute_all(lines))
        printer = asyncio.create_task(self._print_all())
        try:
            await self._reader
        except asyncio.CancelledError:
            if self._failure is None:
                self._leave_transfers()
                raise
        finally:
            # Also when a signal ends it: what is under way will be stored, and so gets its receipt.
            self._started.put_nowait(None)
            await printer
            if self._transfers:
                await asyncio.wait(self._transfers)
        if self._failure is not None:
            raise self._failure
        return self._status

    async def _execute_all(self, lines: AsyncIterator[Line]) -> None:
        async for number, line in lines:
            await self._room.acquire()
            self._started.put_nowait(asyncio.create_task(self._execute(number, line)))
        for _ in range(IN_FLIGHT):  # nobody has any of it once the last of them is done
            await self._room.acquire()

    async def _print_all(self) -> None:
        while (task := await self._next()) is not None:
            transfer = None
            try:
                receipt, transfer = await task
                if receipt is not None:
                    self._print(receipt)
            except Exception as error:
                self._fail(error)
            if transfer is None or transfer.done():
                self._room.release()
            else:
                transfer.add_done_callback(lambda _: self._room.release())

    async def _next(self) -> asyncio.Task[_Answer] | None:
        """The next task. What was printed is flushed before anything is waited for, and not before that."""
        if self._started.empty():
            self._flush()
        task = await self._started.get()
        if task is None or not task.done():
            self._flush()
        return task

    def _flush(self) -> None:
        try:
            flush_output()
        except OSError as error:  # nobody reads on
            self._fail(error)

    async def _execute(self, number: int, line: str | BadLine) -> _Answer:
        if isinstance(line, BadLine):
            return _Answer(_refused(number, None, None, line.code, str(line)))
        try:
            command = parse(line)
        except CommandSyntaxError as error:
            return _Answer(_refused(number, error.verb, error.wallet, error.code, str(error)))
        if isinstance(command, SendMoney):
            return await self._send(number, command)
        if command.wallet in self._queues:
            place = self._queues.line_up(command.wallet)
            go_on = await place.reached()
            place.leave(go_on=go_on)
            if not go_on:
                return _Answer(None)
        task = self._running[command.wallet] = asyncio.current_task()
        try:
            return _Answer(_answered(number, await self._ledger.execute(command)))
        finally:
            if self._running.get(command.wallet) is task:
                del self._running[command.wallet]

    async def _send(self, number: int, command: SendMoney) -> _Answer:
        place = self._queues.line_up(command.wallet, command.to)
        if not await place.reached():
            place.leave(go_on=False)
            return _Answer(None)
        try:
            earlier = self._running.get(command.to)  # of which the ledger knows no order with this one
            if earlier is not None:
                await asyncio.wait({earlier})
            receipt = await self._ledger.execute(command)
        except BaseException:
            place.leave(go_on=False)  # it may have been sent
            raise
        if not receipt.accepted or self._interrupted:
            place.leave(go_on=not receipt.accepted)
            return _Answer(_answered(number, receipt))
        transfer = asyncio.create_task(self._ledger.complete_transfer(receipt))
        self._transfers.add(transfer)
        transfer.add_done_callback(partial(self._ended, place))
        return _Answer(_answered(number, receipt), transfer)

    def _ended(self, place: Place, transfer: asyncio.Task[None]) -> None:
        self._transfers.discard(transfer)
        error = None if transfer.cancelled() else transfer.exception()
        place.leave(go_on=not transfer.cancelled() and error is None)
        if isinstance(error, Exception):
            self._fail(error)

    def _leave_transfers(self) -> None:
        """Leave what was sent on its way: the next transfer manager sees to it."""
        self._interrupted = True
        for transfer in self._transfers:
            transfer.cancel()

    def _fail(self, error: Exception) -> None:
        """Read no further; `run` raises `error` once all others have their receipts."""
        self._failure = self._failure or error
        self._reader.cancel()

    def _print(self, receipt: _Receipt) -> None:
        if not receipt["accepted"]:
            error = ConflictError if receipt["code"] in CONFLICTS else InputError
            self._status = max(self._status, error.exit_status)
        if self._as_json:
            say_json(receipt, flush=False)
        else:
            say(_sentence(receipt), flush=False)


def _answered(line: int, receipt: Receipt) -> _Receipt:
    if not receipt.accepted:
        return _refused(line, receipt.command, receipt.wallet, receipt.code, receipt.message)
    return {
        "line": line,
        "command": receipt.command,
        "wallet": receipt.wallet,
        "accepted": True,
        "first": receipt.first,
        "last": receipt.last,
        "version": receipt.version,
        "attempts": receipt.attempts,
        "duplicate": receipt.duplicate,
    }


def _refused(
    line: int, verb: str | None, wallet: str | None, code: str | None, message: str | None
) -> _Receipt:
    return {
        "line": line,
        "command": verb,
        "wallet": wallet,
        "accepted": False,
        "code": code,
        "message": message,
    }


def _sentence(receipt: _Receipt) -> str:
    """A receipt for a person: `line 2  accepted  deposit moyin  #2, version 2`."""
    what = " ".join(receipt[name] for name in ("command", "wallet") if receipt[name])
    if not receipt["accepted"]:
        subject = f"{what}: " if what else ""
        return f"line {receipt['line']}  refused   {subject}{receipt['message']}"
    first, last = receipt["first"], receipt["last"]
    where = f"#{first}" if first == last else f"#{first} to #{last}"
    again = ", done before" if receipt["duplicate"] else ""
    return f"line {receipt['line']}  accepted  {what}  {where}, version {receipt['version']}{again}"
