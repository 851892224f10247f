"""Lines from standard input, as they come: from a file, a slow pipe or a person, in bounded memory."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from typing import Final

from tui_ledger.domain.command_language import LINE_LIMIT
from tui_ledger.errors import InputError

_CHUNK: Final = 64 * 1024


class BadLine(InputError):
    """A line that cannot be read as text."""


_TOO_LONG: Final = BadLine(f"A line has at most {LINE_LIMIT:,} bytes.", "line_too_long")


Line = tuple[int, str | BadLine]
"""A line's number, from 1, and the line without its end, or the error that says why it cannot be read."""


async def lines_of_standard_input() -> AsyncIterator[Line]:
    """Each line that says something: empty ones, and those that begin with `#`, are only counted.

    Raises:
        InputError: standard input cannot be read.
    """
    if sys.stdin is None:  # descriptor 0 may be any other file then
        raise InputError("Standard input is closed; give the commands as arguments.")
    number = 0
    async for line in _lines():
        number += 1
        if isinstance(line, BadLine) or (line.strip() and not line.lstrip().startswith("#")):
            yield number, line


async def _lines() -> AsyncIterator[str | BadLine]:
    pending = bytearray()
    skipping = False  # inside a line that is too long already
    while chunk := await _read():
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            yield _TOO_LONG if skipping else _text(pending + end)
            pending.clear()
            skipping = False
        pending += rest
        if len(pending) > LINE_LIMIT:
            skipping = True
            pending.clear()
    if skipping or pending:
        yield _TOO_LONG if skipping else _text(pending)


def _text(line: bytearray) -> str | BadLine:
    if len(line) > LINE_LIMIT:
        return _TOO_LONG
    try:
        return line.decode().removesuffix("\r")
    except UnicodeDecodeError:
        return BadLine("This line is not UTF-8 text.", "not_utf8")


async def _read() -> bytes:
    """What standard input has next; empty at its end.

    A thread of its own reads it, a daemon: nobody can wake it from a terminal on which nothing is typed,
    and the program must be able to end all the same.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[bytes] = loop.create_future()

    def settle(chunk: bytes, error: OSError | None) -> None:
        if result.done():
            return
        if error is None:
            result.set_result(chunk)
        else:
            result.set_exception(InputError(f"Standard input cannot be read: {error.strerror}."))

    def read() -> None:
        chunk, failure = b"", None
        try:
            chunk = os.read(0, _CHUNK)
        except OSError as error:
            failure = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, chunk, failure)

    threading.Thread(target=read, name="standard input", daemon=True).start()
    return await result
