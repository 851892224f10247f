"""Identifiers: UUID version 7 (RFC 9562), which sort by the time at which they were made."""

import os
import re
from typing import Final, Protocol

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
        self._noise: list[str] = []

    def __call__(self) -> str:
        if not self._noise:
            self._noise = _noise()
        now = int(self._clock.now().timestamp() * 1000) << 12
        tick = self._tick = now if now > self._tick else self._tick + 1
        return _HEAD % (tick >> 28, tick >> 12 & 0xFFFF, tick & 0xFFF, self._noise.pop())


def uuid7(tick: int, noise: bytes) -> str:
    """The UUID of 48 bits of milliseconds and 12 bits of counter (`tick`), and 62 bits of `noise`."""
    return _HEAD % (tick >> 28, tick >> 12 & 0xFFFF, tick & 0xFFF, _tail(noise.hex()))


def is_uuid(text: str) -> bool:
    """Whether `text` is a UUID of any version as the ledger writes one: in lower case, with hyphens."""
    return _UUID.fullmatch(text) is not None


_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_HEAD: Final = "%08x-%04x-7%03x-%s"

_VARIANT: Final = {f"{digit:x}": f"{digit & 3 | 8:x}" for digit in range(16)}
"""A hexadecimal digit with its two first bits set to 10, which says that the UUID is of RFC 9562."""


def _tail(noise: str) -> str:
    """The last two groups of a UUID, of 16 hexadecimal digits."""
    return f"{_VARIANT[noise[0]]}{noise[1:4]}-{noise[4:]}"


def _noise() -> list[str]:
    """Many tails at once: asking the system for each would take longer than all else."""
    digits = os.urandom(8 * 256).hex()
    return [_tail(digits[start : start + 16]) for start in range(0, len(digits), 16)]
