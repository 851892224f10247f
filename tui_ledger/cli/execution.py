"""`exec`: commands in, receipts out, a hundred of them in flight."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

from tui_ledger.cli.lines import BadLine, Line, lines_of_standard_input
from tui_ledger.cli.output import complain, say, say_json
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.command_language import CommandSyntaxError, parse
from tui_ledger.errors import ConflictError, InputError
from tui_ledger.ledger import Ledger

IN_FLIGHT: Final = 100
"""How many commands may be under way at once."""

CONFLICTS: Final = frozenset({"conflict", "command_id_reused"})
"""The codes of a refusal that came from somebody else having been faster."""

_Receipt = dict[str, Any]  # as `--json` prints it


async def execute(path: Path, commands: Sequence[str], *, as_json: bool) -> int:
    """Execute `commands`, or the lines of standard input where there are none.

    Returns:
        The exit status: 4 if there was any conflict, else 3 if any rejection or bad line, else 0.
    """
    if not commands and sys.stdin is not None and sys.stdin.isatty():
        complain("One command a line, such as: create moyin. Ctrl-D ends.")
    lines = _given(commands) if commands else lines_of_standard_input()
    async with Ledger.open(path, run_views=False) as ledger:
        return await _Execution(ledger, as_json=as_json).run(lines)


async def _given(commands: Sequence[str]) -> AsyncIterator[Line]:
    for number, command in enumerate(commands, 1):
        yield number, command


class _Execution:
    """One run of `exec`: a reader starts a task for each command, a printer waits for each in turn.

    The tasks start in the order of their lines, and the ledger decides the commands of one wallet in the
    order in which they reach it.
    """

    def __init__(self, ledger: Ledger, *, as_json: bool) -> None:
        self._ledger = ledger
        self._as_json = as_json
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._started: asyncio.Queue[asyncio.Task[_Receipt] | None] = asyncio.Queue()
        self._reader: asyncio.Task[None]
        self._failure: Exception | None = None
        self._status = 0

    async def run(self, lines: AsyncIterator[Line]) -> int:
        self._reader = asyncio.create_task(self._start_all(lines))
        printer = asyncio.create_task(self._print_all())
        try:
            await self._reader
        except asyncio.CancelledError:
            if self._failure is None:
                raise
        finally:
            # Also when a signal ends it: what is under way will be stored, and so gets its receipt.
            self._started.put_nowait(None)
            await printer
        if self._failure is not None:
            raise self._failure
        return self._status

    async def _start_all(self, lines: AsyncIterator[Line]) -> None:
        async for number, line in lines:
            await self._room.acquire()
            self._started.put_nowait(asyncio.create_task(self._execute(number, line)))

    async def _print_all(self) -> None:
        while (task := await self._started.get()) is not None:
            try:
                self._print(await task)
            except Exception as error:  # raised by `run`, once all others have their receipts
                self._failure = self._failure or error
                self._reader.cancel()
            self._room.release()

    async def _execute(self, number: int, line: str | BadLine) -> _Receipt:
        if isinstance(line, BadLine):
            return _refused(number, None, None, line.code, str(line))
        try:
            command = parse(line)
        except CommandSyntaxError as error:
            return _refused(number, error.verb, error.wallet, error.code, str(error))
        receipt = await self._ledger.execute(command)
        if receipt.accepted:
            return _accepted(number, receipt)
        return _refused(number, receipt.command, receipt.wallet, receipt.code, receipt.message)

    def _print(self, receipt: _Receipt) -> None:
        if not receipt["accepted"]:
            error = ConflictError if receipt["code"] in CONFLICTS else InputError
            self._status = max(self._status, error.exit_status)
        if self._as_json:
            say_json(receipt)
        else:
            say(_sentence(receipt))


def _accepted(line: int, receipt: Receipt) -> _Receipt:
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
