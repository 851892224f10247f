"""`view list`, `view add` and `view drop`: which views a ledger has."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.integration.command_line import PROGRAM, Result, environment, run, start
from tests.integration.own_views import COUNTER, Shelf
from tests.integration.playing import STORY
from tui_ledger.ledger import create_ledger
from tui_ledger.ledger_folder import LedgerFolder

ALL = ["balances", "statement", "spending", "top_items", "books"]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """The story, which the views have taken in."""
    path = tmp_path / "ledger"
    create_ledger(path)
    run("exec", path, *STORY)
    run("worker", path, "--once")
    return path


@contextmanager
def working(ledger: Path, *views: str) -> Iterator[None]:
    """A worker in a process of its own, which keeps `views` up to date meanwhile."""
    with start("worker", ledger, *views) as worker:
        assert worker.stdout is not None
        live: set[bytes] = set()
        while len(live) < len(views or ALL):
            line = worker.stdout.readline()
            if b"live" in line:
                live.add(line.split()[0])
        try:
            yield
        finally:
            worker.send_signal(signal.SIGINT)
            worker.communicate(timeout=10)


def view(name: str, *, enabled: bool, checkpoint: int, lag: int = 0) -> dict[str, object]:
    return {
        "view": name,
        "enabled": enabled,
        "checkpoint": checkpoint,
        "lag": lag,
        "state": "idle",
        "failed_at": None,
        "reason": None,
    }


def test_a_view_is_dropped_and_added_again(ledger: Path) -> None:
    dropped = run("view", "drop", ledger, "spending")
    listed = run("view", "list", ledger, "--json")
    table = run("view", "list", ledger)
    asked = run("query", ledger, "spending")
    gone = not (ledger / "views" / "spending.db").exists()
    added = run("view", "add", ledger, "spending")
    again = run("view", "add", ledger, "spending")

    sentence = "spending is off, and its file is gone. The events are all there: view add makes it anew.\n"
    assert dropped == Result(0, sentence, "")
    assert listed.objects == [
        view(name, enabled=name != "spending", checkpoint=0 if name == "spending" else 4)
        | {"lag": 4 if name == "spending" else 0}
        for name in ALL
    ] + [view("returns", enabled=False, checkpoint=0, lag=4)]
    assert table.out.splitlines()[2:5] == [
        "statement  yes           4    0  idle",
        "spending   no            0    4  idle",
        "top_items  yes           4    0  idle",
    ]
    assert asked.status == 3
    assert gone
    assert added == Result(0, "spending is on, and has taken in 4 events.\n", "")
    assert again == Result(0, "spending is on already, and has taken in 4 events.\n", "")
    assert run("verify", ledger).status == 0
    assert LedgerFolder(ledger).enabled_views() == ["balances", "statement", "top_items", "books", "spending"]


def test_with_json_each_answer_is_an_object(ledger: Path) -> None:
    dropped = run("view", "drop", ledger, "books", "--json")
    added = run("view", "add", ledger, "books", "--json")

    assert dropped == Result(0, '{"view":"books","enabled":false}\n', "")
    assert added.objects == [view("books", enabled=True, checkpoint=4)]
    assert (added.status, added.err) == (0, "")


def test_what_is_not_known_or_not_on_is_a_sentence(ledger: Path) -> None:
    run("view", "drop", ledger, "books")
    everything = "balances, statement, spending, top_items, books, returns"
    assert run("view", "add", ledger, "spendign") == Result(
        3, "", f"There is no view spendign; did you mean spending? The views are {everything}.\n"
    )
    on = "balances, statement, spending, top_items"
    assert run("view", "drop", ledger, "books") == Result(3, "", f"The view books is not on. On: {on}.\n")
    assert run("view", "drop", ledger, "balance") == Result(
        3, "", f"The view balance is not on; did you mean balances? On: {on}.\n"
    )
    missing = run("view", "add", ledger.parent / "nothing", "books")
    assert (missing.status, missing.out) == (7, "")
    assert run("view").status == 2


def test_a_view_that_a_worker_was_told_to_keep_up_to_date_is_not_dropped(ledger: Path) -> None:
    with working(ledger, "spending"):  # by its name, so that it is not asked whether the view is on
        refused = run("view", "drop", ledger, "spending")
        still_on = "spending" in (LedgerFolder(ledger).enabled_views() or [])
        other = run("view", "drop", ledger, "books")
    dropped = run("view", "drop", ledger, "spending")

    assert (refused.status, refused.out) == (6, "")
    assert refused.err.startswith("The view spending is kept up to date by process ")
    assert other.status == dropped.status == 0
    assert LedgerFolder(ledger).enabled_views() == ["balances", "statement", "top_items"]
    assert still_on


def test_who_has_the_ledger_open_has_a_new_view_and_lets_go_of_an_old_one(ledger: Path) -> None:
    with working(ledger):
        dropped = run("view", "drop", ledger, "books")
        gone = not (ledger / "views" / "books.db").exists()
        added = run("view", "add", ledger, "books")
        while (book := run("view", "list", ledger, "--json").objects[4])["state"] != "live":
            assert book["state"] in ("idle", "catching_up")

    assert (dropped.status, gone) == (0, True)
    assert added.out == "books is on, and has taken in 4 events.\n"


def test_two_who_add_at_once_both_have_their_view(ledger: Path) -> None:
    for name in ("spending", "books"):
        run("view", "drop", ledger, name)
    adding = [start("view", "add", ledger, name) for name in ("spending", "books")]
    for process in adding:
        with process:
            assert process.wait(20) == 0
    assert sorted(LedgerFolder(ledger).enabled_views() or []) == sorted(ALL)


def test_an_event_that_a_view_cannot_take_is_said_and_the_view_stays_on(ledger: Path, shelf: Shelf) -> None:
    shelf.module("mine", COUNTER.replace('documents["all"] =', "event.position != 3 or 1 / 0; it ="))
    (ledger / "ledger.toml").write_text('views_module = "mine"\n')

    added = run("view", "add", ledger, "counter", PYTHONPATH=shelf.path)
    listed = run("view", "list", ledger, "--json", PYTHONPATH=shelf.path).objects[-1]

    sentence = "counter failed at event #3: ZeroDivisionError: division by zero\n"
    assert added == Result(5, "", sentence)
    assert listed == view("counter", enabled=True, checkpoint=2, lag=2) | {
        "state": "failed",
        "failed_at": 3,
        "reason": "ZeroDivisionError: division by zero",
    }


def test_a_view_is_dropped_although_its_code_is_gone(ledger: Path, shelf: Shelf) -> None:
    shelf.module("mine")
    (ledger / "ledger.toml").write_text('views_module = "mine"\n')
    run("view", "add", ledger, "counter", PYTHONPATH=shelf.path)

    stuck = run("status", ledger)
    dropped = run("view", "drop", ledger, "counter")

    assert (stuck.status, dropped.status) == (3, 0)
    assert not (ledger / "views" / "counter.db").exists()
    assert run("status", ledger).status == 0


def test_a_view_is_not_added_to_a_ledger_that_then_could_not_be_opened(ledger: Path) -> None:
    run("view", "drop", ledger, "books")
    enabled = ledger / "views" / "enabled"
    enabled.write_text("balances\nnobodys\n")

    refused = run("view", "add", ledger, "books")

    assert refused.status == 3
    assert "view drop takes it out" in refused.err
    assert enabled.read_text() == "balances\nnobodys\n"


def test_a_bar_is_drawn_on_a_terminal_and_standard_output_stays_clean(ledger: Path) -> None:
    run("view", "drop", ledger, "books")
    terminal, screen = os.openpty()
    done = subprocess.run(
        [*PROGRAM, "view", "add", str(ledger), "books"],
        stdout=subprocess.PIPE,
        stderr=screen,
        check=True,
        env=environment(TERM="xterm", COLUMNS="120"),
        timeout=30,
    )
    os.close(screen)
    assert "━" in drawn(terminal)
    assert "books" in done.stdout.decode()
    assert done.stdout.decode().count("\n") == 1


def drawn(terminal: int) -> str:
    shown = b""
    with suppress(OSError):  # as a terminal says that it is over
        while chunk := os.read(terminal, 4096):
            shown += chunk
    os.close(terminal)
    return shown.decode()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--help"], ["list", "add", "drop"]),
        (["add", "--help"], ["LEDGER", "VIEW", "--json"]),
    ],
)
def test_help_says_what_there_is(arguments: Sequence[str], words: Sequence[str]) -> None:
    done = run("view", *arguments)
    assert (done.status, done.err) == (0, "")
    assert all(word in done.out for word in words)
