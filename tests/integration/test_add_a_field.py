"""`docs/add-a-field.md` is true: with its changes the program reads old logs, and writes the new field."""

import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.integration.command_line import environment, run
from tests.integration.evolving import record_all
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ledger import create_ledger

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "add-a-field.md").read_text(encoding="utf-8")
SCHEMAS = "tests/unit/test_event_schemas.py"


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A copy of the project in which somebody did what the document says."""
    copy = tmp_path / "changed"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tui_ledger", copy / "tui_ledger", ignore=ignored)
    for name in ("pyproject.toml", "tests/conftest.py", SCHEMAS):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    for name, change in re.findall(r"^--- (\S+)\n((?:[ +-].*\n)+?)(?=--- |```)", DOCUMENT, re.MULTILINE):
        lines = change.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] != "+")
        after = "".join(line[1:] for line in lines if line[0] != "-")
        text = (copy / name).read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{name} does not have, once:\n{before}"
        (copy / name).write_text(text.replace(before, after), encoding="utf-8")
    assert DOCUMENT.count("\n--- ") == 6
    return copy


@pytest.mark.slow
async def test_the_changed_program_reads_old_logs_and_writes_new_ones(changed: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    create_ledger(ledger)
    async with open_store(ledger / "events.db") as store:
        await record_all(store)
    run_changed = partial(run, PYTHONPATH=str(changed), PYTHONSAFEPATH="1")

    assert run_changed("replay", ledger, "ada", "--json").out == run("replay", ledger, "ada", "--json").out
    assert run_changed("exec", ledger, "deposit ada 5 channel=card").status == 0
    assert run_changed("verify", ledger).status == 0
    written = run_changed("events", ledger, "--after", "18", "--json").objects[0]
    assert (written["schema"], written["data"]["channel"]) == (2, "card")

    refused = run("replay", ledger, "ada")
    assert (refused.status, refused.out) == (8, "")
    assert "is of schema 2; this program knows schemas up to 1" in refused.err


@pytest.mark.slow
def test_the_changed_program_can_read_every_schema_that_is_written_down(changed: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n0", SCHEMAS],
        cwd=changed,
        env=environment(PYTHONPATH=str(changed)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
