"""Ways out of the app, and that each closes the ledger."""

import asyncio
import io
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.ui.stage import make_app, on_stage
from tui_ledger.errors import StorageError
from tui_ledger.ledger import Ledger
from tui_ledger.testing import VirtualClock
from tui_ledger.ui.app import LedgerApp
from tui_ledger.ui.place import Place
from tui_ledger.ui.run import report
from tui_ledger.ui.scene import Picture
from tui_ledger.ui.terminal import Patient


class Watched:
    """Opens a ledger and remembers whether it was closed."""

    def __init__(self) -> None:
        self.closed = False

    @asynccontextmanager
    async def open(self) -> Any:
        async with Ledger.in_memory() as ledger:
            yield ledger
        self.closed = True


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_a_key_quits_with_status_0_and_the_ledger_is_closed(key: str) -> None:
    watched = Watched()
    app = LedgerApp(watched.open, name="x", clock=VirtualClock(), ticking=False)
    leaving: list[bool] = []
    app.when_leaving = lambda: leaving.append(True)
    async with app.run_test() as pilot:
        await app.tick()
        await pilot.press(key)
    assert app.return_code == 0
    assert watched.closed
    assert leaving


async def test_q_is_a_letter_while_a_command_is_being_typed() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("colon", "q", "plus", "question_mark")
        assert stage.app.is_running
        assert "q+?" in stage.screen_text()


async def test_a_ledger_that_cannot_be_opened_ends_the_app_with_its_own_status() -> None:
    @asynccontextmanager
    async def failing() -> Any:
        raise StorageError("There is no ledger at x.")
        yield

    app = LedgerApp(failing, name="x", clock=VirtualClock(), ticking=False)
    async with app.run_test() as pilot:
        await pilot.pause()
    assert app.return_code == 7
    assert str(app.failure) == "There is no ledger at x."


async def test_a_bug_ends_the_app_with_status_1_and_the_ledger_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret of ann")

    watched = Watched()
    app = LedgerApp(watched.open, name="x", clock=VirtualClock(), ticking=False)
    with pytest.raises(RuntimeError):  # noqa: PT012 - it is raised when the app ends
        async with app.run_test() as pilot:
            await app.tick()
            monkeypatch.setattr(app.main, "action_help", broken)
            await pilot.press("question_mark")
            await pilot.pause()
    assert app.return_code == 1
    assert watched.closed
    assert app.crash is not None


def test_a_report_says_what_and_where_and_nothing_of_anybodys() -> None:
    private = "the salary of ann"
    try:
        raise RuntimeError(private)
    except RuntimeError as error:
        text = report(error)
    assert "RuntimeError" in text
    assert "test_leaving.py" in text
    assert private not in text


def test_a_terminal_that_is_gone_swallows_what_is_written_and_says_so() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    said: list[bool] = []
    patient = Patient(Gone(), lambda: said.append(True))
    assert patient.write("frame") == 5
    assert said == [True]


HANGING = """
import asyncio, signal, sys
from contextlib import asynccontextmanager
from tui_ledger.ui import run
from tui_ledger.ui.place import Place
run.PATIENCE = 0.5
class Hanging:
    @classmethod
    @asynccontextmanager
    async def open(cls, path, create):
        from tui_ledger.ledger import Ledger
        async with Ledger.in_memory() as ledger:
            yield ledger
        await asyncio.sleep(3600)
import tui_ledger.ledger
real = tui_ledger.ledger.Ledger
run.folder = lambda path: Place("x", lambda: Hanging.open(path, True))
async def press(pilot):
    await pilot.pause()
    pilot.app.exit(return_code=143)
original = run.LedgerApp.run_async
async def headless(self):
    return await original(self, headless=True, auto_pilot=press)
run.LedgerApp.run_async = headless
sys.exit(run.run(__import__("pathlib").Path("x"), scenario=None, traffic=None, seed=None, beside=None))
"""


def test_a_ledger_that_never_closes_does_not_keep_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", HANGING], timeout=20, capture_output=True, check=False)
    assert done.returncode == 128 + signal.SIGTERM, done.stderr.decode()


async def test_the_first_frame_is_there_before_the_ledger_is_opened() -> None:
    painted: list[str] = []

    @asynccontextmanager
    async def opening() -> Any:
        painted.append("".join(strip.text for strip in app.screen._compositor.render_strips()))
        async with Ledger.in_memory() as ledger:
            yield ledger

    app = make_app(VirtualClock())
    app._place = Place("x", opening)
    async with app.run_test(size=(120, 40)):
        await app.tick()
    assert "○ OPENING" in painted[0]
    assert "1 Commands" in painted[0]


def test_the_ui_is_cheap_to_import_until_it_runs() -> None:
    code = "import sys, tui_ledger.ui; assert 'textual' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ})
    code = "import sys, tui_ledger.ui.app; assert 'pydantic' not in sys.modules, 'pydantic'"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ})


async def test_what_is_being_read_when_somebody_quits_finds_the_screen_as_it_was() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "deposit ann 50")
        await stage.tick()
        feed = stage.app.drawing._feed
        assert feed is not None
        read = feed.read

        async def late(*arguments: Any) -> Picture:
            while stage.app.main.query("BalancesTable"):  # noqa: ASYNC110 - nothing says when that goes
                await asyncio.sleep(0)
            return await read(*arguments)

        feed.read = late  # type: ignore[assignment, method-assign]
        stage.app.drawing.read_views()
    assert stage.app.crash is None
