"""The kit in somebody else's project: `docs/testing.md` can be copied, and nothing more is needed or done."""

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from textwrap import indent

import pytest

from tests.integration.command_line import environment
from tui_ledger.domain.commands import CreateUser, DepositMoney
from tui_ledger.domain.events import MoneyDeposited, UserCreated
from tui_ledger.ledger import Ledger
from tui_ledger.testing import given, settle

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
FILES = re.findall(r"`(\S+)`:\n\n```(?:python|ini)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

# The cache, and plugins that only this project has and that take a while to import.
WITHOUT = [f"-pno:{name}" for name in ("cacheprovider", "hypothesispytest", "textual-snapshot", "xdist")]

STRICT = """
import pytest
from tui_ledger import CreateUser
from tui_ledger.event_store.port import Append, Expected, NewEvent

@pytest.mark.asyncio
async def test_it(clock, store, ledger, ledger_on_disk):
    await clock.advance(60)
    created = NewEvent("e-1", "UserCreated", 1, "{}", "2026-01-01T00:00:00.000000Z")
    await store.append(Append(stream="wallet/ann", expected=Expected.ANY, events=(created,)))
    for each in (ledger, ledger_on_disk):
        await each.execute(CreateUser(wallet="ann"))
    for log in (store, ledger, ledger_on_disk):
        assert [event.recorded_at for event in await log.read()] == ["2026-01-01T00:01:00.000000Z"]
"""


def run_pytest(folder: Path) -> str:
    """Run pytest in a folder, where a warning is an error; what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-W", "error", *WITHOUT],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


@pytest.mark.slow
def test_every_example_of_the_page_can_be_copied_and_passes(tmp_path: Path) -> None:
    assert len(FILES) == len(re.findall("```(?:python|ini)$", PAGE, re.MULTILINE)) == 5
    for name, content in FILES:
        (tmp_path / name).write_text(content, encoding="utf-8")
    count = sum(len(re.findall(r"^(?:async )?def test_", content, re.MULTILINE)) for _, content in FILES)
    assert f" {count} passed in " in (output := run_pytest(tmp_path)), output


async def test_the_page_shows_how_it_fails(ledger: Ledger) -> None:
    deposited = MoneyDeposited("moyin", 1000_00, "USD", "gift")
    command = DepositMoney(wallet="moyin", amount="1000", source="salary")
    with pytest.raises(AssertionError) as decided:
        given(UserCreated("moyin", "", "USD")).when(command).then(deposited)
    assert f"\nAssertionError: {decided.value}\n" in PAGE

    await ledger.worker("balances").delay(1.5)
    await ledger.execute(CreateUser(wallet="moyin"))
    await ledger.execute(command)
    with pytest.raises(AssertionError) as late:
        await settle(ledger, within=0.05)
    shown = str(late.value).replace("0.05 s", "5 s")
    assert indent(f"AssertionError: {shown}\n", "  ") in PAGE


def test_the_page_lists_every_fixture_of_the_plugin(pytestconfig: pytest.Config) -> None:
    plugin = pytestconfig.pluginmanager.get_plugin("tui_ledger.testing.plugin")
    fixtures = [
        name for name, value in vars(plugin).items() if type(value).__name__ == "FixtureFunctionDefinition"
    ]
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == fixtures


@pytest.mark.slow
def test_the_fixtures_share_a_clock_and_need_no_mode_of_pytest_asyncio(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["tui_ledger.testing.plugin"]')
    (tmp_path / "test_strictly.py").write_text(STRICT)
    assert "1 passed" in (output := run_pytest(tmp_path)), output


def test_a_test_that_fails_points_to_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "test_wrong.py").write_text(
        "from tui_ledger import CreateUser\n"
        "from tui_ledger.testing import given\n"
        "def test_then():\n"
        "    given().when(CreateUser(wallet='moyin')).then()\n"
        "def test_then_rejected():\n"
        "    given().when(CreateUser(wallet='moyin')).then_rejected('unknown_wallet')\n"
    )
    output = run_pytest(tmp_path)
    assert re.findall(r"^(\S+):(\d+): AssertionError$", output, re.MULTILINE) == [
        ("test_wrong.py", "4"),
        ("test_wrong.py", "6"),
    ], output


def test_the_kit_itself_does_not_need_pytest() -> None:
    program = (
        "import sys; sys.modules['pytest'] = sys.modules['pytest_asyncio'] = None; import tui_ledger.testing"
    )
    subprocess.run([sys.executable, "-c", program], env=environment(), check=True)


def test_the_package_adds_nothing_to_other_peoples_test_runs() -> None:
    entry_points = metadata.distribution("tui-ledger").entry_points
    assert {entry.group for entry in entry_points} == {"console_scripts"}
