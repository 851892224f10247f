"""`export`: the log in a file or a pipe, which others can read and which says the whole truth or nothing."""

import asyncio
import errno
import gzip
import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import AsyncGenerator
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from cloudevents.core.formats.json import JSONFormat

from tests.integration.command_line import PROGRAM, environment, run, start
from tests.integration.evolving import cloud_events, record_all
from tests.integration.playing import play
from tui_ledger.cli.exporting import export_to_file
from tui_ledger.errors import StorageError
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import EventStore, Head
from tui_ledger.exchange.cloud_events import parse
from tui_ledger.exchange.exported import exported
from tui_ledger.exchange.lines import open_lines
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.testing import settle

NAMES = ("events_append", "events_update", "events_delete")


def change(ledger: Path, *statements: str) -> None:
    """Change the log behind its own back."""
    with closing(sqlite3.connect(ledger / "events.db", isolation_level=None)) as database:
        for statement in (*(f"DROP TRIGGER {name}" for name in NAMES), *statements):
            database.execute(statement)


async def taken_in(file: Path) -> Head:
    """The head of an empty log that has taken in what is in `file`."""
    with open_lines(file) as lines:
        events = [parse(line).past("") for _, line in lines]
    return await MemoryEventStore().restore(events, GENESIS)


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
async def test_a_log_that_is_taken_in_elsewhere_has_the_same_head_there(
    ledger_path: Path, tmp_path: Path, name: str
) -> None:
    async with Ledger.open(ledger_path) as ledger:
        await play(
            ledger,
            'create ada owner="A剣\u202e\\"é😀"',
            "send moyin ada 25 note=\u001b[31m",
            "send moyin nobody 1",
            "refund moyin 3 amount=50 at=2026-01-31T12:00:00+02:00 id=the-refund",
            "deposit ada 0.01 expect=2",
        )
        await settle(ledger)
        head = await ledger.head()

    done = run("export", ledger_path, tmp_path / name)

    assert (done.status, done.err) == (0, "")
    assert await taken_in(tmp_path / name) == head


async def test_the_official_sdk_reads_every_line(ledger_path: Path) -> None:
    lines = run("export", ledger_path, "-").out.splitlines()
    events = [JSONFormat().read(None, line) for line in lines]
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        log = await ledger.read()
    assert [event.get_id() for event in events] == [event.id for event in log]
    assert [event.get_extension("position") for event in events] == [1, 2, 3, 4]
    assert [event.get_data() for event in events] == [json.loads(event.data) for event in log]


async def test_old_schemas_are_exported_as_they_are_stored(store: EventStore) -> None:
    await record_all(store)
    lines = [line async for line in exported(store)]
    assert [json.loads(line)["data"] for line in lines] == [event["data"] for event in cloud_events()]
    schemas = [json.loads(line)["schemaversion"] for line in lines]
    assert schemas == [event["schemaversion"] for event in cloud_events()]
    assert set(schemas) == {0, 1}


async def test_an_export_goes_on_after_a_position_and_ends_where_the_log_ended(store: EventStore) -> None:
    await record_all(store)
    log = exported(store, after=10)
    first = await anext(log)
    another = msgspec.structs.replace(parse(first).past(""), id="another", command_id=None, content=None)
    await store.restore([another], await store.head())
    assert json.loads(first)["position"] == 11
    assert len([line async for line in log]) == 7
    assert [line async for line in exported(store, after=19)] == []
    assert [line async for line in exported(store, after=1000)] == []


def test_it_says_how_many_events_and_what_their_lines_come_to(ledger_path: Path, tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"

    for_people = run("export", ledger_path, plain)
    for_programs = run("export", ledger_path, packed, "--json")

    lines = plain.read_bytes()
    assert gzip.decompress(packed.read_bytes()) == lines
    digest = sha256(lines).hexdigest()
    assert for_people.out == f"Exported 4 events to {plain}, sha256 {digest}\n"
    assert for_programs.objects == [{"file": str(packed), "events": 4, "sha256": digest}]
    assert {plain.stat().st_mode & 0o777, packed.stat().st_mode & 0o777} == {0o600}


def test_the_same_events_are_the_same_bytes_packed_or_not(ledger_path: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("export", ledger_path, tmp_path / f"{name}.jsonl.gz")
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


def test_an_empty_log_is_an_empty_file(tmp_path: Path) -> None:
    create_ledger(tmp_path / "ledger")
    done = run("export", tmp_path / "ledger", tmp_path / "a.jsonl")
    assert "Exported 0 events" in done.out
    assert (tmp_path / "a.jsonl").read_bytes() == b""
    assert run("export", tmp_path / "ledger", "-").out == ""


def test_a_file_that_exists_is_not_touched(ledger_path: Path, tmp_path: Path) -> None:
    file, link = tmp_path / "a.jsonl", tmp_path / "link.jsonl"
    file.write_text("mine")
    link.symlink_to(tmp_path / "nowhere")
    for path in (file, link, tmp_path):
        done = run("export", ledger_path, path)
        assert (done.status, done.out) == (2, "")
        assert done.err == f"{path} exists already, and is not overwritten; name another file.\n"
    assert file.read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"a.jsonl", "link.jsonl", "ledger"}


def test_where_a_file_cannot_be_written_a_sentence_says_so(ledger_path: Path, tmp_path: Path) -> None:
    done = run("export", ledger_path, tmp_path / "nowhere" / "a.jsonl")
    assert (done.status, done.out) == (7, "")
    assert "a.jsonl cannot be written: No such file or directory." in done.err


def test_a_disk_that_is_full_leaves_nothing(ledger_path: Path, tmp_path: Path) -> None:
    run("exec", ledger_path, stdin="deposit moyin 1\n" * 300)
    folder = tmp_path / "out"
    folder.mkdir()
    with_little_room = ["bash", "-c", 'ulimit -f 100; exec "$@"', "bash"]  # KiB, for each file
    done = run("export", ledger_path, folder / "a.jsonl", under=with_little_room)
    assert (done.status, done.err) == (7, f"{folder / 'a.jsonl'} cannot be written: File too large.\n")
    assert list(folder.iterdir()) == []


async def test_a_disk_that_is_full_only_when_the_file_is_closed_leaves_nothing(
    ledger_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for name in ("a.jsonl", "a.jsonl.gz"):
        with pytest.raises(StorageError, match=f"{name} cannot be written: No space left on device."):
            await export_to_file(ledger_path, str(folder / name), after=0, as_json=False)
        assert list(folder.iterdir()) == []


async def test_who_gives_up_leaves_nothing(
    ledger_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    begun = asyncio.Event()

    async def endless(ledger: Ledger, after: int = 0) -> AsyncGenerator[bytes, None]:
        yield b"{}"
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(Ledger, "export_events", endless)
    task = asyncio.create_task(export_to_file(ledger_path, str(folder / "a.jsonl"), after=0, as_json=False))
    await begun.wait()
    assert len(list(folder.iterdir())) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (
            "UPDATE events SET data = replace(data, '20000', '20001') WHERE position = 3",
            "Event #3 is not what was recorded: its hash does not fit.",
        ),
        (
            "UPDATE events SET occurred_at = recorded_at WHERE position = 3",
            "Event #3 is not what was recorded",
        ),
        ("DELETE FROM events WHERE position = 3", "Event #3 is missing"),
    ],
)
def test_a_log_that_is_damaged_is_not_exported_and_the_place_is_named(
    ledger_path: Path, tmp_path: Path, statement: str, reason: str
) -> None:
    change(ledger_path, statement)

    to_file = run("export", ledger_path, tmp_path / "a.jsonl")
    to_pipe = run("export", ledger_path, "-")

    assert (to_file.status, to_file.out) == (5, "")
    assert reason in to_file.err
    assert not list(tmp_path.glob("*a.jsonl*"))
    assert to_pipe.status == 5
    assert [event["position"] for event in to_pipe.objects] == [1, 2]


def test_an_event_of_a_newer_version_is_not_exported(ledger_path: Path) -> None:
    change(ledger_path, "UPDATE events SET schema = 2 WHERE position = 4")
    done = run("export", ledger_path, "-", "--after", "4")
    assert (done.status, done.out) == (0, "")
    assert run("export", ledger_path, "-").status == 5  # its hash is looked at first


def test_a_reader_that_goes_away_ends_it_quietly(ledger_path: Path) -> None:
    run("exec", ledger_path, stdin="deposit moyin 1\n" * 400)
    with start("export", ledger_path, "-") as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.readline()
        program.stdout.close()
        assert (program.wait(10), program.stderr.read()) == (128 + signal.SIGPIPE, b"")


def test_without_unicode_the_lines_are_the_same(tmp_path: Path) -> None:
    create_ledger(tmp_path / "ledger")
    run("exec", tmp_path / "ledger", "create moyin owner=剣é😀")
    usual = run("export", tmp_path / "ledger", "-")
    plain = run("export", tmp_path / "ledger", "-", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert plain == usual
    assert usual.objects[0]["data"]["owner"] == "剣é😀"


def test_a_terminal_gets_nothing_that_it_would_obey(tmp_path: Path) -> None:
    create_ledger(tmp_path / "ledger")
    run("exec", tmp_path / "ledger", "create moyin owner='\u009b31m\u202e'")
    assert "\u202e" in run("export", tmp_path / "ledger", "-").out

    drawn = _on_a_terminal("export", tmp_path / "ledger", "-")

    assert "\\u009b31m\\u202e" in drawn
    assert json.loads(drawn)["data"]["owner"] == "\u009b31m\u202e"


def _on_a_terminal(*arguments: str | Path) -> str:
    """What `tui-ledger` prints on a terminal."""
    terminal, screen = os.openpty()
    subprocess.run([*PROGRAM, *map(str, arguments)], stdout=screen, check=True, env=environment(), timeout=30)
    os.close(screen)
    drawn = b""
    with suppress(OSError):  # as a terminal says that it is over
        while chunk := os.read(terminal, 4096):
            drawn += chunk
    os.close(terminal)
    return drawn.decode()


def test_standard_output_has_no_room_for_a_summary(ledger_path: Path) -> None:
    done = run("export", ledger_path, "-", "--json")
    assert (done.status, done.out) == (2, "")
    assert "standard output has the events already" in done.err
