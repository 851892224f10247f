"""The whole program as a person runs it: a real process in a real pseudo-terminal."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.terminal import Terminal

PROGRAM = [sys.executable, "-m", "tui_ledger"]
LEAVES_FULL_SCREEN = b"\x1b[?1049l"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has never run the program."""
    own = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "LC_ALL": "C.UTF-8"}
    return {**os.environ, **own}


def output(home: dict[str, str], *arguments: str) -> list[dict[str, object]]:
    result = subprocess.run([*PROGRAM, *arguments], env=home, capture_output=True, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_stranger_watches_types_quits_and_finds_everything_again(home: dict[str, str]) -> None:
    with Terminal(PROGRAM, home) as terminal:
        terminal.wait_for("Commands")
        terminal.wait_for("story 1/9")
        terminal.press(" ")
        terminal.press(" ")
        terminal.wait_for("UserCreated")
        terminal.press(":")
        terminal.press("create ann owner=[/b]\rdeposit ann 12.34\rwithdraw ann 99\r")
        terminal.wait_for("+12.34", "99.00")  # the event and the refusal: which is drawn first is chance
        terminal.press("\x1b")
        terminal.press("\x11")
        assert terminal.wait_for_exit() == 0, terminal.text[-2000:]
        assert terminal.settings == terminal.settings_before
        assert LEAVES_FULL_SCREEN in terminal.raw
    wallets = [event["data"]["wallet"] for event in output(home, "events", "@", "--json")]  # type: ignore[index]
    assert wallets.count("ann") == 2
    assert output(home, "verify", "@", "--json")[0]["ok"] is True
    with Terminal(PROGRAM, home) as terminal:
        terminal.wait_for("+12.34")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), pytest.param(signal.SIGHUP, 129, marks=pytest.mark.slow)]
)
def test_a_signal_ends_it_in_good_order(
    home: dict[str, str], tmp_path: Path, number: signal.Signals, status: int
) -> None:
    with Terminal([*PROGRAM, "open", str(tmp_path / "ledger"), "--traffic", "20"], home) as terminal:
        terminal.wait_for("MoneyDeposited")
        terminal.process.send_signal(number)
        assert terminal.wait_for_exit(within=6) == status
        assert terminal.settings == terminal.settings_before
        assert LEAVES_FULL_SCREEN in terminal.raw
        assert b"Traceback" not in terminal.raw
    assert output(home, "verify", str(tmp_path / "ledger"), "--json")[0]["ok"] is True


@pytest.mark.slow
def test_it_ends_when_its_window_is_closed(home: dict[str, str], tmp_path: Path) -> None:
    with Terminal([*PROGRAM, "open", str(tmp_path / "ledger"), "--traffic", "20"], home) as terminal:
        terminal.wait_for("MoneyDeposited")
        terminal.hang_up()
        assert terminal.process.wait(timeout=6) == 129
    assert output(home, "verify", str(tmp_path / "ledger"), "--json")[0]["ok"] is True


@pytest.mark.parametrize(("columns", "rows"), [pytest.param(80, 24, marks=pytest.mark.slow), (20, 5)])
def test_it_opens_and_closes_in_a_small_terminal(
    home: dict[str, str], tmp_path: Path, columns: int, rows: int
) -> None:
    command = [*PROGRAM, "open", str(tmp_path / "ledger")]
    with Terminal(command, home, columns=columns, rows=rows) as terminal:
        terminal.wait_for("tui-ledger")
        terminal.press("\x11")
        assert terminal.wait_for_exit() == 0, terminal.text[-2000:]
