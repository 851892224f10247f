"""Gzip from strangers, unpacked piece by piece in bounded memory, and only as far as it makes sense."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from tui_ledger.errors import InputError

MAGIC: Final = b"\x1f\x8b"
"""How gzip begins."""

RATIO_LIMIT: Final = 200
"""How many times its own size a file may unpack to. Events have random ids, and never come to 50."""

_WINDOW: Final = 16 + zlib.MAX_WBITS  # with gzip's header and checksum
_PIECE: Final = 64 * 1024
_ALWAYS_ALLOWED: Final = 1024 * 1024


def unpacked(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """What the gzip members in `chunks` hold, in pieces of at most 64 KiB.

    Args:
        chunks: The file, piece by piece.
        name: What a sentence calls it.

    Raises:
        InputError: it is damaged, ends too early, goes on with something else, or unpacks to far too much.
    """
    packed = total = 0
    member = zlib.decompressobj(_WINDOW)
    for chunk in chunks:
        packed += len(chunk)
        rest = chunk
        while rest:
            if member.eof:
                rest = rest.lstrip(b"\0")  # with which some tools fill up
                if not rest:
                    break
                member = zlib.decompressobj(_WINDOW)
            for piece in _pieces(member, rest, name):
                total += len(piece)
                if total > max(packed * RATIO_LIMIT, _ALWAYS_ALLOWED):
                    raise _bad(name, f"unpacks to more than {RATIO_LIMIT} times its size")
                yield piece
            rest = member.unused_data
    if not member.eof:
        raise _bad(name, "ends too early: its last part is missing")


def _pieces(member: "zlib._Decompress", data: bytes, name: str) -> Iterator[bytes]:
    """All that comes out as `data` goes in, or as much of it as belongs to the member."""
    full = True
    while (data or full) and not member.eof:  # a full piece may have left more behind
        try:
            piece = member.decompress(data, _PIECE)
        except zlib.error:
            raise InputError(
                f"{name} is damaged: what is packed in it, or comes behind that, cannot be unpacked.",
                "bad_gzip",
            ) from None
        full = len(piece) == _PIECE
        data = member.unconsumed_tail
        yield piece


def _bad(name: str, reason: str) -> InputError:
    return InputError(f"{name} {reason}.", "bad_gzip")
