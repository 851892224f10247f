"""docs/exchange.md is true: its commands print what it says they print, and its Python runs."""

import json
import re
import runpy
from pathlib import Path

import pytest

from tests.integration.sessions import blocks, check_sessions
from tests.unit.cloud_events import CAUSE_ID, stored
from tui_ledger.domain.events import MoneyDeposited
from tui_ledger.exchange.cloud_events import encode

PAGE = (Path(__file__).parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")


def test_the_sessions_print_what_the_page_says(tmp_path: Path) -> None:
    check_sessions(PAGE, tmp_path, anew=False)


def test_the_python_prints_what_its_comment_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [block] = blocks(PAGE, "python")
    file = tmp_path / "block.py"
    file.write_text(block, encoding="utf-8")
    runpy.run_path(str(file), run_name="__main__")
    assert capsys.readouterr().out == """1 b'{"specversion":"1.0"'\n"""


def test_the_table_has_every_attribute_in_order() -> None:
    whole = stored(
        MoneyDeposited("moyin", 1, "USD", ""),
        command_id="c",
        content="{}",
        correlation_id="c",
        causation_id=CAUSE_ID,
    )
    table = PAGE.partition("## The format")[2].partition("\n\n- ")[0]
    assert re.findall(r"^\| `([a-z]+)` \|", table, re.MULTILINE) == [*json.loads(encode(whole))]
