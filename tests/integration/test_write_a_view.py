"""`docs/write-a-view.md` is true: the view that it builds works, and its test passes."""

import asyncio
import runpy
from pathlib import Path

import pytest

from tests.integration.command_line import run
from tests.integration.own_views import Shelf
from tests.integration.sessions import blocks, check_sessions

DOCUMENT = (Path(__file__).parents[2] / "docs" / "write-a-view.md").read_text(encoding="utf-8")
VIEW, TEST = blocks(DOCUMENT, "python")
CONFIG, ENTRY_POINT = blocks(DOCUMENT, "toml")


def test_the_view_has_about_twenty_lines() -> None:
    assert len([line for line in VIEW.splitlines() if line]) <= 20


@pytest.mark.slow
def test_the_view_is_switched_on_and_queried_as_the_document_says(tmp_path: Path, shelf: Shelf) -> None:
    shelf.module("stamps", VIEW)
    run("init", tmp_path / "shop")
    (tmp_path / "shop" / "ledger.toml").write_text(CONFIG)

    check_sessions(DOCUMENT, tmp_path, PYTHONPATH=shelf.path)

    status = run("status", tmp_path / "shop", "--json", PYTHONPATH=shelf.path).objects[0]
    assert {view["view"]: view["checkpoint"] for view in status["views"]}["stamps"] == 4
    assert run("verify", tmp_path / "shop", PYTHONPATH=shelf.path).status == 0
    assert run("view", "drop", tmp_path / "shop", "stamps", PYTHONPATH=shelf.path).status == 0


def test_the_test_passes(tmp_path: Path, shelf: Shelf) -> None:
    shelf.module("stamps", VIEW)
    (tmp_path / "test_stamps.py").write_text(TEST)
    names = runpy.run_path(str(tmp_path / "test_stamps.py"))
    asyncio.run(names["test_a_purchase_is_a_stamp"]())


def test_a_package_offers_the_view_as_the_document_says(tmp_path: Path, shelf: Shelf) -> None:
    name, _, place = ENTRY_POINT.splitlines()[1].partition(" = ")
    assert ENTRY_POINT.startswith('[project.entry-points."tui_ledger.views"]\n')
    shelf.module("stamps", VIEW)
    shelf.package("loyalty", **{name: place.strip('"')})
    run("init", tmp_path / "shop")

    added = run("view", "add", tmp_path / "shop", "stamps", PYTHONPATH=shelf.path)

    assert (added.status, added.out) == (0, "stamps is on, and has taken in 0 events.\n")
