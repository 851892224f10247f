"""The README is true: its commands print what it says they print, and its Python runs."""

import runpy
from pathlib import Path

import pytest

from tests.integration.sessions import blocks, check_sessions

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_console_session_prints_what_the_readme_says(tmp_path: Path) -> None:
    check_sessions(README, tmp_path)


def test_the_python_runs_and_finds_what_was_deposited(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [block] = blocks(README, "python")
    file = tmp_path / "block.py"
    file.write_text(block, encoding="utf-8")
    runpy.run_path(str(file), run_name="__main__")
    assert "'available': '1000.00'" in capsys.readouterr().out
