"""The terminal as something that can go away at any moment."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

from tui_ledger.ui.columns import straightened

if TYPE_CHECKING:
    from textual.driver import Driver


class Patient(io.TextIOBase):
    """A text stream that keeps columns straight, and swallows what its terminal, being gone, no longer takes.

    Without it the thread that writes would die, and the app would wait for ever for it to go on.

    Args:
        stream: The terminal.
        gone: Called, from the thread that writes, when it takes nothing any more.
    """

    def __init__(self, stream: TextIO, gone: Callable[[], None]) -> None:
        self._stream = stream
        self._gone = gone

    def write(self, text: str) -> int:
        try:
            self._stream.write(straightened(text))
            return len(text)
        except OSError:
            self._gone()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            self._gone()

    def fileno(self) -> int:
        return self._stream.fileno()

    def isatty(self) -> bool:
        return self._stream.isatty()


def lasting_driver(driver: type[Driver], gone: Callable[[], None]) -> type[Driver]:
    """`driver` made so that a terminal that goes away ends the app in good order.

    Args:
        driver: The driver that Textual chose; only one for a terminal is changed.
        gone: Called, in the event loop, when there is nobody left to read from.
    """
    if sys.platform == "win32":
        return driver
    from textual.drivers.linux_driver import LinuxDriver  # noqa: PLC0415

    if driver is not LinuxDriver:
        return driver

    class LastingDriver(LinuxDriver):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._file = Patient(self._file, self._tell)  # type: ignore[assignment, arg-type]

        def run_input_thread(self) -> None:
            try:
                super().run_input_thread()
            except OSError:
                self._tell()

        def _tell(self) -> None:
            try:
                self._loop.call_soon_threadsafe(gone)
            except RuntimeError:
                return  # the loop has ended: everybody knows

    return LastingDriver
