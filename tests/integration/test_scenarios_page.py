"""docs/scenarios.md is true: its scenarios load, and its commands print what it says they print."""

from pathlib import Path
from typing import get_args

from tests.integration.sessions import blocks, check_sessions
from tui_ledger.domain.commands import COMMANDS
from tui_ledger.simulation.actions import SimpleVerb
from tui_ledger.simulation.places import RECEIPT, ROOTS, STATUS, TRUTH
from tui_ledger.simulation.scenario_file import ScenarioTable, StepTable

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")


def test_the_sessions_print_what_the_page_says(tmp_path: Path) -> None:
    refund, guess, stale = blocks(PAGE, "toml")
    typo = refund.replace(
        "[[step]]\nat = 0\n", "[[step]]\nat = 0\nexpect = ['balances/ann.availible != null']\n"
    )
    texts = {"refund": refund, "guess": guess, "typo": typo, "stale": stale}
    for name, text in texts.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    check_sessions(PAGE, tmp_path, anew=False)


def test_the_page_names_everything_that_a_scenario_can_say() -> None:
    keys = {*ScenarioTable.model_fields, *StepTable.model_fields} - {"step"}
    fields = {*TRUTH, *STATUS, *RECEIPT}
    for word in keys | set(COMMANDS) | fields:
        assert f"`{word}`" in PAGE or f".{word}`" in PAGE, word
    for word in get_args(SimpleVerb):
        assert word in PAGE, word
    for root in ROOTS:
        assert f"`{root}" in PAGE, root
