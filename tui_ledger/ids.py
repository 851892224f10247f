"""Identifiers: UUID version 7 (RFC 9562), which sort by the time at which they were made."""

import os
from typing import Protocol

from tui_ledger.clock import Clock


class IdSource(Protocol):
    """Makes identifiers that are never the same twice."""

    def __call__(self) -> str:
        """A new identifier: a lower-case UUID, version 7."""


class Uuid7Source:
    """UUIDs of version 7 that only grow within one process.

    The 12 bits after the millisecond count up within it (RFC 9562, 6.2, method 1), so that ids made
    in a burst stay in order: an index over them grows at its end, and not everywhere.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tick = 0  # milliseconds and counter, as one number

    def __call__(self) -> str:
        now = int(self._clock.now().timestamp() * 1000) << 12
        self._tick = max(self._tick + 1, now)
        return uuid7(self._tick, os.urandom(8))


def uuid7(tick: int, noise: bytes) -> str:
    """The UUID of 48 bits of milliseconds and 12 bits of counter (`tick`), and 62 bits of `noise`."""
    head = ((tick >> 12) << 16) | 0x7000 | (tick & 0xFFF)
    tail = (int.from_bytes(noise) & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    digits = f"{head & 0xFFFF_FFFF_FFFF_FFFF:016x}{tail:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
