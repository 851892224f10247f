"""`trace`: what a person and a program see of an event's journey."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.command_line import run, without_what_varies
from tui_ledger.domain.command_language import parse
from tui_ledger.event_store.sqlite_schema import COLUMNS
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.testing import VirtualClock

HOSTILE = "\x1b[2J\u202e"


@pytest.fixture(autouse=True)
def two_views(monkeypatch: pytest.MonkeyPatch) -> None:
    """New ledgers have two views, which is enough to tell views apart."""
    monkeypatch.setattr("tui_ledger.ledger.BUILT_IN_NAMES", ("balances", "statement"))


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What #4 sent has arrived in #5 and #6, and so far the views have come; what #7 sent came back in #8."""
    path = tmp_path_factory.mktemp("trace") / "ledger"
    create_ledger(path)
    (path / "views" / "enabled").write_text("balances\nstatement\n")
    run("exec", path, "create moyin", "deposit moyin 1000 source=salary", "create bob")
    run("exec", path, "send moyin bob 50 note='for 剣'")
    run("worker", path, "--once")
    run("exec", path, "send moyin nobody 5 id=lost")
    return path


def forge(ledger: Path, **columns: object) -> int:
    """Append an event as any SQLite tool can, in a stream of its own. Returns its position."""
    with closing(sqlite3.connect(ledger / "events.db", isolation_level=None)) as database:
        (head,) = database.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()
        row = {
            "position": head + 1,
            "stream_id": head + 1,
            "stream": f"wallet/forged-{head + 1}",
            "version": 1,
            "id": f"forged-{head + 1}",
            "type": "MoneyDeposited",
            "schema": 1,
            "data": '{"wallet":"moyin","amount":900000,"currency":"USD","source":""}',
            "occurred_at": "2026-01-31T12:00:00.000000Z",
            "recorded_at": "2026-01-31T12:00:00.000000Z",
            "hash": "none",
            **columns,
        }
        marks = ", ".join(f":{name}" for name in COLUMNS.split(", "))
        database.execute(
            f"INSERT INTO events ({COLUMNS}) VALUES ({marks})", {**dict.fromkeys(COLUMNS.split(", ")), **row}
        )
    return int(head) + 1


def test_a_journey_is_a_tree_in_which_the_event_asked_about_is_marked(ledger: Path) -> None:
    done = run("trace", ledger, "5")

    assert (done.status, done.err) == (0, "")
    assert without_what_varies(done.out).splitlines() == [
        "The journey of #5 began at TIME.",
        '             a person asked: send moyin bob 50 note="for 剣"',
        ' AFTER  #4  TransferSent      moyin  50.00 USD  to="bob"  note="for 剣"',
        "               #4 called for: receive bob",
        '> AFTER    #5  TransferReceived  bob  50.00 USD  from="moyin"  note="for 剣"',
        "                 #5 called for: settle moyin",
        " AFTER      #6  TransferSettled   moyin",
        "view       applied  lag  state",
        "balances   yes        2  idle",
        "statement  yes        2  idle",
    ]
    assert "    +0.0 ms  #4" in done.out


def test_every_event_of_a_journey_tells_the_same(ledger: Path) -> None:
    journeys = [run("trace", ledger, str(position), "--json").objects for position in (4, 5, 6)]

    for asked, journey in zip((4, 5, 6), journeys, strict=True):
        assert [hop["position"] for hop in journey if hop.get("asked")] == [asked]
        for hop in journey:
            hop.pop("asked", None)
    assert journeys[0] == journeys[1] == journeys[2]


def test_hops_are_json_to_the_letter(ledger: Path) -> None:
    done = run("trace", ledger, "8", "--json")

    assert (done.status, done.err) == (0, "")
    command, sent, step, returned, balances, _ = without_what_varies(done.out).splitlines()
    assert command == (
        '{"hop":"command","asked_by":"person","caused_by":null,"command_id":"lost","correlation_id":"lost",'
        '"causation_id":null,"content":{"amount":"5","to":"nobody","verb":"send","wallet":"moyin"},'
        '"first":7,"last":7}'
    )
    assert sent == (
        '{"hop":"event","asked":false,"after":0.0,"position":7,"stream":"wallet/moyin","version":5,"id":"ID",'
        '"type":"TransferSent","schema":1,"data":{"wallet":"moyin","transfer":"lost","to":"nobody",'
        '"amount":500,"currency":"USD","note":""},"occurred_at":"TIME","recorded_at":"TIME",'
        '"command_id":"lost","correlation_id":"lost","causation_id":null,"hash":"HASH"}'
    )
    assert step == (
        '{"hop":"command","asked_by":"event","caused_by":7,"command_id":"ID:transfer",'
        '"correlation_id":"lost","causation_id":"ID","content":{"reason":"unknown_wallet",'
        '"transfer":"lost","verb":"return","wallet":"moyin"},"first":8,"last":8}'
    )
    assert '"asked":true,"after":0.' in returned
    assert balances == (
        '{"hop":"view","view":"balances","checkpoint":6,"lag":2,"state":"idle","failed_at":null,'
        '"reason":null,"applied":false,"up_to":null}'
    )


def test_a_view_may_know_of_the_beginning_alone(tmp_path: Path) -> None:
    async def send_late() -> None:
        async with Ledger.open(tmp_path / "ledger", create=True, run_views=False) as ledger:
            for line in ("create moyin", "create bob", "deposit moyin 9"):
                await ledger.execute(parse(line))
            sent = await ledger.execute(parse("send moyin bob 5"))
            await ledger.catch_up("balances")
            await ledger.complete_transfer(sent)

    asyncio.run(send_late())
    table = run("trace", tmp_path / "ledger", "4").out.splitlines()[-3:]
    *_, balances, statement = run("trace", tmp_path / "ledger", "5", "--json").objects

    assert table == [
        "view       applied   lag  state",
        "balances   up to #4    2  idle",
        "statement  not yet     6  idle",
    ]
    assert (balances["applied"], balances["up_to"]) == (False, 4)
    assert (statement["applied"], statement["up_to"]) == (False, None)


def test_money_on_its_way_is_said_to_be(tmp_path: Path) -> None:
    async def send() -> None:
        async with Ledger.open(tmp_path / "ledger", create=True, run_views=False) as ledger:
            for line in ("create moyin", "deposit moyin 9", "send moyin bob 5"):
                await ledger.execute(parse(line))

    asyncio.run(send())

    assert "  no effect of #3 is on record yet\n" in run("trace", tmp_path / "ledger", "3").out


def test_times_count_from_the_first_event_in_units_that_fit(tmp_path: Path) -> None:
    async def send_and_wait(seconds: float) -> None:
        clock = VirtualClock()
        async with Ledger.open(tmp_path / f"{seconds}", create=True, run_views=False, clock=clock) as ledger:
            for line in ("create moyin", "create bob", "deposit moyin 9"):
                await ledger.execute(parse(line))
            await clock.advance(60)
            sent = await ledger.execute(parse("send moyin bob 5"))
            await clock.advance(seconds)
            await ledger.complete_transfer(sent)

    for seconds, shown in ((0.0125, "+12.5 ms"), (59.9, "+59.9 s"), (60, "+0:01:00"), (90184, "+25:03:04")):
        asyncio.run(send_and_wait(seconds))
        done = run("trace", tmp_path / f"{seconds}", "4")
        assert f"{shown:>11}    #5" in done.out
        assert run("trace", tmp_path / f"{seconds}", "4", "--json").objects[3]["after"] == seconds


def test_what_nobody_asked_for_stands_out(tmp_path: Path) -> None:
    create_ledger(tmp_path / "ledger")
    run("exec", tmp_path / "ledger", "create moyin")
    position = forge(tmp_path / "ledger")
    told = run("trace", tmp_path / "ledger", str(position))
    caused = forge(tmp_path / "ledger", causation_id=f"forged-{position}")

    assert told.out.splitlines()[1:3] == [
        "             NO COMMAND IS KNOWN: nobody asked for this",
        ">   +0.0 ms  #2  MoneyDeposited    moyin  9000.00 USD",
    ]
    command, event, *_ = run("trace", tmp_path / "ledger", str(position), "--json").objects
    assert (command["asked_by"], command["command_id"], command["content"]) == ("nobody", None, None)
    assert event["asked"]
    assert (
        "NO COMMAND IS KNOWN: nobody asked for this, though #2 is named as its cause\n"
        in run("trace", tmp_path / "ledger", str(caused)).out
    )


def test_a_command_whose_content_is_missing_or_odd_is_shown_as_it_is_on_record(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    create_ledger(path)
    contents = {
        None: "a person asked something that is not on record",
        "no JSON": "a person asked: no JSON",
        "[1]": "a person asked: [1]",
        '{"verb":"fly"}': 'a person asked: {"verb":"fly"}',
        '{"verb":[]}': 'a person asked: {"verb":[]}',
        '{"verb":"deposit","wallet":"moyin"}': 'a person asked: {"verb":"deposit","wallet":"moyin"}',
        '{"verb":"deposit","wallet":"moyin","amount":"5","at":"2026-01-31"}': (
            "a person asked: deposit moyin 5 at=2026-01-31"
        ),
    }
    for content, sentence in contents.items():
        position = forge(path, command_id=f"c{content}", content=content)
        assert run("trace", path, str(position)).out.splitlines()[1].strip() == sentence
        assert run("trace", path, str(position), "--json").status == 0


def test_links_of_a_forged_log_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    create_ledger(tmp_path / "ledger")
    forge(
        tmp_path / "ledger", command_id="a", causation_id="forged-2", content='{"verb":"settle","wallet":1}'
    )
    forge(tmp_path / "ledger", command_id="b", causation_id="forged-1")
    forge(tmp_path / "ledger", command_id="c", causation_id=f"gone{HOSTILE}")
    circle = run("trace", tmp_path / "ledger", "2")
    gone = run("trace", tmp_path / "ledger", "3", "--json")

    assert circle.status == gone.status == 0
    assert circle.out.splitlines()[1:6] == [
        "             an event that is not here called for: settle 1",
        "    +0.0 ms  #1  MoneyDeposited    moyin  9000.00 USD",
        "               #1 called for something that is not on record",
        ">   +0.0 ms    #2  MoneyDeposited    moyin  9000.00 USD",
        "#1 names #2 as its cause, which does not come before it.",
    ]
    assert gone.objects[2] == {
        "hop": "warning",
        "message": f"#3 names a cause that is not in the log: gone{HOSTILE}.",
    }


def test_nothing_hostile_reaches_the_terminal_and_anything_can_be_traced(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    create_ledger(path)
    forge(
        path,
        type=f"Moon{HOSTILE}",
        schema=9,
        data=f'["{HOSTILE[1:]}"]',
        stream=f"{HOSTILE}\n",
        content=f'{{"verb":"{HOSTILE[1:]}"}}',
        command_id=f"c{HOSTILE}",
        recorded_at=f"soon{HOSTILE}",
    )
    forge(path, causation_id="forged-1", recorded_at=f"{HOSTILE}", data='{"wallet":[],"currency":[]}')
    human = run("trace", path, "1")
    program = run("trace", path, "1", "--json")

    assert (human.status, human.err, program.status, program.err) == (0, "", 0, "")
    assert all(line.isprintable() for line in human.out.splitlines())
    assert len(human.out.splitlines()) == 8
    assert all(line.isprintable() for line in program.out.splitlines())
    assert program.objects[1]["data"] == f'["{HOSTILE[1:]}"]'
    assert [hop["after"] for hop in program.objects if hop["hop"] == "event"] == [None, None]


def test_a_view_that_an_event_has_stopped_says_so(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    create_ledger(path)
    run("exec", path, "create moyin")
    forge(path, type="MoonLanded")
    run("worker", path, "--once")
    before = run("trace", path, "1").out.splitlines()
    stopped = run("trace", path, "2").out.splitlines()
    *_, balances, _ = run("trace", path, "2", "--json").objects

    assert before[-5:-2] == [
        "view       applied  lag  state",
        "balances   yes        1  failed",
        "statement  yes        1  failed",
    ]
    assert stopped[-4] == "balances   not yet    1  failed"
    assert stopped[-2].startswith("balances failed by event #2: Event #2 is of a type")
    assert (balances["applied"], balances["state"], balances["failed_at"]) == (False, "failed", 2)


@pytest.mark.parametrize(
    ("position", "sentence"),
    [
        ("0", "There is no event #0: positions begin at 1.\n"),
        ("-1", "There is no event #-1: positions begin at 1.\n"),
        ("9", "There is no event #9: the log ends at #8.\n"),
        ("9" * 30, f"There is no event #{'9' * 30}: the log ends at #8.\n"),
    ],
)
def test_a_position_that_is_not_in_the_log_is_refused(ledger: Path, position: str, sentence: str) -> None:
    for options in ([], ["--json"]):
        done = run("trace", ledger, position, *options)
        assert (done.status, done.out, done.err) == (3, "", sentence)


@pytest.mark.parametrize("arguments", [["one"], ["1", "--jsno"], ["1", "2"], []])
def test_what_is_no_position_is_a_wrong_use(ledger: Path, arguments: list[str]) -> None:
    done = run("trace", ledger, *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.endswith("See: tui-ledger --help\n")
