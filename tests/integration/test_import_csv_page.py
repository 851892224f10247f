"""docs/import-csv.md is true: its files and maps import as it says."""

from pathlib import Path

import pytest

from tests.integration.sessions import blocks, check_sessions

PAGE = (Path(__file__).parents[2] / "docs" / "import-csv.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the page's files are, by the names that it gives them."""
    for names, language in ((("statement.csv", "orders.csv"), "csv"), (("bank.toml", "orders.toml"), "toml")):
        for name, text in zip(names, blocks(PAGE, language), strict=True):
            (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_sessions_print_what_the_page_says(folder: Path) -> None:
    check_sessions(PAGE, folder, anew=False)
