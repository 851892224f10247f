"""docs/histories.md is true: its commands print what it says they print."""

from pathlib import Path

from tests.integration.sessions import check_sessions

PAGE = (Path(__file__).parents[2] / "docs" / "histories.md").read_text(encoding="utf-8")


def test_the_session_prints_what_the_page_says(tmp_path: Path) -> None:
    check_sessions(PAGE, tmp_path, anew=False)
