"""A process that opens a log and so migrates it, and may be told to die in the middle: run as a script.

    migrating.py LOG            opens and closes LOG, and prints how many of SQLite's instructions that took
    migrating.py LOG BEFORE     kills itself before the statement that begins with the text BEFORE
    migrating.py LOG COUNT      kills itself after so many of SQLite's instructions

It dies of SIGKILL, as with kill -9: nothing of the process gets to clean up.
"""

import asyncio
import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

from tui_ledger.event_store.sqlite import open_store

connect = sqlite3.connect


class Death:
    """Watches what every connection does, and strikes when it is time."""

    def __init__(self, when: str) -> None:
        self.before = when if not when.isdecimal() else None
        self.after = int(when) if when.isdecimal() else None
        self.instructions = 0

    def watch(self, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        """A connection that is watched."""
        connection: sqlite3.Connection = connect(*args, **kwargs)
        connection.set_trace_callback(self._statement)
        connection.set_progress_handler(self._instruction, 1)
        return connection

    def _statement(self, text: str) -> None:
        if self.before is not None and text.startswith(self.before):
            os.kill(os.getpid(), signal.SIGKILL)

    def _instruction(self) -> int:
        self.instructions += 1
        if self.instructions == self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0


async def main(log: Path, when: str) -> None:
    """Open the log, and close it."""
    death = Death(when)
    sqlite3.connect = death.watch  # type: ignore[assignment]
    async with open_store(log):
        pass
    sys.stdout.write(f"{death.instructions}\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "never"))
