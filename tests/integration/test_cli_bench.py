"""`tui-ledger bench`, at a size at which no figure means anything."""

import importlib.util
import json
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command_line import PROGRAM, Result, environment, run, start
from tui_ledger.bench import eventsourcing_library
from tui_ledger.bench.registry import BENCHES
from tui_ledger.cli.benching import bench
from tui_ledger.ledger_views import BUILT_IN_NAMES

ES = importlib.util.find_spec("eventsourcing") is not None
KEYS = ["bench", "case", "unit", "value", "rounds", "events", "p50_ms", "p99_ms", "ratios", "aims"]
TINY = ("--rounds", "1", "--events", "20")

APPEND_CASES = [
    "store alone, 100 callers",
    "1 caller",
    "10 callers",
    "100 callers",
    "1,000 callers",
    "exec of a file",
]
HOT_CASES = [
    "fresh wallet",
    "hot wallet",
    "fresh wallet, first command after opening",
    "hot wallet, first command after opening",
]
QUERY_SIDE_CASES = {
    "replay": ["decoded, with the whole envelope", "decoded and folded into balances"],
    "project": ["batches of 1", "batches of 1,000", "in leaps"],
    "flow": ["no view", "1 view, balances", "4 views"],
    "latency": ["accepted to applied in all views"],
    "view": ["20 events", "longest pause of the event loop"],
    "simulate": ["raw", "made up, placed, hashed and stored"],
}
WITHOUT_TERMINAL = ("append", "hot", "travel", *QUERY_SIDE_CASES)
SCREEN_CASES = [
    "idle, no screen",
    "idle",
    "1,000 events/s, no screen",
    "1,000 events/s",
    "1,000 events/s, the screen alone",
    "1,000 events/s, drawn",
    "replay into every view",
    "replay, longest pause of the event loop",
    "replay, longest work of the loop in one go",
    "memory after the replay",
    "memory, log of 1,000 events",
    "memory, log of 2,000 events",
]
START_CASES = [
    "python",
    "tui-ledger --help",
    "empty app, first frame",
    "first frame",
    "empty app, first key answered",
    "first key answered",
    "first events shown",
]


@pytest.fixture(scope="module")
def all_benches(tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = tmp_path_factory.mktemp("bench")
    done = run("bench", *WITHOUT_TERMINAL, *TINY, "--preload", "1100", "--folder", folder, "--json")
    assert list(folder.iterdir()) == []
    return done


@pytest.mark.slow
def test_every_bench_prints_an_object_for_each_case(all_benches: Result) -> None:
    bases = ["raw", "es"] if ES else ["raw"]
    assert all_benches.status == 0
    assert [list(figure) for figure in all_benches.objects] == [KEYS] * len(all_benches.objects)
    assert _cases(all_benches.objects, "append") == [*bases, *APPEND_CASES, "100 callers, log of 1,100"]
    assert _cases(all_benches.objects, "hot") == HOT_CASES
    assert _cases(all_benches.objects, "travel") == [
        *BUILT_IN_NAMES,
        *(f"keyframes of {view}" for view in BUILT_IN_NAMES),
    ]
    for name, cases in QUERY_SIDE_CASES.items():
        expected = [*bases, *cases] if name == "replay" else cases
        assert _cases(all_benches.objects, name) == expected


def test_each_case_of_append_has_its_ratio_to_every_base(all_benches: Result) -> None:
    for figure in all_benches.objects:
        if figure["bench"] == "append":
            assert figure["unit"] == "events/s"
            assert figure["value"] == figure["rounds"][0] > 0
            assert list(figure["ratios"])[:1] == ["raw"]
            assert ("es" in figure["ratios"]) == ES
            assert ("pipeline" in figure["ratios"]) == (figure["case"] == "exec of a file")
            assert (figure["p99_ms"] is None) == (figure["case"] == "exec of a file")


def test_the_aims_stand_beside_what_they_are_held_against(all_benches: Result) -> None:
    aims = {
        figure["case"]: [(aim["of"], aim["at_least"], aim["at_most"]) for aim in figure["aims"]]
        for figure in all_benches.objects
        if figure["aims"]
    }
    assert aims == {
        "store alone, 100 callers": [("es", 16, None)],
        "1 caller": [("es", 0.9, None), ("p99_ms", None, 1)],
        "100 callers": [("es", 13, None)],
        "1,000 callers": [("es", 15, None)],
        "exec of a file": [("pipeline", 0.5, None)],
        "100 callers, log of 1,100": [("es", 12, None)],
        "hot wallet": [("fresh", None, 1.2)],
        **{view: [("p95_ms", None, 50)] for view in BUILT_IN_NAMES},
        "decoded and folded into balances": [("raw", 0.75, None), ("es", 12, None)],
        "batches of 1,000": [("single", 15, None)],
        "4 views": [("events_per_s", 33_000, None), ("p99_ms", None, 20)],
        "accepted to applied in all views": [("p99_ms", None, 5)],
        "20 events": [("p50_ms", None, 2000)],
        "longest pause of the event loop": [("p50_ms", None, 16)],
        "made up, placed, hashed and stored": [("events_per_s", 100_000, None)],
    }
    for figure in all_benches.objects:
        for aim in figure["aims"]:
            if aim["of"] == "p95_ms":
                assert figure["p50_ms"] <= aim["value"] <= figure["p99_ms"]
                continue
            reached = {**figure, **figure["ratios"], "events_per_s": figure["value"]}
            assert aim["value"] == reached.get(aim["of"])


def test_only_what_needs_a_terminal_is_measured_elsewhere() -> None:
    assert {bench.name for bench in BENCHES} == {*WITHOUT_TERMINAL, "screen", "start"}


@pytest.mark.slow
def test_the_screen_is_measured_in_a_terminal(tmp_path: Path) -> None:
    tiny = ("--rounds", "1", "--events", "2000", "--seconds", "0.3")
    done = run("bench", "screen", *tiny, "--folder", tmp_path, "--json")
    assert (done.status, list(tmp_path.iterdir())) == (0, [])
    figures = {figure["case"]: figure for figure in done.objects}
    assert list(figures) == SCREEN_CASES
    assert {case: figure["aims"][0]["at_most"] for case, figure in figures.items() if figure["aims"]} == {
        "idle": 1,
        "1,000 events/s, the screen alone": 15,
        "replay, longest pause of the event loop": 16,
        "memory, log of 2,000 events": 1.3,
    }
    app, headless, screen = (
        figures[case]["value"] for case in ("1,000 events/s", SCREEN_CASES[2], SCREEN_CASES[4])
    )
    assert screen == pytest.approx(app - headless)
    assert figures["1,000 events/s, drawn"]["value"] > 0
    assert figures["memory, log of 2,000 events"]["unit"] == "MiB"


@pytest.mark.slow
def test_a_start_is_measured_beside_that_of_an_empty_app(tmp_path: Path) -> None:
    done = run("bench", "start", "--rounds", "1", "--folder", tmp_path, "--json")
    figures = {figure["case"]: figure for figure in done.objects}
    assert (done.status, list(figures), list(tmp_path.iterdir())) == (0, START_CASES, [])
    first, empty = figures["first frame"], figures["empty app, first frame"]
    assert first["ratios"] == {"empty": pytest.approx(first["value"] / empty["value"])}
    assert first["value"] < figures["first key answered"]["value"]
    assert first["value"] < figures["first events shown"]["value"]


def test_a_person_reads_a_table_and_what_a_missed_aim_means(tmp_path: Path) -> None:
    done = run("bench", "hot", *TINY, "--folder", tmp_path)

    title, where, head, *rows, _, closing = done.out.splitlines()
    assert (done.status, done.err) == (0, "")
    assert title == "hot: a command on a wallet of 18,615 events, against a fresh wallet"
    assert where.startswith(f"Medians of 1 round in {tmp_path}")
    assert head.split() == ["case", "ms", "x", "fresh", "p50", "ms", "p99", "ms", "aim"]
    assert [row.startswith(case) for row, case in zip(rows, HOT_CASES, strict=True)] == [True] * 4
    assert "at most 1.2x fresh: " in rows[1]
    assert closing.startswith(("Every aim that could be judged is met: 1 of 1.", "Missed are 1 of 1 aims: "))


async def test_without_the_eventsourcing_library_it_says_so_and_judges_no_aim_that_needs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(eventsourcing_library, "version", lambda: None)

    status = await bench(["append"], rounds=1, events=20, preload=0, folder=tmp_path, as_json=True)

    printed = capsys.readouterr()
    figures = [json.loads(line) for line in printed.out.splitlines()]
    assert status == 0
    assert printed.err.splitlines()[-1] == eventsourcing_library.MISSING
    assert _cases(figures, "append") == ["raw", *APPEND_CASES]
    assert [aim["met"] for figure in figures for aim in figure["aims"] if aim["of"] == "es"] == [None] * 4


async def test_a_folder_in_memory_is_used_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tui_ledger.cli.benching.file_system", lambda _: "tmpfs")
    monkeypatch.setattr("tui_ledger.bench.hot.HISTORY", 100)

    await bench(["latency"], rounds=1, events=1, preload=0, folder=tmp_path, as_json=False)

    printed = capsys.readouterr()
    assert f"in {tmp_path} (tmpfs)" in printed.out
    assert printed.err == (
        f"{tmp_path} is in memory (tmpfs), where a sync costs nothing: name a disk with --folder.\n"
    )


def test_progress_is_shown_on_a_terminal_and_standard_output_stays_clean(tmp_path: Path) -> None:
    terminal, screen = os.openpty()
    done = subprocess.run(
        [*PROGRAM, "bench", "latency", *TINY, "--folder", str(tmp_path), "--json"],
        stdout=subprocess.PIPE,
        stderr=screen,
        check=True,
        env=environment(TERM="xterm", COLUMNS="120"),
        timeout=30,
    )
    os.close(screen)
    shown = b""
    with suppress(OSError):  # as a terminal says that it is over
        while chunk := os.read(terminal, 4096):
            shown += chunk
    os.close(terminal)

    assert b"round 1 of 1" in shown
    assert [json.loads(line)["case"] for line in done.stdout.splitlines()] == QUERY_SIDE_CASES["latency"]


def test_an_interrupted_bench_leaves_nothing_behind(tmp_path: Path) -> None:
    with start("bench", "append", "--rounds", "100", "--events", "100", "--folder", tmp_path) as process:
        while not any(tmp_path.glob("*/*")):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (130, b"", b"")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_bench_is_bad_input_before_anything_runs() -> None:
    done = run("bench", "hot", "apend")

    assert (done.status, done.out) == (3, "")
    assert done.err.startswith("There is no bench apend; did you mean append? The benches are append, hot, ")


def test_the_name_of_a_bench_reaches_the_terminal_safely() -> None:
    assert "\x1b" not in run("bench", "\x1b[31mhot").err


def test_a_folder_that_is_none_is_bad_input(tmp_path: Path) -> None:
    done = run("bench", "hot", "--folder", tmp_path / "missing")

    assert (done.status, done.out) == (3, "")
    assert done.err == f"{tmp_path / 'missing'} is no folder; --folder takes one that exists.\n"


@pytest.mark.parametrize("option", [("--rounds", "0"), ("--events", "0"), ("--preload", "-1")])
def test_a_number_that_cannot_be_is_a_mistake_in_usage(option: tuple[str, str]) -> None:
    assert run("bench", "hot", *option).status == 2


def _cases(figures: list[dict[str, Any]], bench: str) -> list[str]:
    return [figure["case"] for figure in figures if figure["bench"] == bench]
