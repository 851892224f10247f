"""Time as a port: everything that asks what time it is, or waits, does so through a `Clock`."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Final, Protocol

import msgspec


class Clock(Protocol):
    """What the program asks of time. Order never depends on it: order is by position."""

    def now(self) -> datetime:
        """The time of day, in UTC."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds` of this clock."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


GLANCE: Final = 0.09
"""Seconds between two glances at what nobody tells of, such as what another process has written."""


async def next_beat(clock: Clock, period: float) -> None:
    """Return at the next multiple of `period`, in seconds of `clock`.

    Whoever looks at something again and again waits so: all of them look at the same moments, and the
    processor wakes up once for all.
    """
    left = period - clock.monotonic() % period
    await clock.sleep(left if left > _JUST_NOW else left + period)


_JUST_NOW: Final = 0.001  # seconds before a beat that belong to it already


def timestamp(moment: datetime) -> str:
    """`moment` as the ledger writes it: UTC, microseconds, `2026-01-31T12:00:00.000000Z`."""
    if moment.tzinfo is UTC and moment.microsecond:
        text: str = msgspec.to_builtins(moment)  # in a tenth of the time that isoformat takes
        return text
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def parse_timestamp(text: str) -> datetime:
    """Read an ISO 8601 date or time. Without a zone it is taken as UTC.

    Raises:
        ValueError: `text` is no such time, or lies outside the years 1 to 9999 in UTC.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the time lies outside the calendar") from error
