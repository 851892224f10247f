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


def _frame(tag: str, length: int) -> str:
    return tag + length.to_bytes(8).decode("latin-1")


# All is put together as text and encoded once, since that is fastest: a character stands for one byte, which
# is what Latin-1 makes of it.
_FRAMES: Final = 4096
_NULL: Final = _frame("n", 0)
_INTEGER: Final = [_frame("i", length) for length in range(32)]
_TEXT: Final = [_frame("t", length) for length in range(_FRAMES)]


def chain_hash(previous: str, columns: Sequence[int | str | None]) -> str:
    """The hash of an event after one whose hash is `previous`, as 64 hexadecimal digits.

    SHA-256 over the 64 ASCII bytes of `previous`, then of each column, in the order of the fields of
    `StoredEvent` up to `causation_id`, a tag (`n` null, `i` integer, `t` text), the length in 8 bytes,
    big-endian, and the bytes: of an integer its decimal digits, of a text its UTF-8.
    """
    parts = [previous]
    add = parts.append
    for value in columns:
        if isinstance(value, str):
            text = value if value.isascii() else value.encode().decode("latin-1")
            length = len(text)
            add(_TEXT[length] if length < _FRAMES else _frame("t", length))
            add(text)
        elif value is None:
            add(_NULL)
        else:
            digits = str(value)
            add(_INTEGER[len(digits)])
            add(digits)
    return sha256("".join(parts).encode("latin-1")).hexdigest()
