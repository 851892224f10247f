"""The command line as its users have it: a process of its own."""

import atexit
import functools
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import tui_ledger
from tests.integration.warm_program import WarmProgram

# An unclosed file or connection would show on standard error, which most tests want empty.
PROGRAM: Final = (sys.executable, "-W", "default::ResourceWarning", "-m", "tui_ledger")

ROOT: Final = str(Path(tui_ledger.__path__[0]).parent)
"""Where the package is."""

_VARIES: Final = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "HASH"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "ID"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z"), "TIME"),
    (re.compile(r" *\+\d+\.\d m?s\b"), " AFTER"),
    (re.compile(r"\b\d+\.\d s \([\d,]+ events/s\)"), "SPEED"),
)


@dataclass(frozen=True)
class Result:
    """How a run ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON objects on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def run(
    *arguments: str | Path, stdin: str | bytes = "", under: Sequence[str] = (), **variables: str
) -> Result:
    """Run `tui-ledger` with these arguments, `under` a program, with `variables` in the environment.

    What needs neither is forked from a process that has imported the program: see `run_anew`.
    """
    if under or variables:
        return run_anew(*arguments, stdin=stdin, under=under, **variables)
    status, out, err = _warm_program().run([*map(str, arguments)], _encoded(stdin), environment())
    return Result(status, out.decode(), err.decode())


def run_anew(
    *arguments: str | Path, stdin: str | bytes = "", under: Sequence[str] = (), **variables: str
) -> Result:
    """`run` in a new interpreter, as a shell does it."""
    done = subprocess.run(
        [*under, *PROGRAM, *map(str, arguments)],
        input=_encoded(stdin),
        capture_output=True,
        check=False,
        timeout=30,
        env=environment(**variables),
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
    """Start `tui-ledger` with pipes to all of its streams, and open to every signal."""
    for number in (signal.SIGINT, signal.SIGHUP):
        # A program inherits what is ignored, and in the background that is Ctrl-C.
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    return subprocess.Popen(
        [*PROGRAM, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )


def environment(**variables: str) -> Mapping[str, str]:
    """This process's environment, in which the program finds itself from any folder."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return inherited | {"PYTHONPATH": ROOT} | variables


def without_what_varies(text: str) -> str:
    """`text` with HASH, ID, TIME, AFTER and SPEED in place of what is different in every run."""
    for pattern, name in _VARIES:
        text = pattern.sub(name, text)
    return text


def _encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


@functools.cache
def _warm_program() -> WarmProgram:
    program = WarmProgram(environment())
    atexit.register(program.close)
    return program
