"""What a program that is being measured says of itself, over a socket; until it is asked it costs nothing."""

import asyncio
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from tui_ledger.ledger import Ledger

WATCH: Final = b"w"
READ: Final = b"r"

_TICK: Final = 0.001  # seconds between two looks at how late the event loop is


class Reading(msgspec.Struct, frozen=True):
    """How a program is at a moment.

    Attributes:
        cpu: Seconds that all its threads have worked, for itself and in the system.
        pause: The most seconds for which its event loop could do nothing else, since that is being watched.
        work: The most seconds that the loop's thread itself worked in one go: a pause without what other
            programs on the machine add to it.
        memory: The most bytes of memory that it has had.
        head: The end of the log, 0 while the ledger is not open.
        applied: How far the slowest view is.
    """

    cpu: float
    pause: float
    work: float
    memory: int
    head: int
    applied: int


async def answer(connection: socket.socket, ledger: Callable[[], Ledger | None]) -> None:
    """Answer until the other end closes.

    Args:
        connection: Says what is wanted, `WATCH` or `READ`, and hears the reading as JSON.
        ledger: The ledger, once it is open.
    """
    loop, watch = asyncio.get_running_loop(), _Watch()
    connection.setblocking(False)
    try:
        while wanted := await loop.sock_recv(connection, 1):
            if wanted == WATCH:
                watch.start()
            else:
                await loop.sock_sendall(connection, msgspec.json.encode(_reading(watch, ledger())))
    finally:
        watch.stop()


def _reading(watch: "_Watch", ledger: Ledger | None) -> Reading:
    snapshot = None if ledger is None else ledger.snapshot()
    checkpoints = [] if snapshot is None else [view.checkpoint for view in snapshot.views]
    return Reading(
        cpu=time.process_time(),
        pause=watch.pause,
        work=watch.work,
        memory=_peak(),
        head=0 if snapshot is None else snapshot.head,
        applied=min(checkpoints, default=0),
    )


class _Watch:
    """Wakes every millisecond, and notes how late it was at worst, and what was done meanwhile at most."""

    def __init__(self) -> None:
        self.pause = self.work = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.pause = self.work = 0.0
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            before, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(_TICK)
            self.pause = max(self.pause, time.perf_counter() - before - _TICK)
            self.work = max(self.work, time.thread_time() - worked)


def _peak() -> int:
    """The most memory that this process has had, in bytes."""
    status = Path(
        "/proc/self/status"
    )  # what `getrusage` says there is also that of the process before `exec`
    if status.exists():
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024
    import resource  # noqa: PLC0415 - which Windows does not have

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
