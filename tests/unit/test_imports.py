"""The architecture: who may import whom, and what is not imported before it is needed."""

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
HEAVY = {"textual", "pydantic", "aiosqlite", "msgspec"}


def test_imports_run_one_way_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(ROOT)

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True) == 0


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_neither_textual_nor_the_engine(option: str) -> None:
    assert _heavy_after(_command(option)) == set()


def test_the_help_of_a_command_imports_no_textual_and_no_engine() -> None:
    # Typer itself needs pydantic for the options of a command.
    assert _heavy_after(_command("open", "--help")) <= {"pydantic"}


def test_a_command_imports_no_textual(tmp_path: Path) -> None:
    assert "textual" not in _heavy_after(_command("init", str(tmp_path / "ledger")))


def test_importing_the_package_is_cheap_and_its_names_are_there_all_the_same() -> None:
    assert _heavy_after("import tui_ledger") == set()
    assert "pydantic" in _heavy_after("from tui_ledger import CreateUser, Ledger")


def _command(*arguments: str) -> str:
    return f"from tui_ledger.cli.app import app; app({arguments!r}, standalone_mode=False)"


def _heavy_after(statement: str) -> set[str]:
    """Which of the heavy packages a fresh interpreter has loaded after `statement`."""
    program = f"import sys\n{statement}\nprint(*({HEAVY} & sys.modules.keys()), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stderr.split())
