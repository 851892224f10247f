"""Runs the app in a terminal, and leaves the terminal as it was, whatever ends it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import traceback
from functools import partial
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, Final

from tui_ledger.clock import SystemClock
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.app import LedgerApp
from tui_ledger.ui.look import look_here
from tui_ledger.ui.place import folder, throwaway
from tui_ledger.ui.terminal import lasting_driver

if TYPE_CHECKING:
    from tui_ledger.ui import Beside, FindScenario

PATIENCE: Final = 4.5
"""How long leaving may take before the process is ended, in seconds."""

_RESTORE: Final = "\x1b[<u\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1004l\x1b[?7h\x1b[?1049l\x1b[?25h"
_PACKAGE: Final = str(Path(__file__).resolve().parents[1])


def run(
    path: Path | None,
    *,
    scenario: FindScenario | None,
    traffic: float | None,
    seed: int | None,
    ascii_only: bool,
    beside: Beside | None,
) -> int:
    """Run the app until somebody leaves it, see `run_app`; the status with which the process should exit.

    From the moment of leaving the process has `PATIENCE` seconds left, also when something hangs after
    this has returned.
    """
    demo = throwaway("demo", lambda: app.scenario.views if app.scenario is not None else ())
    place = demo if path is None else folder(path)
    app = LedgerApp(
        place.open,
        name=place.name,
        clock=SystemClock(),
        throwaway=None if path is None else demo,
        traffic=traffic,
        seed=0 if seed is None else seed,
        look=look_here(ascii_only=ascii_only),
    )
    app.find_scenario = scenario
    app.driver_class = lasting_driver(app.driver_class, lambda: app.exit(return_code=128 + signal.SIGHUP))
    guard = Guard(app)
    app.when_leaving = guard.start
    asyncio.run(_run(app, beside))
    if app.crash is not None:
        print(report(app.crash), file=sys.stderr)  # noqa: T201
        return 1
    if app.failure is not None:
        print(safe_text(str(app.failure)), file=sys.stderr)  # noqa: T201
    return app.return_code or 0


async def _run(app: LedgerApp, beside: Beside | None) -> None:
    loop = asyncio.get_running_loop()
    if sys.platform != "win32":
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.add_signal_handler(number, partial(app.exit, return_code=128 + number))
    aside = asyncio.create_task(beside(app)) if beside is not None else None
    await app.run_async()
    if aside is not None:
        aside.cancel()


class Guard:
    """Ends the process hard when leaving takes too long, with the terminal restored as far as that goes."""

    def __init__(self, app: LedgerApp) -> None:
        self._app = app
        self._timer: Timer | None = None
        self._before = _terminal_attributes()

    def start(self) -> None:
        """The app is leaving."""
        if self._timer is None:
            self._timer = Timer(PATIENCE, self._end)
            self._timer.daemon = True
            self._timer.start()

    def _end(self) -> None:
        try:
            _restore_terminal(self._before)
        finally:
            os._exit(1 if self._app.crash is not None else self._app.return_code or 0)


def _terminal_attributes() -> list[Any] | None:
    if sys.platform == "win32" or not sys.stdin.isatty():
        return None
    import termios  # noqa: PLC0415

    return termios.tcgetattr(sys.stdin.fileno())


def _restore_terminal(attributes: list[Any] | None) -> None:
    if sys.platform == "win32" or attributes is None:
        return
    import termios  # noqa: PLC0415

    try:
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, attributes)
        os.write(sys.stderr.fileno(), _RESTORE.encode())
    except (OSError, termios.error):
        return  # the terminal is gone


def report(error: Exception) -> str:
    """What a bug report needs of `error`, and nothing that somebody has typed: no message, no values."""
    from importlib.metadata import version  # noqa: PLC0415 - takes a while, and is hardly ever needed

    cause: BaseException = error
    while isinstance(inner := getattr(cause, "error", None) or cause.__cause__, BaseException):
        cause = inner
    frames = traceback.extract_tb(cause.__traceback__)
    places = [f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames[-12:]]
    head = f"tui-ledger {version('tui-ledger')} has a bug and had to stop: {type(cause).__name__}."
    return "\n".join([head, "What is in the ledger is safe. Where it happened:", *places])


def _place(file: str) -> str:
    return os.path.relpath(file, os.path.dirname(_PACKAGE)) if file.startswith(_PACKAGE) else Path(file).name
