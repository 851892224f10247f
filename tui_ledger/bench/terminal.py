"""A program in a pseudo-terminal of its own, as a person has it, and how busy that makes it."""

import asyncio
import os
import socket
import struct
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

import tui_ledger
from tui_ledger.bench.port import Setup
from tui_ledger.bench.probe import READ, WATCH, Reading
from tui_ledger.errors import InputError, LedgerError

COLUMNS: Final = 120
ROWS: Final = 40

_PATIENCE: Final = 60.0  # seconds until something that does not come is an error
_LOOK: Final = 0.05  # seconds between two questions to a program that is waited for
_WITHOUT: Final = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")


class Terminal:
    """A terminal of 120 by 40 that answers nothing, and takes in all that is drawn; made by `terminal`.

    Attributes:
        began: When the program was started, by the timer of the setup.
        written: How many bytes it has drawn.
    """

    def __init__(self, descriptor: int, setup: Setup) -> None:
        self.began = setup.timer()
        self.written = 0
        self._descriptor = descriptor
        self._setup = setup
        self._unseen = b""
        self._news = asyncio.Event()
        self._closed = False
        asyncio.get_running_loop().add_reader(descriptor, self._read)

    def press(self, keys: str) -> None:
        """Send `keys` as typed."""
        os.write(self._descriptor, keys.encode())

    async def seen(self, text: str) -> float:
        """Wait until `text` is drawn in one piece; the time at which it was, by the timer of the setup.

        Raises:
            LedgerError: it did not come.
        """
        wanted = text.encode()
        try:
            async with asyncio.timeout(_PATIENCE):
                while (at := self._unseen.find(wanted)) < 0 and not self._closed:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            at = -1
        if at < 0:
            raise LedgerError(f"{text!r} did not appear in the terminal, so this is no measurement.")
        self._unseen = self._unseen[at + len(wanted) :]
        return self._last_read

    def close(self) -> None:
        """Close the terminal, as a closed window does."""
        asyncio.get_running_loop().remove_reader(self._descriptor)
        os.close(self._descriptor)

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, 1 << 16)
        except OSError:  # nobody has the other end open any more
            data = b""
        self._last_read = self._setup.timer()
        self.written += len(data)
        self._unseen = (self._unseen + data)[-(1 << 18) :]
        if not data:
            self._closed = True
            asyncio.get_running_loop().remove_reader(self._descriptor)
        self._news.set()


class Probed:
    """The other end of a probe, see `bench.probe`."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    async def watch(self) -> None:
        """Have the pauses of its event loop measured from now on."""
        await asyncio.get_running_loop().sock_sendall(self._connection, WATCH)

    async def read(self) -> Reading:
        """How things are there now.

        Raises:
            LedgerError: the program has ended.
        """
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_sendall(self._connection, READ)
            answer = await loop.sock_recv(self._connection, 1 << 12)
        except ConnectionError:
            answer = b""
        if not answer:
            raise LedgerError("The program that was measured has ended, so this is no measurement.")
        return msgspec.json.decode(answer, type=Reading)

    async def opened(self) -> None:
        """Wait until the ledger is open and has been looked at."""
        while not (await self.read()).head:  # noqa: ASYNC110 - it is in another process
            await asyncio.sleep(_LOOK)

    async def caught_up(self, head: int) -> Reading:
        """Wait until every view has taken in the event at `head`, looking now and then.

        Raises:
            LedgerError: that did not happen in ten minutes.
        """
        try:
            async with asyncio.timeout(10 * _PATIENCE):
                while (reading := await self.read()).applied < head:  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK)
        except TimeoutError as error:
            raise LedgerError("The views did not catch up, so this is no measurement.") from error
        return reading


@asynccontextmanager
async def terminal(
    setup: Setup, *arguments: str, probe: socket.socket | None = None
) -> AsyncIterator[Terminal]:
    """Run Python with `arguments` in a terminal, and end it afterwards.

    Args:
        setup: Times it.
        probe: A socket that the program gets as well.

    Raises:
        InputError: this system has no pseudo-terminals.
    """
    if sys.platform == "win32":
        raise InputError("What the screen costs is measured in a pseudo-terminal, and Windows has none.")
    import fcntl  # noqa: PLC0415 - which Windows does not have
    import termios  # noqa: PLC0415

    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in _WITHOUT}
    here = Terminal(master, setup)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        pass_fds=() if probe is None else (probe.fileno(),),
        env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        cwd=Path(tui_ledger.__path__[0]).parent,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield here
    finally:
        await _end(process)
        here.close()


@asynccontextmanager
async def probed(setup: Setup, *arguments: str) -> AsyncIterator[tuple[Terminal, Probed]]:
    """Run Python with `arguments`, and the number of a socket behind them, to which a probe listens."""
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        async with terminal(setup, *arguments, str(there.fileno()), probe=there) as screen:
            there.close()  # else it would not show here that the program has ended
            yield screen, Probed(here)


async def ended(*arguments: str) -> None:
    """Run Python with `arguments` to its end, with nobody listening.

    Raises:
        LedgerError: it failed.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=DEVNULL,
        cwd=Path(tui_ledger.__path__[0]).parent,
    )
    if await process.wait() != 0:
        raise LedgerError(f"python {' '.join(arguments)} failed, so this is no measurement.")


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(10):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
