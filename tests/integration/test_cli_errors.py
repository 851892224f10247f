"""What goes wrong is one sentence on standard error and a status, and never a traceback."""

import os
import sqlite3
from pathlib import Path

import pytest

from tests.integration.command_line import ROOT, Result, run
from tui_ledger.ledger import create_ledger


def test_a_ledger_that_does_not_exist_is_not_made_by_looking_at_it(tmp_path: Path) -> None:
    path = tmp_path / "nothing"

    for command in (("exec", path, "create moyin"), ("events", path), ("worker", path, "--once")):
        expected = f"There is no ledger at {path}; make one with: tui-ledger init {path}\n"
        assert run(*command) == Result(7, "", expected)
    assert not path.exists()


def test_init_makes_a_ledger_and_leaves_alone_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "diary").write_text("dear diary")

    made = run("init", tmp_path / "ledger")
    done = run("init", tmp_path / "diary")

    assert made == Result(0, f"Made an empty ledger at {tmp_path / 'ledger'}\n", "")
    assert (tmp_path / "ledger" / "events.db").is_file()
    assert (done.status, done.out) == (3, "")
    assert (tmp_path / "diary").read_text() == "dear diary"


@pytest.mark.parametrize("content", [b"", b"dear diary" * 100])
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    ledger = tmp_path / "ledger"
    create_ledger(ledger)
    (ledger / "events.db").write_bytes(content)

    done = run("exec", ledger, "create moyin")

    assert (done.status, done.out) == (5, "")
    assert len(done.err.splitlines()) == 1
    assert (ledger / "events.db").read_bytes() == content


def test_a_database_of_another_program_or_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    create_ledger(ledger)
    with sqlite3.connect(ledger / "events.db") as database:
        database.execute("PRAGMA user_version = 1000000")
    database.close()
    newer = run("head", ledger)
    with sqlite3.connect(ledger / "events.db") as database:
        database.execute("PRAGMA application_id = 1")
    database.close()
    other = run("head", ledger)

    assert (newer.status, other.status) == (8, 5)
    assert "newer version" in newer.err
    assert "another program" in other.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["query", "somewhere"],
        ["events", "somewhere", "--limit", "many"],
        ["events", "somewhere", "--after", "99999999999999999999"],
        ["query", "somewhere", "balances", "--timeout", "nan"],
        ["query", "somewhere", "balances", "--as\x1b[31mof", "4"],
    ],
)
def test_a_wrong_use_is_a_sentence_and_status_two(arguments: list[str]) -> None:
    done = run(*arguments)

    assert (done.status, done.out) == (2, "")
    assert done.err.endswith("See: tui-ledger --help\n")
    assert done.err.rstrip("\n").isprintable()


def test_the_app_asks_for_a_terminal_and_makes_nothing_without_one(tmp_path: Path) -> None:
    done = run("open", tmp_path / "ledger")

    assert (done.status, done.out) == (2, "")
    assert "terminal" in done.err
    assert not (tmp_path / "ledger").exists()


def test_a_bug_is_reported_without_anybodys_data(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "from tui_ledger.cli import output\n"
        "def broken(value, **options): raise KeyError(f'secret {value}')\n"
        "output.say_json = broken\n"
    )
    ledger = tmp_path / "ledger"
    create_ledger(ledger)

    done = run(
        "exec", ledger, "create moyin owner=secret", "--json", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}"
    )

    assert done.status == 1
    assert "KeyError" in done.err
    assert "tui_ledger/cli/execution.py" in done.err
    assert "secret" not in done.err
    assert "Traceback" not in done.err


def test_the_language_is_an_option_of_what_opens_the_app() -> None:
    done = run("--lang", "ja", "init", "shop")
    assert (done.status, done.out) == (2, "")
    assert "it comes after the command: tui-ledger open --lang ja" in done.err
    assert not Path("shop").exists()
