"""Chance that is the same on every machine, and in every version of Python.

It is the output of SHAKE-128 (FIPS 202) over the seed, a purpose and a counter. The standard says what comes
out, to the bit, which the documentation of `random` promises for little more than `random()` itself; and as
thousands of numbers come from one call, each costs less than a draw of `randrange`.
"""

import hashlib
import struct
from collections.abc import Iterator
from itertools import chain, count
from typing import Final

_NUMBERS: Final = struct.Struct("<4096Q")
_TAILS: Final = 4096
_DIGITS: Final = 16
_VARIANT: Final = bytes(byte & 0x3F | 0x80 for byte in range(256))


def numbers(seed: int, purpose: str) -> Iterator[int]:
    """Numbers of 64 bits, without end."""

    def block(number: int) -> tuple[int, ...]:
        return _NUMBERS.unpack(_bytes(seed, purpose, number, _NUMBERS.size))

    return chain.from_iterable(map(block, count()))


def tails(seed: int, purpose: str) -> Iterator[str]:
    """The last two groups of UUIDs, 62 bits of noise in each, without end."""

    def block(number: int) -> list[str]:
        noise = bytearray(_bytes(seed, purpose, number, _TAILS * _DIGITS // 2))
        # The two first bits of each say that it is of RFC 9562.
        noise[:: _DIGITS // 2] = noise[:: _DIGITS // 2].translate(_VARIANT)
        digits = noise.hex()
        return [
            f"{digits[start : start + 4]}-{digits[start + 4 : start + _DIGITS]}"
            for start in range(0, len(digits), _DIGITS)
        ]

    return chain.from_iterable(map(block, count()))


def _bytes(seed: int, purpose: str, number: int, size: int) -> bytes:
    return hashlib.shake_128(f"{purpose} {seed} {number}".encode()).digest(size)
