"""`--as-of`: the past, from the command line."""

import json
import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.integration.command_line import PROGRAM, environment, run
from tui_ledger.cli.reading import query_as_of
from tui_ledger.ledger import create_ledger


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five events, the last of which occurred before the others; no view has taken in any of them."""
    path = tmp_path_factory.mktemp("as_of") / "ledger"
    create_ledger(path)
    run(
        "exec",
        path,
        "create moyin owner=Moyin at=2024-01-01",
        "deposit moyin 1000 at=2024-01-02",
        "buy moyin sword 200 at=2024-01-03T12:00:00+09:00",
        "buy moyin shield 300 at=2024-01-04",
        "deposit moyin 1 at=2023-12-31",
    )
    return path


def test_any_view_is_as_it_was_and_nothing_is_said_of_staleness(ledger: Path) -> None:
    document = run("query", ledger, "balances", "moyin", "--as-of", "3", "--json")
    table = run("query", ledger, "balances", "moyin", "--as-of", "2")
    lines = run("query", ledger, "statement", "moyin", "--as-of", "3", "--json")
    nobody = run("query", ledger, "balances", "nobody", "--as-of", "3", "--json")

    assert (document.status, document.err) == (0, "")
    assert document.out.startswith('{"view":"balances","key":"moyin","as_of":3,"head":5,"document":{')
    assert document.objects[0]["document"]["posted"] == "800.00"
    assert (table.status, table.err) == (0, "")
    assert "posted     1000.00\n" in table.out
    assert table.out.endswith("as of #2, head #5\n")
    assert [line["key"] for line in lines.objects] == ["moyin/000001", "moyin/000002", "moyin/000003"]
    assert nobody.out == '{"view":"balances","key":"nobody","as_of":3,"head":5,"document":null}\n'


@pytest.mark.parametrize(
    ("when", "position"),
    [
        ("2023-12-31", 0),
        ("2024-01-01", 1),
        ("2024-01-03T03:00:00Z", 3),
        ("2024-01-03T02:59:59.999999", 2),
        ("2024-01-03T11:59:59+09:00", 2),
        ("2024-01-04", 5),
        ("0", 0),
    ],
)
async def test_when_is_a_position_or_a_time(
    ledger: Path, when: str, position: int, capsys: pytest.CaptureFixture[str]
) -> None:
    status = await query_as_of(ledger, "balances", "moyin", when, as_json=True)

    printed = capsys.readouterr()
    assert (status, printed.err) == (0, "")
    assert json.loads(printed.out)["as_of"] == position


async def test_before_the_first_event_there_is_nothing(
    ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await query_as_of(ledger, "balances", None, "0", as_json=False) == 0
    assert capsys.readouterr() == ("There is no document yet.\n", "")


def test_a_wallet_is_replayed_up_to_a_position_or_a_time(ledger: Path) -> None:
    table = run("replay", ledger, "moyin", "--as-of", "2024-01-02")
    lines = run("replay", ledger, "moyin", "--as-of", "3", "--json")
    too_early = run("replay", ledger, "moyin", "--as-of", "0")

    assert table.out.splitlines()[-1] == "#2     MoneyDeposited  1000.00  1000.00"
    assert [line["balance"] for line in lines.objects] == ["0.00", "1000.00", "800.00"]
    assert (too_early.status, too_early.out) == (3, "")
    assert too_early.err == "There is no wallet moyin as of #0.\n"


def test_what_is_no_position_and_no_time_is_bad_input(ledger: Path) -> None:
    beyond = run("query", ledger, "balances", "moyin", "--as-of", "6")
    never = run("replay", ledger, "moyin", "--as-of", "last \x1b[31mweek")

    assert (beyond.status, beyond.out) == (3, "")
    assert beyond.err == "There is no event #6: the head is #5.\n"
    assert (never.status, never.out) == (3, "")
    assert "is neither a position such as 4 nor a time such as 2026-01-31 or 2026" in never.err
    assert "\x1b" not in never.err


@pytest.mark.parametrize("other", [("--at-least", "0"), ("--fresh",)])
def test_the_past_is_neither_waited_for_nor_made_fresh(ledger: Path, other: tuple[str, ...]) -> None:
    done = run("query", ledger, "balances", "--as-of", "3", *other)

    assert (done.status, done.out) == (2, "")
    assert done.err == (
        "Invalid value for --as-of: it asks about the past, and goes with neither --at-least nor --fresh. "
        "See: tui-ledger --help\n"
    )


def test_a_view_that_is_switched_off_answers_too(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    create_ledger(ledger)
    run("exec", ledger, "create moyin", "deposit moyin 5")
    run("view", "drop", ledger, "balances")

    done = run("query", ledger, "balances", "moyin", "--as-of", "2", "--json")

    assert (done.status, done.objects[0]["document"]["posted"]) == (0, "5.00")
    assert not (ledger / "views" / "balances.db").exists()


def test_an_event_that_the_view_cannot_fold_is_a_broken_ledger(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    create_ledger(ledger)
    run("exec", ledger, "create moyin", "deposit moyin 5")
    (tmp_path / "mine.py").write_text(
        "class Fussy:\n"
        "    name, version = 'fussy', 1\n"
        "    def keys(self, event): return ['all']\n"
        "    def fold(self, event, documents):\n"
        "        if event.position > 1: raise ValueError('too \\x1b[31mmany')\n"
        "        documents['all'] = {}\n"
        "VIEWS = [Fussy()]\n"
    )
    (ledger / "ledger.toml").write_text('views_module = "mine"\n')
    path = f"{tmp_path}{os.pathsep}{environment()['PYTHONPATH']}"

    before = run("query", ledger, "fussy", "--as-of", "1", "--json", PYTHONPATH=path)
    done = run("query", ledger, "fussy", "--as-of", "2", PYTHONPATH=path)

    assert (before.status, before.objects[0]["document"]) == (0, {})
    assert (done.status, done.out) == (5, "")
    assert done.err.startswith("fussy ends before event #2, which it cannot fold: ValueError: too ")
    assert "\x1b" not in done.err


def test_progress_is_shown_on_a_terminal_while_keyframes_are_made(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    create_ledger(ledger)
    run("exec", ledger, stdin="create moyin\n" + "deposit moyin 1\n" * 1100)
    command = [*PROGRAM, "query", str(ledger), "balances", "moyin", "--as-of", "1050", "--json"]
    terminal, screen = os.openpty()
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=screen, check=True, env=environment(TERM="xterm"), timeout=30
    )
    os.close(screen)
    shown = b""
    with suppress(OSError):  # as a terminal says that it is over
        while chunk := os.read(terminal, 4096):
            shown += chunk
    os.close(terminal)

    assert b"keyframes of balances" in shown
    assert b'"posted":"1049.00"' in done.stdout
