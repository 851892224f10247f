"""The README is true: its commands print what it says they print, and its Python runs."""

import re
import runpy
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.integration.command_line import PROGRAM, environment, without_what_varies

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_console_session_prints_what_the_readme_says(tmp_path: Path) -> None:
    session = "".join(_blocks("console"))
    steps = re.findall(r"^\$ tui-ledger (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE)
    assert len(steps) == session.count("$ ")
    for command, expected in steps:
        done = subprocess.run(
            [*PROGRAM, *shlex.split(command)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            cwd=tmp_path,
            env=environment(),
        )
        assert without_what_varies(done.stdout.decode()) == without_what_varies(expected), command


def test_the_python_runs_and_finds_what_was_deposited(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [block] = _blocks("python")
    file = tmp_path / "block.py"
    file.write_text(block, encoding="utf-8")
    runpy.run_path(str(file), run_name="__main__")
    assert "'available': '1000.00'" in capsys.readouterr().out


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
