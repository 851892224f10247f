"""`export`: the log in a file or a pipe, as CloudEvents."""

import gzip
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from tui_ledger.cli.output import counted, flush_output, say, say_json
from tui_ledger.cli.progress import events_bar
from tui_ledger.errors import LedgerError, StorageError
from tui_ledger.file_replacement import new_file
from tui_ledger.ledger import Ledger

STANDARD_OUTPUT: Final = "-"
"""The name of a file that stands for standard output."""

_PACKED: Final = ".gz"
_LEVEL: Final = 6
_STEP: Final = 1000


class FileExists(LedgerError):
    """What is to be written is there already."""

    exit_status = 2

    def __init__(self, file: str) -> None:
        super().__init__(f"{file} exists already, and is not overwritten; name another file.")


async def export_to_output(path: Path, *, after: int) -> int:
    """Write the events above `after` to standard output."""
    async with _events(path, after) as (lines, _):
        if sys.stdout.isatty():  # which obeys and hides what a pipe only passes on
            async for line in lines:
                say_json(msgspec.json.decode(line), flush=False)
            flush_output()
        else:
            async for line in lines:
                sys.stdout.buffer.write(line + b"\n")
            sys.stdout.buffer.flush()
    return 0


async def export_to_file(path: Path, file: str, *, after: int, as_json: bool) -> int:
    """Write the events above `after` to a new file, and print how many they were.

    Raises:
        FileExists: there is something of that name.
        StorageError: it cannot be written.
    """
    count, digest = 0, sha256()
    async with _events(path, after) as (lines, total):
        with events_bar("export", total) as show, _new_file(file) as out:
            async for line in lines:
                text = line + b"\n"
                digest.update(text)
                out.write(text)
                count += 1
                if count % _STEP == 0:
                    show(count)
    if as_json:
        say_json({"file": file, "events": count, "sha256": digest.hexdigest()})
    else:
        say(f"Exported {counted(count, 'event')} to {file}, sha256 {digest.hexdigest()}")
    return 0


@asynccontextmanager
async def _events(path: Path, after: int) -> AsyncIterator[tuple[AsyncGenerator[bytes, None], int]]:
    """The lines of the events above `after`, and about how many they are."""
    async with (
        Ledger.open(path, run_views=False, views=()) as ledger,
        aclosing(ledger.export_events(after)) as lines,
    ):
        yield lines, max((await ledger.head()).position - after, 0)


@contextmanager
def _new_file(file: str) -> Iterator[BinaryIO | gzip.GzipFile]:
    if os.path.lexists(file):  # said before the work, and made sure of after it
        raise FileExists(file)
    try:
        with new_file(Path(file)) as out:
            if file.endswith(_PACKED):
                # Without a name and a time, so that the same events are the same bytes.
                with gzip.GzipFile("", "wb", _LEVEL, out, mtime=0) as packed:
                    yield packed
            else:
                yield out
    except FileExistsError:
        raise FileExists(file) from None
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}.") from None
