"""What the command line answers: the log, read models, and whether all of it holds together."""

import signal
from pathlib import Path

import pytest

from tests.integration.command_line import run, start, without_what_varies
from tui_ledger.errors import IntegrityError
from tui_ledger.ledger import create_ledger


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six events of two wallets, four of which the views have taken in. No test writes to it."""
    path = tmp_path_factory.mktemp("read") / "ledger"
    create_ledger(path)
    run("exec", path, "create moyin owner=Moyin", "deposit moyin 1000 source=salary", "buy moyin 剣 200")
    run("exec", path, "create bob")
    run("worker", path, "--once")
    run("exec", path, "deposit bob 5 at=2020-01-31")
    run("exec", path, "buy moyin shield 300")
    return path


def test_events_are_json_to_the_letter(ledger: Path) -> None:
    done = run("events", ledger, "--after", "1", "--limit", "1", "--json")

    assert (done.status, done.err) == (0, "")
    assert without_what_varies(done.out) == (
        '{"position":2,"stream":"wallet/moyin","version":2,"id":"ID","type":"MoneyDeposited","schema":1,'
        '"data":{"wallet":"moyin","amount":100000,"currency":"USD","source":"salary"},'
        '"occurred_at":"TIME","recorded_at":"TIME","command_id":"ID","correlation_id":"ID",'
        '"causation_id":null,"hash":"HASH"}\n'
    )


def test_events_are_lines_for_people(ledger: Path) -> None:
    done = run("events", ledger, "--after", "2")

    assert without_what_varies(done.out).splitlines() == [
        '#3  TIME  ItemPurchased     moyin  200.00 USD  item="剣"',
        '#4  TIME  UserCreated       bob  currency="USD"',
        "#5  TIME  MoneyDeposited    bob  5.00 USD",
        '#6  TIME  ItemPurchased     moyin  300.00 USD  item="shield"',
    ]
    assert "#5  2020-01-31T00:00:00Z" in done.out


def test_events_are_chosen_by_wallet_and_type_and_the_limit_counts_what_is_chosen(ledger: Path) -> None:
    bought = run("events", ledger, "--wallet", "moyin", "--type", "ItemPurchased", "--limit", "2", "--json")
    of_bob = run("events", ledger, "--wallet", "bob", "--limit", "1", "--follow", "--json")
    mistyped = run("events", ledger, "--type", "ItemBought")

    assert [event["position"] for event in bought.objects] == [3, 6]
    assert [event["position"] for event in of_bob.objects] == [4]
    assert (mistyped.status, mistyped.out) == (3, "")
    assert "ItemPurchased" in mistyped.err


def test_a_stale_answer_is_printed_and_standard_error_says_so(ledger: Path) -> None:
    done = run("query", ledger, "balances", "moyin", "--json")
    waited = run("query", ledger, "balances", "moyin", "--at-least", "6", "--timeout", "0.1")

    assert done.status == waited.status == 0
    assert done.out.startswith('{"view":"balances","key":"moyin","as_of":4,"head":6,"document":{')
    assert done.objects[0]["document"]["posted"] == "800.00"
    assert done.err == waited.err
    assert done.err == "balances is 2 events behind (as of #4, head #6); --fresh lets it catch up first.\n"
    assert "as of #4, head #6" in waited.out


def test_a_key_may_be_the_beginning_of_many(ledger: Path) -> None:
    lines = run("query", ledger, "statement", "moyin", "--json")
    table = run("query", ledger, "statement", "moyin")
    everything = run("query", ledger, "balances", "--json")

    assert [answer["key"] for answer in lines.objects] == ["moyin/000001", "moyin/000002", "moyin/000003"]
    assert table.out.splitlines()[-1] == "as of #4, head #6"
    assert [answer["key"] for answer in everything.objects] == ["bob", "moyin"]


def test_an_unknown_key_is_null_and_an_unknown_view_is_refused(ledger: Path) -> None:
    key = run("query", ledger, "balances", "nobody", "--json")
    view = run("query", ledger, "balance", "moyin", "--json")

    assert (key.status, key.out) == (
        0,
        '{"view":"balances","key":"nobody","as_of":4,"head":6,"document":null}\n',
    )
    assert (view.status, view.out) == (3, "")
    assert "did you mean balances?" in view.err


def test_fresh_lets_the_view_catch_up_first(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    create_ledger(ledger)
    run("exec", ledger, "create moyin", "deposit moyin 5")

    done = run("query", ledger, "balances", "moyin", "--fresh", "--json")

    assert (done.status, done.err) == (0, "")
    assert (done.objects[0]["as_of"], done.objects[0]["document"]["posted"]) == (2, "5.00")


def test_replay_shows_how_a_balance_came_about(ledger: Path) -> None:
    done = run("replay", ledger, "moyin", "--json")
    table = run("replay", ledger, "moyin")
    nobody = run("replay", ledger, "nobody")

    assert done.out.splitlines()[1:3] == [
        '{"position":2,"type":"MoneyDeposited","change":"1000.00","balance":"1000.00"}',
        '{"position":3,"type":"ItemPurchased","change":"-200.00","balance":"800.00"}',
    ]
    assert table.out.splitlines()[-1] == "#6     ItemPurchased   -300.00   500.00"
    assert (nobody.status, nobody.out) == (3, "")
    assert "nobody" in nobody.err


def test_status_says_how_far_each_view_is(ledger: Path) -> None:
    done = run("status", ledger, "--json")
    table = run("status", ledger)

    views = ",".join(
        f'{{"view":"{view}","checkpoint":4,"lag":2,"state":"idle","failed_at":null,"reason":null}}'
        for view in ("balances", "statement", "spending", "top_items", "books")
    )
    assert done.out == f'{{"head":6,"views":[{views}]}}\n'
    assert table.out.splitlines() == [
        "head #6",
        "view       checkpoint  lag  state",
        "balances            4    2  idle",
        "statement           4    2  idle",
        "spending            4    2  idle",
        "top_items           4    2  idle",
        "books               4    2  idle",
    ]


def test_verify_and_head_agree_and_an_anchor_of_another_log_is_found_out(ledger: Path) -> None:
    anchor = run("head", ledger).out.strip()
    agreed = run("verify", ledger, "--anchor", anchor, "--json")
    other = run("verify", ledger, "--anchor", f"6:{'0' * 64}", "--json")
    no_anchor = run("verify", ledger, "--anchor", "yesterday")

    assert run("head", ledger, "--json").out == f'{{"head":"{anchor}"}}\n'
    assert agreed.status == 0
    assert agreed.out == f'{{"ok":true,"events":6,"head":"{anchor}","first_bad":null,"reason":null}}\n'
    assert other.status == IntegrityError.exit_status
    assert (other.objects[0]["ok"], other.objects[0]["first_bad"]) == (False, 6)
    assert no_anchor.status == 3


def test_a_worker_that_has_caught_up_once_is_done_and_says_what_changed(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    create_ledger(ledger)
    run("exec", ledger, "create moyin", "deposit moyin 5")

    done = run("worker", ledger, "--once", "--json")
    again = run("worker", ledger, "--once", "--json")
    unknown = run("worker", ledger, "balance", "--once")

    assert {line["checkpoint"] for line in again.objects} == {2}, "what it says is true from the first line"
    assert (done.status, done.err) == (0, "")
    last = {line["view"]: line for line in done.objects}
    assert last["balances"] == {
        "view": "balances",
        "checkpoint": 2,
        "lag": 0,
        "state": "live",
        "failed_at": None,
        "reason": None,
    }
    assert last["statement"]["checkpoint"] == 2
    assert unknown.status == 3


def test_an_interrupted_worker_gives_its_views_back(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    create_ledger(ledger)
    with start("worker", ledger) as program:
        assert program.stdout is not None
        assert any(b"live" in line for line in program.stdout)
        program.send_signal(signal.SIGINT)
        assert program.wait(10) == 0

    views = run("status", ledger, "--json").objects[0]["views"]
    assert {view["state"] for view in views} == {"idle"}
