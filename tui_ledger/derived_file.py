"""Files that can be made again from the log, and so may be lost or damaged at any time."""

from contextlib import suppress
from pathlib import Path

from tui_ledger.file_replacement import replace_file


def write_derived(path: Path, content: bytes) -> None:
    """Put a file in the place of the one at `path`: readers see the old one or the new one, and it whole.

    Its folder is made if it is missing, the folder above it is not: a ledger that was removed stays away.
    What cannot be written is not: whoever needs it makes do without. For the same reason nothing is synced.
    """
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        replace_file(path, content, synced=False)


def read_derived(path: Path, limit: int) -> bytes | None:
    """What is in the file at `path`; None if there is none, or it is no file of at most `limit` bytes."""
    with suppress(OSError):
        if path.is_file():  # a pipe would let us wait for ever
            with path.open("rb") as file:
                content = file.read(limit + 1)
            return content if len(content) <= limit else None
    return None
