"""A program in a real pseudo-terminal, as a person has it: what it draws, and keys to press."""

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Final, Self

_ESCAPES: Final = re.compile(rb"\x1b\[[0-9;:?<>=$ !]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]")


class Terminal:
    """Runs `command` with a pseudo-terminal of its own as its controlling one."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], *, columns: int = 120, rows: int = 40
    ) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.settings_before = termios.tcgetattr(slave)
        self._slave = slave
        self.raw = b""
        self._found_to = 0
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**env, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - nothing here starts threads
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.hang_up()

    @property
    def text(self) -> str:
        """All that was drawn so far, without the escape sequences between."""
        return _ESCAPES.sub(b"", self.raw).decode(errors="replace")

    def press(self, keys: str) -> None:
        """Send `keys` as typed."""
        os.write(self._master, keys.encode())

    def wait_for(self, *texts: str, within: float = 40.0) -> None:
        """Read on until all `texts` were drawn, in any order, since what was waited for before.

        Raises:
            AssertionError: one did not come in time.
        """
        deadline = time.monotonic() + within
        while missing := [text for text in texts if self.text.find(text, self._found_to) < 0]:
            left = deadline - time.monotonic()
            if left <= 0 or not self._read(left):
                tail = self.text[-2000:]
                raise AssertionError(f"{missing} did not appear; the last of what did:\n{tail}")
        # Not to the end of what was read: what is waited for next may have come with it.
        self._found_to = max(self.text.find(text, self._found_to) + len(text) for text in texts)

    def wait_for_exit(self, *, within: float = 30.0) -> int:
        """Read on until the program has ended; its exit status."""
        deadline = time.monotonic() + within
        while self.process.poll() is None and time.monotonic() < deadline:
            self._read(0.05)
        status = self.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        while self._read(0.0):
            pass
        return status

    @property
    def settings(self) -> list[object]:
        """The terminal's settings now, to compare with `settings_before`."""
        return termios.tcgetattr(self._slave)

    def hang_up(self) -> None:
        """Close the terminal under the program, as a closed window does."""
        for descriptor in (self._master, self._slave):
            if descriptor >= 0:
                os.close(descriptor)
        self._master = self._slave = -1

    def _read(self, seconds: float) -> bool:
        """Read what comes within `seconds`; False when nothing did."""
        if self._master < 0 or not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:  # nobody has the other end open any more
            return False
        self.raw += data
        return bool(data)


def _take_terminal() -> None:
    """Make standard input the controlling terminal, so that closing it hangs up."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
