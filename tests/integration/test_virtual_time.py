"""Virtual time passes on a ledger as fast as it can, and never ahead of what is under way."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from tui_ledger.domain.command_language import parse
from tui_ledger.ledger import Ledger
from tui_ledger.simulation import virtual_time
from tui_ledger.simulation.virtual_time import VirtualTime
from tui_ledger.testing import VirtualClock


@pytest.fixture
async def ledger(clock: VirtualClock) -> AsyncIterator[Ledger]:
    async with Ledger.in_memory(views=["balances", "books"], clock=clock) as opened:
        yield opened


@pytest.fixture
def idle() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@pytest.fixture
def virtual(ledger: Ledger, clock: VirtualClock, idle: asyncio.Event) -> VirtualTime:
    return VirtualTime(ledger, clock, idle)


async def test_time_passes_for_what_waits_for_it(virtual: VirtualTime, clock: VirtualClock) -> None:
    async def sleep() -> str:
        await clock.sleep(3)
        return "awake"

    assert await virtual.finish(sleep()) == "awake"
    assert clock.monotonic() == 3


async def test_what_takes_too_long_is_given_up(virtual: VirtualTime, clock: VirtualClock) -> None:
    async def sleep() -> str:
        await clock.sleep(30)
        return "awake"

    assert await virtual.finish(sleep(), at_most=4) is None
    assert clock.monotonic() == 4


async def test_no_time_passes_while_the_log_grows(
    virtual: VirtualTime, ledger: Ledger, clock: VirtualClock
) -> None:
    async def work() -> None:
        await ledger.execute(parse("create ann"))
        for _ in range(200):
            await ledger.execute(parse("deposit ann 1"))
            await asyncio.sleep(0)

    await virtual.finish(work())
    assert clock.monotonic() == 0


async def test_no_time_passes_while_a_thread_is_at_work(
    virtual: VirtualTime, clock: VirtualClock, idle: asyncio.Event
) -> None:
    async def work() -> None:
        idle.clear()
        await asyncio.to_thread(time.sleep, 0.05)
        idle.set()

    await virtual.finish(work())
    assert clock.monotonic() == 0


async def test_an_error_of_what_is_done_is_raised(virtual: VirtualTime) -> None:
    async def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await virtual.finish(fail())


async def test_it_settles_at_the_moment_at_which_the_latest_view_has_caught_up(
    virtual: VirtualTime, ledger: Ledger, clock: VirtualClock
) -> None:
    await virtual.finish(ledger.worker("books").delay(2.5))
    await ledger.execute(parse("create ann"))
    assert await virtual.settle()
    assert clock.monotonic() == pytest.approx(2.5)


async def test_a_ledger_that_never_comes_to_rest_is_left_alone(
    virtual: VirtualTime, ledger: Ledger, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wait() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(ledger, "settle", wait)
    monkeypatch.setattr(virtual_time, "SETTLING", 4.0)
    assert not await virtual.settle()
    assert clock.monotonic() == pytest.approx(4)


async def test_where_nothing_is_going_to_happen_a_day_is_one_leap(
    virtual: VirtualTime, ledger: Ledger, clock: VirtualClock
) -> None:
    await ledger.worker("books").pause()
    await ledger.execute(parse("create ann"))
    await virtual.pass_until(86_400)
    assert clock.monotonic() == 86_400
    assert [view.checkpoint for view in ledger.snapshot().views] == [1, 0]


async def test_time_passes_step_by_step_for_a_view_that_is_late(
    virtual: VirtualTime, ledger: Ledger, clock: VirtualClock
) -> None:
    await virtual.finish(ledger.worker("books").delay(2.5))
    await ledger.execute(parse("create ann"))
    await virtual.pass_until(2)
    assert [view.checkpoint for view in ledger.snapshot().views] == [1, 0]
    await virtual.pass_until(3)
    assert [view.checkpoint for view in ledger.snapshot().views] == [1, 1]
    assert clock.monotonic() == 3
