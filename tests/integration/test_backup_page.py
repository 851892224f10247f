"""docs/backup.md is true: its commands print what it says they print."""

from pathlib import Path

from tests.integration.command_line import run
from tests.integration.sessions import check_sessions

PAGE = (Path(__file__).parents[2] / "docs" / "backup.md").read_text(encoding="utf-8")


def test_the_sessions_print_what_the_page_says(tmp_path: Path) -> None:
    check_sessions(PAGE.replace("HASH", "0" * 64), tmp_path, anew=False)


def test_the_files_of_a_copy_are_those_that_the_page_lists(tmp_path: Path) -> None:
    run("init", tmp_path / "shop")
    run("backup", tmp_path / "shop", tmp_path / "saved")
    for file in (tmp_path / "saved").rglob("*"):
        assert file.is_dir() or f"`{file.relative_to(tmp_path / 'saved')}`" in PAGE
