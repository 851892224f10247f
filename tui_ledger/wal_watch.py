"""Noticing that a SQLite file in WAL mode was written, without asking SQLite."""

import os
import time
from pathlib import Path
from typing import Final

_LOOKS_PER_READING: Final = 25
_TICK: Final = 40_000_000
"""Nanoseconds, more than a tick of any file system's clock that keeps fractions of a second."""


class WalWatch:
    """Says when a database is worth reading again.

    Every commit grows or touches the write-ahead log, and asking for its size costs no read. Two commits
    within one tick of the file system's clock may look like one: so what it says is trusted only once it is
    old, and now and then the database is worth reading all the same.

    Args:
        database: The database's file.
    """

    def __init__(self, database: Path) -> None:
        self._wal = database.with_name(f"{database.name}-wal")
        self._seen: tuple[int, int] | None = None
        self._looks = 0

    def may_have_changed(self) -> bool:
        """Whether the database may have been written since this was last asked."""
        self._looks += 1
        stamp = self._stamp()
        if stamp is not None and stamp == self._seen and self._looks % _LOOKS_PER_READING:
            return False
        self._seen = stamp if stamp and time.time_ns() - stamp[0] > _TICK else None
        return True

    def know(self) -> None:
        """Take what was written up to now as known: whoever says so has just asked SQLite.

        A commit of somebody else's between that and this moment shows when SQLite is asked the next time.
        """
        self._seen = self._stamp()

    def forget(self) -> None:
        """Say that it has changed when asked the next time: what was there could not be read."""
        self._seen = None

    def _stamp(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self._wal)
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_size
