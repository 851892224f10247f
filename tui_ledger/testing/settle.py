"""Waiting until a whole ledger is at rest, and a clear word where that is not going to happen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from tui_ledger.ledger import Ledger
from tui_ledger.safe_text import safe_text
from tui_ledger.snapshot import Snapshot
from tui_ledger.testing.clock import VirtualClock

_AT_REST: Final = {"failed", "crashed", "paused", "idle"}
_MOMENT: Final = 0.001  # real seconds of quiet after which time passes for a view that waits for it
_QUIET: Final = 0.5  # and for whatever else may wait for it: a disk is only slow


async def settle(ledger: Ledger, clock: VirtualClock | None = None, *, within: float = 5.0) -> None:
    """Wait until every transfer has ended and every enabled view is at the head of the log.

    It never waits for ever, and never returns early: what cannot come to rest is an error that says why.
    Where a view may have failed, as in a test of just that, `Ledger.settle` asks for less: it waits for
    the views that can go on.

    Args:
        ledger: The ledger. Its views may also be run by another process.
        clock: The clock that `ledger` runs on. It is advanced, but no further than is needed: to the
            moment at which the last event of the view with the longest delay is due. If it is not given,
            time is left alone.
        within: Real seconds to wait at most, whatever the clock.

    Raises:
        AssertionError: a view has failed or crashed, or nobody runs it; a transfer does not get on; or
            `within` seconds were not enough. It names each view with its state and how far behind it is.
    """
    try:
        async with asyncio.timeout(within), _passing_time(ledger, clock):
            await ledger.settle()
            while not _is_over(snapshot := await ledger.status()):  # noqa: ASYNC110 - in another process
                await asyncio.sleep(_MOMENT)
    except TimeoutError:
        problem = f"not settled within {within:g} s"
        raise AssertionError(_report(problem, await ledger.status(), clock)) from None
    if not _is_settled(snapshot):
        raise AssertionError(_report("this cannot settle", snapshot, clock))


@asynccontextmanager
async def _passing_time(ledger: Ledger, clock: VirtualClock | None) -> AsyncIterator[None]:
    if clock is None:
        yield
        return
    passing = asyncio.create_task(_pass_time(ledger, clock), name="settle: time")
    try:
        yield
    finally:
        passing.cancel()
        await asyncio.wait({passing})
        if not passing.cancelled():
            passing.result()


async def _pass_time(ledger: Ledger, clock: VirtualClock) -> None:
    """Advance `clock` from one wake-up to the next, while nothing but time can make a difference."""
    while True:
        before = ledger.snapshot()
        await asyncio.sleep(_MOMENT if _waits_for_time(before) else _QUIET)
        if ledger.snapshot() == before:
            await clock.advance_to_next_wake_up()


def _waits_for_time(snapshot: Snapshot) -> bool:
    """Whether a view holds back what it knows, and no transfer is about to add to the log."""
    transfers = snapshot.transfers
    at_work = transfers.running and transfers.trouble is None
    if at_work and (transfers.in_flight or transfers.checkpoint < snapshot.head):
        return False
    return any(view.lag > 0 and view.lag_ms < (view.delay + view.jitter) * 1000 for view in snapshot.views)


def _is_over(snapshot: Snapshot) -> bool:
    """Whether nothing more is going to happen to what is there."""
    return all(view.lag == 0 or view.state in _AT_REST for view in snapshot.views)


def _is_settled(snapshot: Snapshot) -> bool:
    at_rest = all(view.lag == 0 and view.state != "crashed" for view in snapshot.views)
    return at_rest and snapshot.transfers.trouble is None


def _report(problem: str, snapshot: Snapshot, clock: VirtualClock | None) -> str:
    lines = [f"{problem}; the log ends at #{snapshot.head}"]
    for view in snapshot.views:
        line = f"{view.view} is {view.state} at #{view.checkpoint}, {view.lag} behind"
        if view.lag and view.delay + view.jitter and clock is None:
            line += f" and late by {view.delay:g} s: if time is virtual, settle(ledger, clock) lets it pass"
        if view.lag and view.state == "idle":
            line += ": nobody runs it"
        lines.append(_with_reason(line, view.reason))
    transfers = snapshot.transfers
    if transfers.running:
        line = f"transfers are at #{transfers.checkpoint}, {transfers.in_flight} on their way"
        lines.append(_with_reason(line, transfers.trouble))
    return "\n  ".join(lines)


def _with_reason(line: str, reason: object) -> str:
    return line if reason is None else f"{line}: {safe_text(str(reason))}"
