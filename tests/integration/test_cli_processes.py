"""Commands in a new interpreter, as a shell runs them: most tests of the command line fork theirs."""

import shutil
from pathlib import Path

import pytest

from tests.integration.command_line import run, run_anew

# What the README's session and the tests that start a process do not run in a new interpreter.
COMMANDS = [["head"], ["view", "list"], ["view", "drop"]]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_new_interpreter_answers_as_a_forked_one_does(
    command: list[str], ledger_path: Path, tmp_path: Path
) -> None:
    view = ["books"] if command == ["view", "drop"] else []
    kept = shutil.copytree(ledger_path, tmp_path / "kept")
    anew = run_anew(*command, ledger_path, *view)
    shutil.rmtree(ledger_path)
    kept.rename(ledger_path)
    assert anew.status == 0
    assert anew.out
    assert run(*command, ledger_path, *view) == anew


def test_a_forked_one_reads_its_input_and_ends_as_a_new_one_does(ledger_path: Path) -> None:
    lines = "deposit moyin 1\n" * 500 + "withdraw moyin 99999\n"
    done = run("exec", ledger_path, "--json", stdin=lines)
    assert len(done.objects) == 501
    assert done.status == run_anew("exec", ledger_path, "withdraw moyin 99999").status != 0
