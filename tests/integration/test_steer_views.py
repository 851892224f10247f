"""docs/steer-views.md is true: its commands print what it says they print, and its Python runs."""

import runpy
from pathlib import Path

import pytest

from tests.integration.sessions import blocks, check_sessions

PAGE = (Path(__file__).parents[2] / "docs" / "steer-views.md").read_text(encoding="utf-8")


def test_the_sessions_print_what_the_page_says(tmp_path: Path) -> None:
    check_sessions(PAGE, tmp_path, anew=False)


def test_the_python_runs_and_prints_what_its_comments_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [block] = blocks(PAGE, "python")
    file = tmp_path / "block.py"
    file.write_text(block, encoding="utf-8")
    runpy.run_path(str(file), run_name="__main__")
    assert capsys.readouterr().out.splitlines()[0] == "True paused"
