"""The command line in processes that are forked from one that has imported it already.

A new interpreter takes three tenths of a second of imports before it does anything; a forked one has
them, and is otherwise a process as any: its arguments, environment, folder, streams, signals, exit status.

As a program of its own it is the process that is forked; it is asked through the socket whose number is
its argument, and is left by closing that.
"""

import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

import tui_ledger.bench
import tui_ledger.cli
from tui_ledger.cli.app import app
from tui_ledger.errors import LedgerError

_PATIENCE: Final = 30.0
_REQUEST_LIMIT: Final = 1 << 20


class WarmProgram:
    """Runs commands, one at a time, each in a process forked for it."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "default::ResourceWarning", "-m", __name__, str(other.fileno())],
                env=env,
                # Pipes, as Python's streams are made for what they are at its start.
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[other.fileno()],
            )
        self._socket.settimeout(_PATIENCE)

    def run(self, arguments: Sequence[str], stdin: bytes, env: Mapping[str, str]) -> tuple[int, bytes, bytes]:
        """Exit status, standard output and standard error of `tui-ledger` with these arguments.

        Raises:
            TimeoutError: it took too long; it is killed.
            RuntimeError: the process that is forked is no more.
        """
        their_input, our_input = os.pipe()
        our_output, their_output = os.pipe()
        our_errors, their_errors = os.pipe()
        request = json.dumps({"arguments": arguments, "env": dict(env), "folder": os.getcwd()}).encode()
        theirs = [their_input, their_output, their_errors]
        try:
            socket.send_fds(self._socket, [request], theirs)
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        with ThreadPoolExecutor(3) as pool:
            pool.submit(_write, our_input, stdin)
            output, errors = pool.submit(_read, our_output), pool.submit(_read, our_errors)
            process = self._answer()
            try:
                status = self._answer()
            except TimeoutError:
                os.kill(process, signal.SIGKILL)
                self._socket.recv(64)
                raise
        return status, output.result(), errors.result()

    def _answer(self) -> int:
        answer = self._socket.recv(64)
        if not answer:
            _, errors = self._process.communicate()
            raise RuntimeError(f"the process that is forked has ended:\n{errors.decode()}")
        return int(answer)

    def close(self) -> None:
        """End the process that is forked."""
        self._socket.close()
        self._process.communicate()


def _write(descriptor: int, data: bytes) -> None:
    with suppress(BrokenPipeError), open(descriptor, "wb", buffering=0) as stream:
        while data:
            data = data[stream.write(data) :]


def _read(descriptor: int) -> bytes:
    with open(descriptor, "rb") as stream:
        return stream.read()


def _warm_up() -> None:
    """Import what any command imports."""
    for package in (tui_ledger.cli, tui_ledger.bench):
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    with suppress(LedgerError):  # arguments are read by what is imported only then
        app(["verify", f"{os.devnull}/nowhere"], standalone_mode=False)


def _serve(requests: socket.socket) -> int:
    """Fork a process for each request; in that one, its exit status."""
    while True:
        request, descriptors, *_ = socket.recv_fds(requests, _REQUEST_LIMIT, 3)
        if not request:
            return 0
        process = os.fork()
        if process == 0:
            requests.close()
            return _run(json.loads(request), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        requests.send(str(process).encode())
        _, status = os.waitpid(process, 0)
        requests.send(str(os.waitstatus_to_exitcode(status)).encode())


def _run(request: dict[str, Any], descriptors: Sequence[int]) -> int:
    for standard, descriptor in enumerate(descriptors):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["folder"])
    sys.argv[1:] = request["arguments"]
    return tui_ledger.cli.main()


if __name__ == "__main__":
    _warm_up()
    sys.exit(_serve(socket.socket(fileno=int(sys.argv[1]))))
