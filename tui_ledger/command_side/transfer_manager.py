"""The transfer manager: follows the log, and sees every transfer to its end.

It is a process manager (Hohpe and Woolf, *Enterprise Integration Patterns*, 2003): what it knows is a fold of
the log, and what it does are commands whose ids follow from events. So it may crash anywhere, run several
times at once, or begin again at position 1, and the log ends up the same.
"""

import asyncio
import itertools
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import msgspec

from tui_ledger.clock import Clock
from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.command_side.transfer_checkpoint import CheckpointFile
from tui_ledger.command_side.transfer_steps import TransferSteps
from tui_ledger.domain.events import TransferReturned, TransferSent, TransferSettled
from tui_ledger.domain.transfer import TRANSFER_EVENTS
from tui_ledger.errors import LedgerError, LockedError, StorageError, explain
from tui_ledger.event_bus import EventBus
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import EventStore, Head, StoredEvent

AT_ONCE: Final = 100
"""How many transfers are worked on at a time."""

HEAD_START: Final = 0.1
"""Seconds for which a transfer that another process has sent is left to that process."""

WRITTEN_EVERY: Final = 10_000
"""After how many events the checkpoint is written; it is written at the end, too."""

_FIRST_PAUSE: Final = 0.1  # seconds before something is tried again; doubled each time
_LONGEST_PAUSE: Final = 5.0

_SENT: Final = TransferSent.__name__

_Key = tuple[str, str]  # the sender, and the transfer's id


class TransferStatus(msgspec.Struct, frozen=True):
    """How the transfer manager is doing.

    Attributes:
        running: Whether it follows the log in this process.
        checkpoint: The position of the last event that it has taken in.
        in_flight: How many transfers it knows to be on their way.
        trouble: Why some of them, or all, do not get on; None if they do.
    """

    running: bool
    checkpoint: int
    in_flight: int
    trouble: LedgerError | None


class TransferManager:
    """Follows one log from a checkpoint on, once it is started.

    Args:
        handler: Executes the commands that a transfer consists of.
        store: The log, which `bus` announces.
        bus: Says that there is something new.
        clock: For the pauses after which something that failed is tried again.
        file: Keeps the checkpoint; None where nothing outlives the process.
    """

    def __init__(
        self,
        handler: CommandHandler,
        store: EventStore,
        bus: EventBus,
        clock: Clock,
        file: CheckpointFile | None,
    ) -> None:
        self._steps = TransferSteps(handler, store)
        self._store = store
        self._bus = bus
        self._clock = clock
        self._file = file
        self._position: int | None = None
        self._written = 0  # where it was when the checkpoint was last written
        self._open: dict[_Key, StoredEvent] = {}  # oldest first
        self._waiting: deque[_Key] = deque()
        self._own: set[int] = set()  # positions of what was sent from here, and is not taken in yet
        self._others: list[_Key] = []  # what was not, in this batch
        self._stuck: dict[_Key, LedgerError] = {}  # why these do not get on
        self._unreadable: dict[int, LedgerError] = {}  # by position: what begins a transfer, perhaps
        self._trouble: LedgerError | None = None  # why nothing gets on
        self._pause = _FIRST_PAUSE
        self._main: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    @property
    def running(self) -> bool:
        """Whether it was started, and neither stopped nor left without a bus."""
        return self._main is not None and not self._main.done()

    def status(self) -> TransferStatus:
        """How it is doing, from memory."""
        troubles = itertools.chain(self._stuck.values(), self._unreadable.values())
        trouble = self._trouble or next(troubles, None)
        return TransferStatus(self.running, self._position or 0, len(self._open), trouble)

    async def complete(self, sent: StoredEvent) -> None:
        """See one transfer to its end, also where the manager does not run: see `TransferSteps.complete`."""
        await self._steps.complete(sent)

    def start(self) -> None:
        """Run until `stop`."""
        self._store.add_listener(self._appended)
        self._main = asyncio.create_task(self._supervise(), name="transfers")

    async def stop(self) -> None:
        """Stop where it is; what is on its way goes on when a manager runs again, here or elsewhere."""
        main, self._main = self._main, None
        if main is None:
            return
        self._waiting.clear()
        tasks = {main, *self._tasks, *self._timers}
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        with suppress(LedgerError):  # what cannot be read now, the next manager reads
            await self._write_checkpoint()
        if not main.cancelled():
            main.result()

    async def settled(self) -> None:
        """Wait until every transfer that is in the log by now has ended.

        One that does not get on is not waited for, and none is if the log cannot be followed.
        """
        target = (await self._store.head()).position
        while self.running and self._trouble is None:
            if self._position is not None and self._position >= target and not self._is_busy(target):
                return
            await self._changed.wait()

    async def _supervise(self) -> None:
        while True:
            try:
                if self._position is None:
                    self._position = await self._file.position_in(self._store) if self._file else 0
                    self._written = self._position
                await self._follow(self._position)
            except Exception as error:  # whatever it is, it shows, and the manager goes on where it was
                self._trouble = _shown(error)
                self._show()
                await self._clock.sleep(self._pause)
                self._pause = min(2 * self._pause, _LONGEST_PAUSE)
            else:
                return
            finally:
                self._show()

    async def _follow(self, position: int) -> None:
        """Take in what comes, until the bus is closed.

        Nothing is done before the head has been reached: most of what an old log began, it has ended too.
        """
        head = (await self._store.head()).position
        async with self._bus.subscribe(after=position, name="transfers") as batches:
            if position >= head:
                self._trouble = None
                self._go_on()
            async for batch in batches:
                for stored in batch:
                    if stored.type in TRANSFER_EVENTS:
                        self._take_in(stored, is_old=stored.position <= head)
                self._position = batch[-1].position
                self._trouble, self._pause = None, _FIRST_PAUSE
                if self._position >= head:
                    self._go_on()
                self._give_head_start()
                if self._position - self._written >= WRITTEN_EVERY:
                    await self._write_checkpoint()

    def _appended(self, events: Sequence[StoredEvent]) -> None:
        if self.running:
            sent = (event.position for event in events if event.type == _SENT)
            self._own.update(position for position in sent if position > (self._position or 0))

    def _take_in(self, stored: StoredEvent, *, is_old: bool) -> None:
        try:
            data = decode(stored).data
        except LedgerError as error:
            if stored.type == _SENT:  # a newer version may know how to end it
                self._unreadable[stored.position] = error
            return
        if isinstance(data, TransferSent):
            key = (data.wallet, data.transfer)
            if key not in self._open:
                self._open[key] = stored
                mine = is_old or stored.position in self._own
                (self._waiting if mine else self._others).append(key)
            self._own.discard(stored.position)
        elif isinstance(data, TransferSettled | TransferReturned):
            self._forget((data.wallet, data.transfer))

    def _go_on(self) -> None:
        """Work on what is open, now that the log has been read to its end."""
        while self._waiting and len(self._tasks) < AT_ONCE:
            key = self._waiting.popleft()
            if key in self._open:
                task = asyncio.create_task(self._complete(key), name=f"transfer {key[1]}")
                self._tasks.add(task)
                task.add_done_callback(self._completed)
        self._show()

    def _give_head_start(self) -> None:
        """Leave what others have sent to them for a while: two who take the same steps hinder each other."""
        if self._others:
            others, self._others = self._others, []
            timer = asyncio.create_task(self._wait_for(others), name="transfers of others")
            self._timers.add(timer)
            timer.add_done_callback(self._timers.discard)

    async def _wait_for(self, others: list[_Key]) -> None:
        await self._clock.sleep(HEAD_START)
        self._waiting.extend(others)
        self._go_on()

    async def _complete(self, key: _Key) -> None:
        pause = _FIRST_PAUSE
        while (stored := self._open.get(key)) is not None:
            try:
                await self._steps.complete(stored)
            except (LockedError, StorageError) as error:
                self._stuck[key] = error
                self._show()
                await self._clock.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            except Exception as error:  # odd events can break anything, and must not stop the others
                self._stuck[key] = _shown(error)
                return
            else:
                self._forget(key)

    def _completed(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._go_on()

    def _forget(self, key: _Key) -> None:
        self._open.pop(key, None)
        self._stuck.pop(key, None)

    def _is_busy(self, target: int) -> bool:
        return any(stored.position <= target and key not in self._stuck for key, stored in self._open.items())

    async def _write_checkpoint(self) -> None:
        """Note the position before the oldest transfer that is open: from there on, all of them are found."""
        if self._file is None or self._position is None:
            return
        self._written = self._position
        open_since = [stored.position for stored in self._open.values()]
        position = min([*open_since, *self._unreadable, self._position + 1]) - 1
        if position > 0:
            [at] = await self._store.read(position - 1, limit=1)
            self._file.write(Head(at.position, at.hash))

    def _show(self) -> None:
        """Wake whoever waits for a change."""
        self._changed.set()
        self._changed = asyncio.Event()


def _shown(error: Exception) -> LedgerError:
    return error if isinstance(error, LedgerError) else LedgerError(explain(error))
