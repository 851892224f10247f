"""Pipes that close, lines without end, signals, and terminals that know no Unicode."""

import os
import signal
from pathlib import Path

import pytest

from tests.integration.command_line import run, start
from tui_ledger.ledger import create_ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger"
    create_ledger(path)
    run("exec", path, "create moyin owner=剣é😀", "deposit moyin 5")
    return path


def test_a_reader_that_goes_away_ends_the_program_quietly_and_nothing_is_half_done(ledger: Path) -> None:
    with start("exec", ledger) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdin.write(b"deposit moyin 1\n")
        program.stdin.flush()
        program.stdout.readline()
        program.stdout.close()
        program.stdin.write(b"deposit moyin 1\n" * 500)
        program.stdin.close()
        assert (program.wait(10), program.stderr.read()) == (128 + signal.SIGPIPE, b"")

    found = run("verify", ledger)
    assert (found.status, found.err) == (0, "")


def _peak_memory(ledger: Path, mebibytes: int) -> int:
    """KiB that `exec` needs at most, given one line of that size and then a command."""
    with start("exec", ledger) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for _ in range(mebibytes):
            program.stdin.write(b"x" * 1024 * 1024)
        program.stdin.write(b"\ndeposit moyin 5")
        program.stdin.close()
        refused, accepted = program.stdout.read().splitlines()
        _, status, usage = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)

    assert program.returncode == 3
    assert b"at most 65,536 bytes" in refused
    assert b"accepted" in accepted
    return usage.ru_maxrss


def test_a_line_without_end_takes_no_memory(ledger: Path) -> None:
    assert _peak_memory(ledger, 100) < _peak_memory(ledger, 1) + 20 * 1024


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_exec_while_it_waits_for_a_line(
    ledger: Path, number: signal.Signals, status: int
) -> None:
    with start("exec", ledger) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdin.write(b"deposit moyin 1\n")
        program.stdin.flush()
        program.stdout.readline()
        program.send_signal(number)
        assert (program.wait(10), program.stderr.read()) == (status, b"")


def test_follow_shows_what_another_process_writes_until_ctrl_c(ledger: Path) -> None:
    with start("events", ledger, "--follow", "--after", "2", "--json") as program:
        assert program.stdout is not None
        assert program.stderr is not None
        run("exec", ledger, "deposit moyin 6")
        assert b'"amount":600' in program.stdout.readline()
        program.send_signal(signal.SIGINT)
        assert (program.wait(10), program.stderr.read()) == (0, b"")


def test_a_worker_keeps_views_up_to_date_until_it_is_told_to_end(ledger: Path) -> None:
    with start("worker", ledger, "balances") as program:
        assert program.stdout is not None
        assert program.stderr is not None
        run("exec", ledger, "deposit moyin 6")
        fresh = run("query", ledger, "balances", "moyin", "--at-least", "3", "--timeout", "10", "--json")
        assert any(line.startswith(b"balances  live") for line in program.stdout)
        program.send_signal(signal.SIGTERM)
        assert (program.wait(10), program.stderr.read()) == (143, b"")

    assert fresh.err == ""
    assert fresh.objects[0]["document"]["posted"] == "11.00"
    assert not (ledger / "views" / "statement.db").exists()


def test_without_unicode_json_stays_json_and_people_see_escapes(ledger: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}

    for_people = run("events", ledger, "--limit", "1", **plain)
    for_programs = run("events", ledger, "--limit", "1", "--json", **plain)
    usual = run("events", ledger, "--limit", "1", LC_ALL="C")

    assert (for_people.status, for_people.err) == (0, "")
    assert r"\u5263" in for_people.out
    assert for_programs.objects[0]["data"]["owner"] == "剣é😀"
    assert "剣" in usual.out


def test_streams_that_are_closed_or_full_are_no_bug(ledger: Path) -> None:
    no_input = run("exec", ledger, under=["bash", "-c", 'exec "$@" <&-', "bash"])
    no_output = run("exec", ledger, "deposit moyin 1", under=["bash", "-c", 'exec "$@" >&-', "bash"])
    full = run("events", ledger, under=["bash", "-c", 'exec "$@" >/dev/full', "bash"])

    assert (no_input.status, no_input.out) == (3, "")
    assert "Standard input is closed" in no_input.err
    assert (no_output.status, no_output.err) == (0, "")
    assert full.status == 7
    assert "No space left" in full.err
    assert len(full.err.splitlines()) == 1


def test_what_has_a_receipt_is_stored_although_the_disk_fails_on_the_way(ledger: Path) -> None:
    lines = "deposit moyin 1\n" * 5000

    with_little_room = ["bash", "-c", 'ulimit -f 300; exec "$@"', "bash"]  # KiB, for each file
    done = run("exec", ledger, "--json", stdin=lines, under=with_little_room)

    assert done.status == 7
    assert len(done.err.splitlines()) == 1
    assert 0 < len(done.objects) < 5000
    stored = run("head", ledger).out.partition(":")[0]
    assert [receipt["last"] for receipt in done.objects] == list(range(3, len(done.objects) + 3))
    assert int(stored) >= done.objects[-1]["last"]
    assert run("verify", ledger).status == 0
