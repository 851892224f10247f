"""`tui-ledger simulate`: from its arguments to a ledger that all else takes for one that was lived in."""

import json
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from msgspec.structs import astuple

from tests.integration.command_line import PROGRAM, environment, run, start
from tests.unit.oracles import check
from tui_ledger.errors import LedgerError
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.sqlite_schema import APPLICATION_ID, SCHEMA_VERSION
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.simulation.history import apart, making
from tui_ledger.simulation.history.plan import Plan
from tui_ledger.simulation.history.writing import simulate
from tui_ledger.testing import settle

PLAN = Plan(events=400, wallets=9, years=1)


@pytest.fixture
async def simulated(tmp_path: Path) -> Path:
    """A ledger with the history of `PLAN`."""
    await simulate(tmp_path / "simulated", PLAN)
    return tmp_path / "simulated"


def manifest(ledger: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((ledger / "manifest.json").read_bytes())
    return found


def schema(ledger: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(ledger / "events.db")) as connection:
        return connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
        ).fetchall()


def described(log: Path) -> tuple[object, ...]:
    """Its mode, its journal, whose it is, its format, and all that is in it."""
    with closing(sqlite3.connect(log)) as connection:
        pragmas = ("journal_mode", "application_id", "user_version", "integrity_check")
        values = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
        return stat.S_IMODE(log.stat().st_mode), *values, *connection.iterdump()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_makes_a_ledger_and_says_so_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "ten-years"
    done = run("simulate", path, "--events", "300", "--wallets", "6")
    assert (done.status, done.err) == (0, "")
    assert re.fullmatch(
        r"Simulated 300 events of 6 wallets, 2016 to 2025, in \d+\.\d s \([\d,]+ events/s\): "
        r"head 300:[0-9a-f]{64}\n",
        done.out,
    )
    assert manifest(path)["head"] in done.out  # type: ignore[operator]
    assert left_behind(tmp_path) == ["ten-years"]
    assert left_behind(path) == ["derived", "events.db", "manifest.json", "views"]


def test_with_json_it_says_what_it_made(tmp_path: Path) -> None:
    path = tmp_path / "one-year"
    done = run("simulate", path, "--events", "60", "--wallets", "1", "--years", "1", "--seed", "5", "--json")
    [said] = done.objects
    assert said == {
        "ledger": str(path),
        "events": 60,
        "wallets": 1,
        "years": 1,
        "seed": 5,
        "first_day": "2025-01-01",
        "last_day": "2025-12-31",
        "head": manifest(path)["head"],
    }
    assert run("head", path).out.strip() == said["head"]


def test_an_empty_ledger_is_filled_and_a_second_time_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    run("init", path)
    assert run("simulate", path, "--events", "30", "--wallets", "2").status == 0
    before = (path / "events.db").read_bytes(), (path / "manifest.json").read_bytes()
    again = run("simulate", path, "--events", "30", "--wallets", "2")
    assert (again.status, again.out) == (3, "")
    assert again.err == (
        f"The ledger at {path} has events already, and a history begins with nothing; choose another path.\n"
    )
    assert ((path / "events.db").read_bytes(), (path / "manifest.json").read_bytes()) == before


def test_what_is_no_ledger_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "one.txt").write_text("dear")
    done = run("simulate", tmp_path / "letters", "--events", "30")
    assert done.status == 3
    assert done.err == f"There is something at {tmp_path / 'letters'} already; choose another path.\n"
    assert left_behind(tmp_path / "letters") == ["one.txt"]


@pytest.mark.parametrize(
    ("options", "status", "sentence"),
    [
        ([], 2, "Missing option '--events'"),
        (["--events", "0"], 2, "'--events': Input should be greater than or equal to 1"),
        (["--events", "9", "--years", "51"], 2, "'--years': Input should be less than or equal to 50"),
        (["--events", "9", "--wallets", "0"], 2, "'--wallets': Input should be greater than or equal to"),
        (["--events", "99", "--wallets", "20"], 3, "at least 100 events, and 99 are too few"),
    ],
)
def test_what_cannot_be_simulated_is_said_and_nothing_made(
    tmp_path: Path, options: list[str], status: int, sentence: str
) -> None:
    done = run("simulate", tmp_path / "ledger", *options)
    assert (done.status, done.out) == (status, "")
    assert sentence in done.err
    assert left_behind(tmp_path) == []


def test_it_can_be_verified_traced_and_gone_on_with(simulated: Path) -> None:
    assert run("verify", simulated, "--json").objects[0]["ok"]
    events = run("events", simulated, "--json").objects
    [closed, *_] = [event for event in events if event["type"] == "WalletClosed"]
    sent = next(event for event in events if event["type"] == "TransferSent")
    journey = run("trace", simulated, str(sent["position"]), "--json").objects
    assert [hop["type"] for hop in journey if hop["hop"] == "event"] == [
        "TransferSent",
        "TransferReceived",
        "TransferSettled",
    ]
    again = next(event for event in events if event["type"] == "MoneyDeposited")
    amount = run("replay", simulated, again["data"]["wallet"], "--json").objects[again["version"] - 1][
        "change"
    ]
    receipts = run(
        "exec",
        simulated,
        f"deposit {again['data']['wallet']} {amount} source={json.dumps(again['data']['source'])} "
        f"id={again['command_id']}",
        "deposit ann 25",
        f"deposit {closed['data']['wallet']} 5",
        "--json",
    ).objects
    assert [receipt.get("code") for receipt in receipts] == [None, None, "wallet_closed"]
    assert (receipts[0]["duplicate"], receipts[0]["first"]) == (True, again["position"])
    assert receipts[1]["first"] == 401
    assert run("verify", simulated).status == 0


async def test_the_views_of_the_ledger_say_what_its_manifest_says(simulated: Path) -> None:
    oracle = manifest(simulated)
    async with Ledger.open(simulated) as ledger:
        await settle(ledger)
        views = {
            name: {str(answer.key): answer.document or {} for answer in await ledger.documents(name)}
            for name in ("balances", "spending", "top_items", "books")
        }
        check(oracle, views)
        assert (await ledger.verify()).ok


def test_the_log_is_made_as_every_log_is(simulated: Path, tmp_path: Path) -> None:
    run("init", tmp_path / "empty")
    assert schema(simulated) == schema(tmp_path / "empty")


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    process = start("simulate", tmp_path / "ledger", "--events", "3000000")
    wait_for(lambda: any(size(log) > 1_000_000 for log in tmp_path.glob(".ledger-*/events.db")))
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert left_behind(tmp_path) == []


def test_its_other_process_ends_when_nobody_reads_it_any_more() -> None:
    command = [sys.executable, "-m", making.__name__, *map(str, astuple(Plan(events=3_000_000, wallets=2)))]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == -signal.SIGPIPE


async def test_its_other_process_that_ends_too_early_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "_MODULE", "tui_ledger.errors")  # which does nothing
    with pytest.raises(LedgerError, match="ended too early; nothing was written"):
        await simulate(tmp_path / "ledger", PLAN)
    assert left_behind(tmp_path) == []


async def test_where_no_process_can_be_started_a_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    with pytest.raises(LedgerError, match="No process can be started that makes the history: No such file"):
        await simulate(tmp_path / "ledger", PLAN)
    assert left_behind(tmp_path) == []


async def test_a_new_ledger_becomes_what_an_empty_one_does(simulated: Path, tmp_path: Path) -> None:
    create_ledger(tmp_path / "empty")
    await simulate(tmp_path / "empty", PLAN)
    made, filled = (described(ledger / "events.db") for ledger in (simulated, tmp_path / "empty"))
    assert made == filled
    assert made[:4] == (0o600, "wal", APPLICATION_ID, SCHEMA_VERSION)


def test_killed_it_leaves_an_empty_ledger_empty(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    run("init", path)
    process = start("simulate", path, "--events", "3000000")
    wait_for(lambda: size(path / "events.db-wal") > 3_000_000)
    process.kill()
    process.communicate()
    assert run("head", path).out == f"{GENESIS}\n"
    assert not (path / "manifest.json").exists()
    assert run("simulate", path, "--events", "40", "--wallets", "3").status == 0
    assert run("verify", path).status == 0


def test_progress_is_shown_on_a_terminal(tmp_path: Path) -> None:
    terminal, screen = os.openpty()
    command = [*PROGRAM, "simulate", str(tmp_path / "ledger"), "--events", "30000", "--json"]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=screen, check=True, env=environment(TERM="xterm"), timeout=30
    )
    os.close(screen)
    shown = b""
    with suppress(OSError):  # as a terminal says that it is over
        while chunk := os.read(terminal, 4096):
            shown += chunk
    os.close(terminal)
    assert b"Simulating" in shown
    assert re.search(rb"[1-9][0-9]*/30000", shown)
    assert b"Simulating" not in done.stdout
