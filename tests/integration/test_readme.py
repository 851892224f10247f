"""The README is true: its commands print what it says they print, and its Python runs."""

import asyncio
import runpy
from pathlib import Path

from tests.integration.sessions import blocks, check_sessions

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_console_session_prints_what_the_readme_says(tmp_path: Path) -> None:
    check_sessions(README, tmp_path)


def test_the_python_runs(tmp_path: Path) -> None:
    for number, block in enumerate(blocks(README, "python")):
        file = tmp_path / f"block_{number}.py"
        file.write_text(block, encoding="utf-8")
        names = runpy.run_path(str(file), run_name="__main__")
        for name, value in names.items():
            if name.startswith("test_"):
                asyncio.run(value())
