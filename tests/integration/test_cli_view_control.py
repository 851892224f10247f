"""`view pause` and the like: what is wished of a view's worker, from the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.command_line import Result, run
from tests.integration.playing import STORY
from tests.integration.test_cli_view import view, working
from tui_ledger.ledger import create_ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """The story, which the views have taken in: 500.00 at #4."""
    path = tmp_path / "ledger"
    create_ledger(path)
    run("exec", path, *STORY)
    run("worker", path, "--once")
    return path


@pytest.fixture(params=["by nobody", "by a worker"])
def run_ledger(request: pytest.FixtureRequest, ledger: Path) -> Iterator[Path]:
    """The same, with its views run by nobody, or by a worker in another process."""
    if request.param == "by nobody":
        yield ledger
    else:
        with working(ledger):
            yield ledger


def balance(ledger: Path, *options: str) -> tuple[object, str, str]:
    """As of where `balances` is, what it says, and what is said about that."""
    done = run("query", ledger, "balances", "moyin", "--json", *options)
    [answer] = done.objects
    document = answer["document"]
    return answer["as_of"], document["available"] if document else "", done.err


def test_a_view_is_paused_stepped_and_resumed(run_ledger: Path) -> None:
    ledger = run_ledger
    assert run("view", "pause", ledger, "balances").out == "balances  paused  #4\n"
    run("exec", ledger, "deposit moyin 1", "deposit moyin 2")
    behind = "balances is 2 events behind (as of #4, head #6); it is paused, and view resume lets it go on.\n"
    assert balance(ledger, "--at-least", "6", "--timeout", "60") == (4, "500.00", behind)
    assert run("view", "step", ledger, "balances", "--json").objects == [
        {
            key: value
            for key, value in view("balances", enabled=True, checkpoint=5, lag=1).items()
            if key != "enabled"
        }
        | {"state": "paused"}
    ]
    assert balance(ledger)[:2] == (5, "501.00")
    assert run("view", "resume", ledger, "balances").status == 0
    run("query", ledger, "balances", "--fresh")
    assert balance(ledger) == (6, "503.00", "")


def test_a_view_is_put_elsewhere_and_made_anew(run_ledger: Path) -> None:
    ledger = run_ledger
    assert run("view", "seek", ledger, "balances", "2").out == "balances  paused  #2\n"
    assert balance(ledger)[:2] == (2, "1000.00")
    assert run("view", "seek", ledger, "balances", "9") == Result(
        3, "", "balances: There is no event #9 yet; the log ends at #4.\n"
    )
    run("view", "resume", ledger, "balances")
    rebuilt = run("view", "rebuild", ledger)
    assert rebuilt.status == 0
    assert [line.split()[::2] for line in rebuilt.out.splitlines()] == [
        [name, "#4"] for name in ("balances", "statement", "spending", "top_items", "books")
    ]
    assert balance(ledger) == (4, "500.00", "")
    assert run("verify", ledger).status == 0


def test_a_view_crashes_where_a_worker_runs_and_starts_again_when_it_is_told_to(ledger: Path) -> None:
    nobody = Result(3, "", "balances: Nobody runs it; open the app, or start tui-ledger worker.\n")
    assert run("view", "crash", ledger, "balances") == run("view", "restart", ledger, "balances") == nobody
    with working(ledger):
        assert run("view", "crash", ledger, "balances").status == 0
        run("exec", ledger, "deposit moyin 1")
        crashed = "balances crashed: It was told to crash after its next write."
        while crashed not in run("status", ledger).out:
            pass
        run("exec", ledger, "deposit moyin 2")
        assert run("view", "restart", ledger, "balances").status == 0
        assert balance(ledger, "--at-least", "6")[:2] == (6, "503.00")


def test_a_checkpoint_apart_doubles_money_and_verify_says_so(ledger: Path) -> None:
    with working(ledger):
        assert run("view", "apart", ledger, "balances", "on").status == 0
        run("view", "crash", ledger, "balances", "after")
        run("exec", ledger, "deposit moyin 1")
        while "balances crashed" not in run("status", ledger).out:
            pass
        run("view", "restart", ledger, "balances")
        assert balance(ledger, "--at-least", "5")[:2] == (5, "502.00")
        found = run("verify", ledger)
        assert found.status == 5
        assert "balances: moyin says available 502.00; the log says 501.00." in found.out
        run("view", "apart", ledger, "balances", "off")
        run("view", "rebuild", ledger, "balances")
        assert balance(ledger)[:2] == (5, "501.00")


def test_a_poisonous_event_is_parked_and_comes_back_once_the_bug_is_gone(ledger: Path) -> None:
    run("exec", ledger, "buy moyin cake 10 id=cake", "refund moyin cake", "buy moyin tea 5")
    added = run("view", "add", ledger, "returns")
    assert added == Result(
        5, "", "returns failed at event #6: ZeroDivisionError: integer division or modulo by zero\n"
    )
    stopped = run("query", ledger, "returns", "USD/tea").err
    assert "it failed at event #6: ZeroDivisionError" in stopped
    assert "view park lets it go on without that event" in stopped

    assert run("view", "park", ledger, "returns").status == 0
    run("worker", ledger, "--once")
    parked = run("status", ledger)
    assert "returns idle: It goes on without #6, parked." in parked.out
    incomplete = run("query", ledger, "returns", "USD/cake")
    assert incomplete.err == "returns is incomplete. It goes on without #6, parked.\n"
    assert run("verify", ledger).status == 0

    assert run("view", "retry", ledger, "returns").status == 5, "the bug is still there"
    assert run("query", ledger, "returns", "USD/tea", "--json").objects[0]["as_of"] == 7, (
        "what was there serves"
    )
    assert run("view", "repair", ledger, "returns").status == 0
    assert run("view", "retry", ledger, "returns").out == "returns  idle  #7\n"
    [cake] = run("query", ledger, "returns", "USD/cake", "--json").objects
    assert cake["document"] == {
        "item": "cake",
        "kept": "0.00",
        "returned": "10.00",
        "returned_per_kept": None,
    }
    assert run("verify", ledger).status == 0


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["park", "balances"], 3, "balances: It has not failed at any event, so that there is none to park."),
        (["retry", "balances"], 3, "balances: It has not failed at any event, and none is parked."),
        (["delay", "balances", "9"], 3, "A view's delay is from 0 to 5 seconds, and not 9."),
        (
            ["delay", "balances", "1", "--jitter", "nan"],
            3,
            "A view's jitter is from 0 to 5 seconds, and not nan.",
        ),
        (["repair", "balances"], 3, "The view balances has no bug for teaching."),
        (["pause", "balanced"], 3, "There is no view balanced; did you mean balances?"),
        (["seek", "balances", "-1"], 2, "-1"),
        (["crash", "balances", "meanwhile"], 2, "meanwhile"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    ledger: Path, arguments: list[str], status: int, sentence: str
) -> None:
    command, *others = arguments
    done = run("view", command, ledger, *others)
    assert (done.status, done.out) == (status, "")
    assert sentence in done.err
