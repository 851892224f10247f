"""The hash chain: each event's hash covers the hash before and every column of its row.

Every column is framed by a tag of its type and its length, so that no two different rows give the same
bytes. The chain shows any change of a stored event, but only to someone who kept a later hash elsewhere
(an anchor): whoever can write the file can compute a new chain.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from tui_ledger.event_store.port import Head

GENESIS: Final = Head(0, "0" * 64)
"""The head of an empty log."""

_NULL: Final = "n\0\0\0\0\0\0\0\0"
_FRAMES: Final = 4096
# One character stands for one byte, which is what Latin-1 makes of it.
_INTEGER: Final = [f"i{length.to_bytes(8).decode('latin-1')}" for length in range(32)]
_TEXT: Final = [f"t{length.to_bytes(8).decode('latin-1')}" for length in range(_FRAMES)]


def chain_hash(previous: str, columns: Sequence[int | str | None]) -> str:
    """The hash of an event after one whose hash is `previous`, as 64 hexadecimal digits.

    SHA-256 over the 64 ASCII bytes of `previous`, then of each column, in the order of the fields of
    `StoredEvent` up to `causation_id`, a tag (`n` null, `i` integer, `t` text), the length in 8 bytes,
    big-endian, and the bytes: of an integer its decimal digits, of a text its UTF-8.
    """
    # As long as all is ASCII, which is nearly always so, it is put together as text and encoded once.
    parts = [previous]
    add = parts.append
    for value in columns:
        if isinstance(value, str):
            if not value.isascii() or len(value) >= _FRAMES:
                return _hash_of_any_text(previous, columns)
            add(_TEXT[len(value)])
            add(value)
        elif value is None:
            add(_NULL)
        else:
            digits = str(value)
            add(_INTEGER[len(digits)])
            add(digits)
    return sha256("".join(parts).encode("latin-1")).hexdigest()


def _hash_of_any_text(previous: str, columns: Sequence[int | str | None]) -> str:
    parts = [previous.encode()]
    for value in columns:
        if value is None:
            parts.append(b"n\0\0\0\0\0\0\0\0")
        else:
            data = str(value).encode()
            parts.append((b"i" if isinstance(value, int) else b"t") + len(data).to_bytes(8))
            parts.append(data)
    return sha256(b"".join(parts)).hexdigest()
