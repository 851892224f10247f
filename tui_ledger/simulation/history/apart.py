"""A history that another process makes up, so that this one has nothing to do but store it.

Python runs one thread at a time: what makes a million events and what inserts them would take turns.
"""

import marshal
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, starmap
from typing import IO, Any, Final, cast

from msgspec.structs import astuple

from tui_ledger.errors import LedgerError
from tui_ledger.event_store.port import PastEvent
from tui_ledger.simulation.history.making import LENGTH
from tui_ledger.simulation.history.plan import Plan

_WAITING: Final = 1 << 20  # bytes that may wait to be read, where the system allows that
_MODULE: Final = "tui_ledger.simulation.history.making"


class HistoryApart:
    """A history, from the process that has been started for it.

    Attributes:
        manifest: Known when all events have been read; what it says of the head is not.
    """

    def __init__(self, messages: IO[bytes]) -> None:
        self.manifest: dict[str, Any] = {}
        self._messages = messages

    def events(self, progress: Callable[[int], None] | None = None) -> Iterator[PastEvent]:
        """All events, in order; `progress` is told how many there are.

        Raises:
            LedgerError: the process has ended too early.
        """
        return chain.from_iterable(self._batches(progress))

    def _batches(self, progress: Callable[[int], None] | None) -> Iterator[Iterable[PastEvent]]:
        made = 0
        while isinstance(message := self._next(), list):
            yield starmap(PastEvent, message)
            made += len(message)
            if progress is not None:
                progress(made)
        self.manifest = message

    def _next(self) -> Any:
        length = int.from_bytes(self._read(LENGTH), "little")
        return marshal.loads(self._read(length))  # noqa: S302 - from this very program

    def _read(self, length: int) -> bytes:
        data = self._messages.read(length)
        if len(data) < length:
            raise LedgerError("The process that makes the history has ended too early; nothing was written.")
        return data


@contextmanager
def made_apart(plan: Plan) -> Iterator[HistoryApart]:
    """The history of `plan`; its process ends with the block at the latest.

    Raises:
        LedgerError: no process can be started.
    """
    with _started(plan) as process:
        try:
            yield HistoryApart(cast(IO[bytes], process.stdout))
        finally:
            process.kill()


def _started(plan: Plan) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", _MODULE, *map(str, astuple(plan))]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        # In a group of its own it hears nothing of Ctrl-C, which is for this process to answer.
        return subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.PIPE, pipesize=_WAITING, env=environment, process_group=0
        )
    except OSError as error:
        raise LedgerError(f"No process can be started that makes the history: {error.strerror}.") from error
