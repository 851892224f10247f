"""`import`: what it says and how it ends, with files that are good, known, spoilt or hostile."""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.command_line import environment, run
from tests.integration.importing import HISTORY, changed, deposits, events_of, lines_of, written
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.testing import settle

PEAK = """
import sys
from tui_ledger.cli import main
status = main()
[peak] = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
sys.stderr.write(peak)
sys.exit(status)
"""


@pytest.fixture
async def lines() -> list[bytes]:
    """A history of thirteen events, in which there is one of every type."""
    return lines_of(await events_of(*HISTORY, first_id=1000))


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """An empty ledger."""
    create_ledger(tmp_path / "ledger")
    return tmp_path / "ledger"


@pytest.fixture
def file(tmp_path: Path, lines: list[bytes]) -> Path:
    """The history in a file."""
    return written(tmp_path / "history.jsonl", lines)


def rows(ledger: Path) -> list[object]:
    """Everything that is in the log."""
    with closing(sqlite3.connect(ledger / "events.db")) as database:
        return database.execute("SELECT * FROM events ORDER BY position").fetchall()


def test_it_says_what_it_took_in_and_what_was_there(ledger: Path, file: Path, lines: list[bytes]) -> None:
    beginning = written(file.with_name("beginning.jsonl"), lines[:1])
    assert run("import", ledger, beginning).out == "Imported 1 event, #1 to #1; 0 were there already.\n"
    dry = run("import", ledger, file, "--dry-run")
    assert dry.out == "12 events can be imported; 1 was there already. Nothing was changed.\n"
    assert run("import", ledger, file).out == "Imported 12 events, #2 to #13; 1 was there already.\n"
    again = run("import", ledger, file)
    assert (again.status, again.out, again.err) == (
        0,
        "Nothing to import: of 13 events, all were there already.\n",
        "",
    )
    assert run("verify", ledger).status == 0


def test_json_says_the_same(ledger: Path, file: Path) -> None:
    counts = {"imported": 13, "known": 0}
    places = {"first": None, "last": None}
    assert run("import", ledger, file, "--dry-run", "--json").objects == [counts | places | {"dry_run": True}]
    assert run("import", ledger, file, "--json").objects == [
        counts | {"first": 1, "last": 13, "dry_run": False}
    ]


@pytest.mark.parametrize("name", ["copy.jsonl", "copy.jsonl.gz"])
def test_what_is_exported_imported_and_exported_again_is_the_same(
    ledger: Path, file: Path, tmp_path: Path, name: str
) -> None:
    run("import", ledger, file)
    run("export", ledger, tmp_path / name)
    create_ledger(tmp_path / "other")
    assert run("import", tmp_path / "other", tmp_path / name).status == 0
    assert run("head", tmp_path / "other").out == run("head", ledger).out
    run("export", tmp_path / "other", tmp_path / f"again-{name}")
    assert (tmp_path / f"again-{name}").read_bytes() == (tmp_path / name).read_bytes()
    assert rows(tmp_path / "other") == rows(ledger)


def test_a_pipe_is_read_as_it_comes_packed_or_not(ledger: Path, file: Path, tmp_path: Path) -> None:
    assert run("import", ledger, "-", stdin=file.read_bytes()).out.startswith("Imported 13 events")
    create_ledger(tmp_path / "other")
    packed = gzip.compress(file.read_bytes())
    assert run("import", tmp_path / "other", "-", stdin=packed).out.startswith("Imported 13 events")
    assert rows(tmp_path / "other") == rows(ledger)


def test_a_file_without_events_is_no_error(ledger: Path, tmp_path: Path) -> None:
    done = run("import", ledger, written(tmp_path / "empty", [b"", b" "]))
    assert (done.status, done.out) == (0, f"{tmp_path}/empty holds no events; nothing was imported.\n")


def test_without_a_ledger_nothing_is_read(tmp_path: Path, file: Path) -> None:
    done = run("import", tmp_path / "nowhere", file)
    assert (done.status, done.out) == (7, "")
    assert (
        done.err
        == f"There is no ledger at {tmp_path}/nowhere; make one with: tui-ledger init {tmp_path}/nowhere\n"
    )


def test_a_bad_line_in_the_middle_is_named_and_changes_nothing(
    ledger: Path, tmp_path: Path, lines: list[bytes]
) -> None:
    run("exec", ledger, "create someone")
    before = rows(ledger)
    bad = written(tmp_path / "bad.jsonl", [*lines[:7], b'{"id":NaN}', *lines[7:]])
    done = run("import", ledger, bad)
    assert (done.status, done.out) == (3, "")
    assert done.err.startswith(f"{bad}, line 8: ")
    assert rows(ledger) == before
    assert run("import", ledger, "-", stdin=bad.read_bytes()).err.startswith("standard input, line 8: ")


def test_text_that_steers_a_terminal_is_shown_and_not_obeyed(
    ledger: Path, tmp_path: Path, lines: list[bytes]
) -> None:
    bad = changed(lines[4], data={"item": "\x1b[2J\u202e"}, commandcontent=None)
    done = run("import", ledger, written(tmp_path / "bad", [*lines[:4], bad]))
    assert done.status == 3
    assert "item is" in done.err
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err


def bomb(path: Path) -> None:
    path.write_bytes(gzip.compress(b" " * (64 << 20)))


def cut_off(path: Path) -> None:
    path.write_bytes(gzip.compress(b"{}\n" * 1000)[:-9])


HOSTILE: dict[str, Callable[[Path], object]] = {
    "a pipe with a name": os.mkfifo,
    "a folder": Path.mkdir,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "nothing": lambda path: None,
    "a packed file that is cut off": cut_off,
    "a packed file that unpacks to far too much": bomb,
    "what is nested deeply": lambda path: path.write_bytes(b"[" * 60_000),
    "a line of megabytes": lambda path: path.write_bytes(b"x" * (4 << 20)),
    "a name twice": lambda path: path.write_bytes(b'{"id":"1","id":"2"}'),
    "a byte order mark": lambda path: path.write_bytes(b"\xef\xbb\xbf{}"),
    "half of a surrogate pair": lambda path: path.write_bytes(b'{"id":"\\ud800"}'),
    "NUL bytes": lambda path: path.write_bytes(bytes(1000)),
    "a number of many digits": lambda path: path.write_bytes(b'{"position":' + b"9" * 60_000 + b"}"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_files_get_a_sentence_and_change_nothing(ledger: Path, tmp_path: Path, what: str) -> None:
    HOSTILE[what](tmp_path / "hostile")
    done = run("import", ledger, tmp_path / "hostile")
    assert (done.status, done.out) == (3, "")
    assert done.err.count("\n") == 1
    assert "hostile" in done.err
    assert rows(ledger) == []


async def test_views_of_a_process_that_runs_follow_what_another_imports(
    ledger_path: Path, tmp_path: Path
) -> None:
    file = written(tmp_path / "file", deposits(30, wallets=2))
    async with Ledger.open(ledger_path) as ledger:
        assert run("import", ledger_path, file).status == 0
        await settle(ledger)
        answer = await ledger.query("balances", "w1")
        assert answer.document is not None
        assert answer.document["posted"] == "0.14"
        assert (await ledger.verify()).ok


def test_help_says_what_is_checked() -> None:
    done = run("import", "--help")
    assert done.status == 0
    assert "all of them, or none" in done.out


def imported_peak(ledger: Path, file: Path) -> int:
    """Import a file in a process of its own; the most memory that it had, in KiB."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, "import", str(ledger), str(file)],
        check=True,
        capture_output=True,
        env=environment(),
    )
    return int(done.stderr)


def test_an_import_takes_less_than_64_mib(ledger: Path, tmp_path: Path) -> None:
    wide = [changed(line, data={"source": "😀" * 200}, note="x" * 60_000) for line in deposits(300)[1:]]
    file = written(tmp_path / "file", [*deposits(1), *wide])
    assert imported_peak(ledger, file) < 64 * 1024


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for count, wallets in ((3_000, 1_000), (100_000, 1_000), (100_000, 50_000)):
        ledger = tmp_path / f"ledger-{count}-{wallets}"
        create_ledger(ledger)
        file = written(tmp_path / f"{count}-{wallets}", deposits(count, wallets=wallets))
        peaks.append(imported_peak(ledger, file))
    peaks.append(imported_peak(ledger, file))  # all of it is there
    assert max(peaks) < 64 * 1024
    assert peaks[1] - peaks[0] < 4 * 1024


@pytest.mark.slow
def test_long_texts_take_no_more_memory(ledger: Path, tmp_path: Path) -> None:
    long = {"item": "😀" * 200, "category": "🙂" * 200, "merchant": "🙃" * 200}
    created, paid, *rest = deposits(9_000)
    bought = []
    for line in rest:
        data = {"wallet": "w0", "currency": "USD", "amount": 1, **long}
        bought.append(json.dumps({**json.loads(line), "type": "ItemPurchased", "data": data}).encode())
    file = written(tmp_path / "file", [created, changed(paid, data={"amount": 1_000_000}), *bought])
    assert imported_peak(ledger, file) < 64 * 1024


def test_a_bar_shows_on_a_terminal_how_far_it_is(ledger: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "file", deposits(20))
    terminal, screen = os.openpty()
    with open(terminal, "rb", buffering=0) as shown:
        done = subprocess.run(
            [sys.executable, "-m", "tui_ledger", "import", str(ledger), str(file)],
            stdout=subprocess.PIPE,
            stderr=screen,
            check=True,
            env=environment(TERM="xterm"),
        )
        os.close(screen)
        assert b"checking" in shown.read(65536)
    assert json.loads(b'"%s"' % done.stdout.strip()).startswith("Imported 20 events")
