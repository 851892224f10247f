"""A ledger is copied while other processes append to it: the copy is the beginning of its log, and whole."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.integration.command_line import environment, run, start
from tui_ledger import sqlite_copy
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.event_store.sqlite_copy import copy_log
from tui_ledger.event_store.sqlite_file import create_log

APPENDING = Path(__file__).with_name("appending.py")


@contextmanager
def appending(log: Path, acknowledged: int) -> Iterator[None]:
    """A process that appends all the while, and has at least so many events acknowledged."""
    command = [sys.executable, str(APPENDING), str(log), "other", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        for _ in range(acknowledged):
            process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


def rows(log: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(log)) as database:
        return database.execute("SELECT * FROM events ORDER BY position").fetchall()


async def test_what_is_copied_while_others_append_is_the_beginning_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_copy, "_PAGES", 1)  # as slow as it gets: others append in between
    log = tmp_path / "events.db"
    create_log(log)
    with appending(log, acknowledged=500):
        for number in range(3):
            before = rows(log)
            copy = tmp_path / f"copy-{number}.db"
            head = await copy_log(log, copy)
            assert [file.name for file in tmp_path.glob(f"{copy.name}*")] == [copy.name]
            copied = rows(copy)
            after = rows(log)
            assert head.position == len(copied) >= len(before) >= 500
            assert copied == after[: len(copied)]
    async with open_store(copy) as store:
        assert await store.head() == head


def test_a_ledger_is_copied_while_another_process_executes_commands(tmp_path: Path) -> None:
    ledger, copy = tmp_path / "ledger", tmp_path / "copy"
    run("init", ledger)
    with start("exec", ledger) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"create moyin\n" + b"deposit moyin 1\n" * 300)
        process.stdin.flush()
        for _ in range(100):
            process.stdout.readline()
        copied = run("backup", ledger, copy, "--json").objects[0]
        process.stdin.write(b"deposit moyin 1\n" * 100)
        process.stdin.close()
        process.stdout.read()

    assert 100 <= copied["events"] <= 301
    assert rows(copy / "events.db") == rows(ledger / "events.db")[: copied["events"]]
    assert len(rows(ledger / "events.db")) == 401
    assert run("verify", ledger, "--anchor", copied["head"]).status == 0
    assert run("verify", copy, "--anchor", copied["head"]).status == 0
