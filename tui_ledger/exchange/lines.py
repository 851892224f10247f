"""The lines of a file or a pipe that nobody vouches for, one by one and in bounded memory."""

import os
import select
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Final

from tui_ledger.domain.command_language import LINE_LIMIT
from tui_ledger.errors import InputError
from tui_ledger.exchange.unpacking import MAGIC, unpacked

STANDARD_INPUT: Final = "-"
"""The name under which a pipe is read."""

BLANK_LIMIT: Final = 1000
"""How many blank lines may follow one another."""

_CHUNK: Final = 64 * 1024
_PATIENCE_MS: Final = 100
_PACKED: Final = ".gz"
_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class Stopped(Exception):
    """The reading was given up by `Lines.stop`."""


class Lines:
    """Numbered lines, from 1, without their ends. Blank ones are only counted. They are gone through once.

    What begins as gzip is unpacked. A line may end in LF or CR LF, the last one in nothing.

    Attributes:
        name: What a sentence calls the file.
        size: Of the file as it lies there, in bytes, packed or not; None if that is not known.
        bytes_read: How much of that has been read.
    """

    def __init__(self, descriptor: int, name: str, size: int | None = None) -> None:
        self.name = name
        self.size = size
        self.bytes_read = 0
        self._descriptor = descriptor
        self._stopped = False
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLIN)

    def stop(self) -> None:
        """Have whoever waits for a line, in whichever thread, get `Stopped` within a tenth of a second."""
        self._stopped = True

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """Each line with its number.

        Raises:
            InputError: it cannot be read, or is no text of lines of at most 64 KiB; a sentence says why.
            Stopped: `stop` was called.
        """
        number = blank = 0
        pending = bytearray()
        for piece in self._text():
            *ends, rest = piece.split(b"\n")
            for end in ends:
                number += 1
                line = bytes(pending) + end if pending else end
                pending.clear()
                line = _checked(line, number)
                if line.isspace() or not line:
                    blank += 1
                    if blank > BLANK_LIMIT:
                        raise InputError(f"line {number}: there are more than {BLANK_LIMIT:,} blank lines.")
                else:
                    blank = 0
                    yield number, line
            pending += rest
            if len(pending) > LINE_LIMIT + 1:
                raise _too_long(number + 1)
        last = _checked(bytes(pending), number + 1)
        if last and not last.isspace():
            yield number + 1, last

    def _text(self) -> Iterator[bytes]:
        """What is in the file, unpacked."""
        chunks = self._chunks()
        first = next(chunks, b"")
        while 0 < len(first) < len(MAGIC):  # a pipe may give one byte at a time
            more = next(chunks, b"")
            if not more:
                break
            first += more
        if first.startswith(MAGIC):
            yield from unpacked(chain([first], chunks), self.name)
        elif self.name.endswith(_PACKED):
            raise InputError(f"{self.name} is named like a packed file, and is none.", "bad_gzip")
        else:
            yield from chain([first], chunks)

    def _chunks(self) -> Iterator[bytes]:
        try:
            while chunk := self._read():
                self.bytes_read += len(chunk)
                yield chunk
        except OSError as error:
            raise InputError(f"{self.name} cannot be read: {error.strerror}.") from None

    def _read(self) -> bytes:
        """What comes next; empty at the end. A pipe is waited for only as long as nobody says stop."""
        while not self._stopped:
            if self.size is not None or self._poll.poll(_PATIENCE_MS):
                return os.read(self._descriptor, _CHUNK)
        raise Stopped


@contextmanager
def open_lines(path: str | Path) -> Iterator[Lines]:
    """The lines of the file at `path`, or, where that is `-`, of standard input.

    A file is a regular one, or a link to one: whatever else has a name could keep us waiting for ever.

    Raises:
        InputError: it is no such file, or cannot be opened.
    """
    if str(path) == STANDARD_INPUT:
        if sys.stdin is None:  # descriptor 0 may be any other file then
            raise InputError("Standard input is closed; give a file.")
        yield Lines(0, "standard input")
        return
    descriptor = _open(str(path))
    try:
        yield Lines(descriptor, str(path), os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def _open(path: str) -> int:
    try:
        _check_regular(path, os.stat(path))  # to open a device can do something already
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            _check_regular(path, os.fstat(descriptor))
        except InputError:
            os.close(descriptor)
            raise
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:  # a NUL
        raise InputError(f"{path} can be no file's name.") from None
    return descriptor


def _check_regular(path: str, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        what = next((name for is_one, name in _KINDS if is_one(status.st_mode)), "no regular file")
        raise InputError(f"{path} is {what}; give a regular file, or - to read from a pipe.")


def _checked(line: bytes, number: int) -> bytes:
    line = line.removesuffix(b"\r")
    if len(line) > LINE_LIMIT:
        raise _too_long(number)
    return line


def _too_long(number: int) -> InputError:
    return InputError(f"line {number}: it is longer than {LINE_LIMIT:,} bytes.", "line_too_long")
