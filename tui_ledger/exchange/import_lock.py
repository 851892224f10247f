"""One import at a time: two would check against what the other is about to change, and share a file."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tui_ledger.errors import LockedError, StorageError

_LOCK: Final = "import.lock"


@contextmanager
def alone(folder: Path | None) -> Iterator[None]:
    """Nobody else imports into the ledger. The lock ends with the process, however that ends.

    Args:
        folder: Where the ledger keeps what is derived; None for a ledger in memory, which nobody shares.

    Raises:
        LockedError: somebody does.
        StorageError: the folder cannot be written.
    """
    if folder is None:
        yield
        return
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(
                "Another import into this ledger is under way; try again when it is done."
            ) from None
        yield
    finally:
        os.close(descriptor)
