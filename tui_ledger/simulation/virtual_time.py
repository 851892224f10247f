"""Letting virtual time pass on a ledger: as fast as possible, and never ahead of what is under way."""

import asyncio
import math
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from tui_ledger.ledger import Ledger
from tui_ledger.query_side.status import ViewStatus
from tui_ledger.snapshot import Snapshot
from tui_ledger.testing.clock import VirtualClock

SETTLING: Final = 60.0
"""The longest that a ledger may take to come to rest, in virtual seconds."""

_TURNS: Final = 50  # of the event loop, in which all that waits for no disk gets on
_MOMENT: Final = 0.002  # real seconds of quiet after which a disk has nothing more to say about views
_QUIET: Final = 0.05  # and about anything else

_T = TypeVar("_T")


class VirtualTime:
    """Moves the clock that a ledger runs on.

    Args:
        ledger: A ledger that runs on `clock`. In memory, everything happens in this thread, and nothing is
            ever waited for in real time; with a folder, its disk is given a moment.
        clock: Nobody else moves it.
        idle: Set while nothing is under way that does not wait for time.
    """

    def __init__(self, ledger: Ledger, clock: VirtualClock, idle: asyncio.Event) -> None:
        self._ledger = ledger
        self._clock = clock
        self._idle = idle

    @property
    def now(self) -> float:
        """Seconds from the beginning."""
        return self._clock.monotonic()

    async def finish(self, work: Coroutine[Any, Any, _T], at_most: float | None = None) -> _T | None:
        """What `work` returns; time passes while nothing but time can bring it on.

        Args:
            work: What is to be done.
            at_most: Give it up after so many seconds, and return None.
        """
        task = asyncio.create_task(work)
        end = self.now + (math.inf if at_most is None else at_most)
        try:
            await _breathe(task.done)
            while not task.done() and self.now < end:
                if await self._is_quiet(task.done):
                    await self._wake_next(end)
            return task.result() if task.done() else None
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task})

    async def settle(self) -> bool:
        """Let the ledger come to rest: transfers ended, and every view that can go on at the head.

        Returns:
            False if it did not within `SETTLING` seconds.
        """
        return await self.finish(self._settled(), SETTLING) is True

    async def pass_until(self, moment: float) -> None:
        """Let time pass until `moment`, in one leap if nothing is going to happen until then."""
        while self.now < moment:
            if await _breathe(self._is_at_rest):
                await self._clock.leap(moment - self.now)
            else:
                await self.pass_some(moment)

    async def pass_some(self, moment: float) -> None:
        """Let time pass until somebody wakes who waited for it, and not beyond `moment`.

        None passes while anybody has something to do.
        """
        if await self._is_quiet(_never):
            await self._wake_next(moment)

    async def _wake_next(self, moment: float) -> None:
        """Let time pass until somebody wakes, but not beyond `moment`; up to it, where nobody sleeps."""
        left, until_next = max(0.0, moment - self.now), self._clock.until_next_wake_up()
        if until_next or left < math.inf:
            await self._clock.leap(min(until_next or left, left))

    async def _settled(self) -> bool:
        await self._ledger.settle()
        return True

    async def _is_quiet(self, done: Callable[[], bool]) -> bool:
        """Whether, before `done`, nothing but time could make a difference."""
        before = self._ledger.snapshot()
        if await _breathe(done):
            return False
        if not self._idle.is_set():
            await self._idle.wait()
            return False
        if self._ledger.path is not None:
            await asyncio.sleep(_MOMENT if _waits_for_time(before) else _QUIET)
        return self._idle.is_set() and not done() and self._ledger.snapshot() == before

    def _is_at_rest(self) -> bool:
        """Whether nothing is going to happen by itself, however much time passes."""
        snapshot = self._ledger.snapshot()
        return self._idle.is_set() and not _is_sending(snapshot) and all(map(_stands, snapshot.views))


def _stands(view: ViewStatus) -> bool:
    return view.state in {"paused", "failed"} or (view.lag == 0 and view.state in {"live", "idle"})


def _is_sending(snapshot: Snapshot) -> bool:
    """Whether a transfer is on its way, or may be about to."""
    transfers = snapshot.transfers
    return transfers.running and (transfers.in_flight > 0 or transfers.checkpoint < snapshot.head)


def _waits_for_time(snapshot: Snapshot) -> bool:
    """Whether a view holds back what it knows, and no transfer is about to add to the log."""
    late = any(view.lag > 0 and view.lag_ms < (view.delay + view.jitter) * 1000 for view in snapshot.views)
    return late and not _is_sending(snapshot)


def _never() -> bool:
    return False


async def _breathe(until: Callable[[], bool]) -> bool:
    """Give everyone the time to do what needs no time; whether `until` was true at last."""
    for _ in range(_TURNS):
        if until():
            return True
        await asyncio.sleep(0)
    return until()
