"""`run`: a scenario from the command line, and whether it went as it expects."""

from pathlib import Path

import pytest

from tests.integration.command_line import run
from tui_ledger.ledger import create_ledger

MINE = """\
title = "Mine"
views = ["balances"]

[[step]]
at = 0
do = "create ann"

[[step]]
at = 1
do = "deposit ann 300"
expect = ['balances/ann.available == "500.00"', "log.head == 2"]

[[step]]
at = 2
do = "withdraw ann 1000"
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A scenario with two things wrong."""
    file = tmp_path / "mine.toml"
    file.write_text(MINE, encoding="utf-8")
    return file


def test_a_scenario_in_which_all_is_true_says_so_in_one_line() -> None:
    result = run("run", "moyin")
    assert (result.status, result.err) == (0, "")
    assert result.out == "Moyin buys a sword: 9 steps, 16 expectations, all true.\n"


def test_each_failure_is_a_sentence_on_standard_error_and_the_status_is_3(mine: Path) -> None:
    result = run("run", mine)
    assert (result.status, result.out) == (3, "")
    first, second, summary = result.err.splitlines()
    assert first == 'step 2 (line 8): expected balances/ann.available == "500.00", found "300.00"'
    assert second.startswith("step 3 (line 13): withdraw ann was refused: ")
    assert summary == "Mine: 3 steps, 2 expectations, 2 failures."


def test_as_json_each_step_is_a_line_and_the_last_one_sums_up(mine: Path) -> None:
    result = run("run", mine, "--json")
    assert (result.status, result.err) == (3, "")
    first, second, third, summary = result.objects
    assert first == {"step": 1, "line": 4, "at": 0.0, "ok": True, "failures": []}
    assert second["ok"] is False
    assert second["failures"] == ['expected balances/ann.available == "500.00", found "300.00"']
    assert third["at"] == 2.0
    assert summary == {"title": "Mine", "ok": False, "steps": 3, "expectations": 2, "failures": 2}


def test_it_leaves_no_trace_unless_it_is_given_a_ledger(tmp_path: Path, mine: Path) -> None:
    run("run", mine)
    assert list(tmp_path.iterdir()) == [mine]
    ledger = tmp_path / "ledger"
    create_ledger(ledger)
    result = run("run", "race", "--ledger", ledger)
    assert (result.status, result.err) == (0, "")
    assert len(run("events", ledger, "--json").objects) == 4


def test_another_seed_is_another_run(tmp_path: Path) -> None:
    file = tmp_path / "traffic.toml"
    step = '[[step]]\nat = 0\ndo = "traffic 20"\nexpect = \'truth/ann.available == ""\'\n'
    file.write_text(f'title = "Traffic"\nseed = 7\n{step}', encoding="utf-8")
    first, same, other = (run("run", file, *seed) for seed in ([], ["--seed", "7"], ["--seed", "8"]))
    assert first == same
    assert first != other


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("moyn",), 'There is no scenario "moyn"; did you mean moyin?'),
        (("no.toml",), 'There is no file "no.toml"; the scenarios that come along: '),
        (("/dev/null",), "/dev/null is not a regular file; a scenario is a TOML file."),
    ],
)
def test_what_is_no_scenario_is_one_sentence_and_status_3(arguments: tuple[str], sentence: str) -> None:
    result = run("run", *arguments)
    assert (result.status, result.out) == (3, "")
    assert result.err.startswith(sentence)
    assert result.err.count("\n") == 1


def test_what_a_file_says_cannot_steer_the_terminal(mine: Path) -> None:
    mine.write_text(MINE.replace('"Mine"', '"M\\u001b[2Jine"'), encoding="utf-8")
    result = run("run", mine)
    assert "\x1b" not in result.err
    assert "ine: 3 steps" in result.err
