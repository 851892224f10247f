"""`tui-ledger exec`: commands in, receipts out."""

from pathlib import Path

import pytest

from tests.integration.command_line import run, start
from tui_ledger.ledger import create_ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger"
    create_ledger(path)
    return path


def test_every_command_gets_a_receipt_in_json_to_the_letter(ledger: Path) -> None:
    done = run(
        "exec",
        ledger,
        "create moyin owner=Moyin",
        "deposit moyin 1000",
        "buy moyin '剣' 9000",
        "--json",
    )

    assert (done.status, done.err) == (3, "")
    assert done.out == (
        '{"line":1,"command":"create","wallet":"moyin","accepted":true,'
        '"first":1,"last":1,"version":1,"attempts":1,"duplicate":false}\n'
        '{"line":2,"command":"deposit","wallet":"moyin","accepted":true,'
        '"first":2,"last":2,"version":2,"attempts":1,"duplicate":false}\n'
        '{"line":3,"command":"buy","wallet":"moyin","accepted":false,"code":"insufficient_funds",'
        '"message":"moyin has 1000.00 USD, and this needs 9000.00 USD."}\n'
    )


def test_a_person_reads_a_line_for_each_command(ledger: Path) -> None:
    done = run("exec", ledger, "create moyin id=a", "create moyin id=a", "withdraw moyin 1", "depsit moyin 1")

    assert done.out == (
        "line 1  accepted  create moyin  #1, version 1\n"
        "line 2  accepted  create moyin  #1, version 1, done before\n"
        "line 3  refused   withdraw moyin: moyin has 0.00 USD, and this needs 1.00 USD.\n"
        "line 4  refused   There is no command depsit; did you mean deposit? "
        "The commands are create, deposit, withdraw, buy, refund, send, close.\n"
    )


BAD_LINES = {
    "deposit moyin NaN": "bad_amount",
    "deposit moyin 1e3": "bad_amount",
    "deposit moyin １０": "bad_amount",  # full-width digits
    "deposit moyin 0.001": "bad_amount",
    "deposit moyin -5": "bad_amount",
    "deposit moyin 12345678901234567890": "bad_amount",
    "deposit moyin": "missing_field",
    "deposit moyin 5 to=me": "unknown_field",
    "deposit moyin 5 at=tomorrow": "bad_at",
    "deposit nobody 5": "unknown_wallet",
    "deposit Moyin 5": "bad_wallet",
    "frobnicate moyin": "unknown_verb",
    'buy moyin "sword 5': "bad_quotes",
    'buy moyin "" 5': "bad_item",
    "create moyin": "wallet_exists",
    "create ann owner=sealed:v1:x": "bad_owner",
    f"create ann owner={'x' * 201}": "bad_owner",
}


def test_odd_input_is_refused_line_by_line_and_all_else_is_done(ledger: Path) -> None:
    lines = ["create moyin", *BAD_LINES, "deposit moyin 5"]

    done = run("exec", ledger, "--json", stdin="\n".join(lines))

    assert (done.status, done.err) == (3, "")
    first, *refused, last = done.objects
    assert [receipt["line"] for receipt in refused] == list(range(2, len(lines)))
    assert {lines[receipt["line"] - 1]: receipt["code"] for receipt in refused} == BAD_LINES
    assert all(receipt["message"] for receipt in refused)
    assert (first["accepted"], last["accepted"], last["version"]) == (True, True, 2)


def test_names_full_of_markup_and_control_characters_are_kept_but_never_act(ledger: Path) -> None:
    name = "[@click=app.quit]x[/nope]\x1b[31m\x9b2J\u202e"

    done = run("exec", ledger, "--json", stdin=f"create moyin owner='{name}'\nbuy moyin '\x1b[2J' x\n")
    shown = run("events", ledger)
    raw = run("events", ledger, "--json")

    assert [receipt["accepted"] for receipt in done.objects] == [True, False]
    assert raw.objects[0]["data"]["owner"] == name
    assert "[@click=app.quit]x[/nope]" in shown.out
    for text in (done.out, shown.out, raw.out):
        assert all(character.isprintable() or character == "\n" for character in text)


def test_standard_input_numbers_every_line_and_passes_over_empty_ones_and_remarks(ledger: Path) -> None:
    lines = [
        b"# payday",
        b"create moyin\r",
        b"",
        b"  ",
        b"deposit moyin \xff",
        b"x" * 65_537,
        b"deposit moyin 5",
    ]

    done = run("exec", ledger, "--json", stdin=b"\n".join(lines))

    assert done.status == 3
    assert [(receipt["line"], receipt.get("code")) for receipt in done.objects] == [
        (2, None),
        (5, "not_utf8"),
        (6, "line_too_long"),
        (7, None),
    ]
    assert done.objects[1] == {
        "line": 5,
        "command": None,
        "wallet": None,
        "accepted": False,
        "code": "not_utf8",
        "message": "This line is not UTF-8 text.",
    }


def test_the_same_id_gives_the_first_receipt_again_and_other_content_is_a_conflict(ledger: Path) -> None:
    run("exec", ledger, "create moyin", "deposit moyin 5 id=pay-1")

    again = run("exec", ledger, "deposit moyin 5 id=pay-1", "--json")
    other = run("exec", ledger, "deposit moyin 6 id=pay-1", "fly", "--json")

    assert again.status == 0
    assert again.objects[0]["duplicate"] is True
    assert again.objects[0]["first"] == 2
    assert other.status == 4
    assert [receipt["code"] for receipt in other.objects] == ["command_id_reused", "unknown_verb"]


def test_an_expected_version_that_is_not_there_is_a_conflict(ledger: Path) -> None:
    done = run("exec", ledger, "create moyin expect=0", "deposit moyin 5 expect=2", "--json")

    assert done.status == 4
    assert [receipt.get("code") for receipt in done.objects] == [None, "conflict"]


def test_commands_on_one_wallet_run_in_the_order_given(ledger: Path) -> None:
    lines = ["create ann", "create bob"]
    for _ in range(300):  # each withdrawal needs the deposit before it
        lines += ["deposit ann 5", "deposit bob 7", "withdraw ann 5", "withdraw bob 7"]

    done = run("exec", ledger, "--json", stdin="\n".join(lines))

    assert done.status == 0
    assert [receipt["line"] for receipt in done.objects] == list(range(1, len(lines) + 1))


def test_a_receipt_is_there_before_the_next_line_is_sent(ledger: Path) -> None:
    with start("exec", ledger) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for line in (b"create moyin\n", b"deposit moyin 5\n"):
            program.stdin.write(line)
            program.stdin.flush()
            assert b"accepted" in program.stdout.readline()
        program.stdin.close()
        assert program.wait(10) == 0
