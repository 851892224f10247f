"""The list of the views that are on, and taking one off it: whole, in turn, and not from under a worker."""

import asyncio
import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.integration.playing import STORY, play
from tui_ledger import ledger_folder
from tui_ledger.errors import IntegrityError, LockedError, StorageError
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.ledger_views import BUILT_IN_NAMES, LedgerViews
from tui_ledger.testing import VirtualClock


@pytest.fixture
def folder(tmp_path: Path) -> LedgerFolder:
    """An empty ledger."""
    create_ledger(tmp_path / "ledger")
    return LedgerFolder(tmp_path / "ledger")


def test_those_who_change_the_list_at_once_lose_nothing(folder: LedgerFolder) -> None:
    names = [f"view{number}" for number in range(100)]
    with ThreadPoolExecutor(8) as threads:
        for _ in threads.map(
            lambda name: folder.change_enabled_views(lambda before: [*(before or []), name]), names
        ):
            pass
    assert sorted(folder.enabled_views() or []) == sorted([*BUILT_IN_NAMES, *names])


def test_a_change_that_breaks_off_leaves_the_list_as_it_was(
    folder: LedgerFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageError, match="No space left on device"):
        folder.change_enabled_views(lambda _: ["books"])
    assert folder.enabled_views() == list(BUILT_IN_NAMES)
    assert [path.name for path in folder.views.iterdir()] == ["enabled"]


def test_who_does_not_get_done_is_not_waited_for_for_ever(
    folder: LedgerFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_folder, "PATIENCE", 0.0)
    other = os.open(folder.views, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(LockedError, match="try again"):
        folder.change_enabled_views(lambda _: ["books"])
    os.close(other)
    folder.change_enabled_views(lambda _: ["books"])
    assert folder.enabled_views() == ["books"]


async def test_without_a_list_the_built_in_views_are_on_and_can_be_dropped(folder: LedgerFolder) -> None:
    folder.enabled.unlink()
    views = LedgerViews(folder)
    assert views.enabled() == list(BUILT_IN_NAMES)
    assert not views.add("books")
    assert folder.enabled_views() is None
    await views.drop("books")
    assert folder.enabled_views() == ["balances", "statement", "spending", "top_items"]
    assert views.add("books")


async def test_the_last_view_can_be_dropped_and_commands_go_on(folder: LedgerFolder) -> None:
    for name in BUILT_IN_NAMES:
        await LedgerViews(folder).drop(name)
    async with Ledger.open(folder.path) as ledger:
        await play(ledger, *STORY)
        await ledger.settle()
        assert ledger.snapshot().views == ()
        assert (await ledger.verify()).ok


async def test_a_view_that_a_process_runs_by_its_name_is_not_dropped(folder: LedgerFolder) -> None:
    async with Ledger.open(folder.path, views=["balances", "books"]) as ledger:
        await play(ledger, *STORY)
        await ledger.settle()
        with pytest.raises(LockedError, match=f"by process {os.getpid()} on"):
            await LedgerViews(folder).drop("books")
        assert (await ledger.query("books", "USD/world")).document is not None
    assert folder.enabled_views() == list(BUILT_IN_NAMES)


async def test_views_come_and_go_while_the_ledger_is_open(folder: LedgerFolder) -> None:
    clock = VirtualClock()
    async with Ledger.open(folder.path, clock=clock) as ledger:
        await play(ledger, *STORY)
        await ledger.settle()
        dropping = asyncio.create_task(LedgerViews(folder).drop("books", clock))
        while not dropping.done():
            await clock.advance(0.1)
        await dropping
        assert "books" not in [view.view for view in ledger.snapshot().views]
        LedgerViews(folder).add("books")
        LedgerViews(folder).add("returns")
        while len(ledger.snapshot().views) < len(BUILT_IN_NAMES) + 1:
            await clock.advance(0.1)
        await ledger.settle()
        assert (await ledger.query("books", "USD/world")).document is not None
        assert (await ledger.query("returns", "USD/sword")).as_of == 4
        assert (await ledger.verify()).ok


async def test_a_view_that_is_switched_on_and_cannot_be_had_leaves_the_others_alone(
    folder: LedgerFolder,
) -> None:
    clock = VirtualClock()
    async with Ledger.open(folder.path, clock=clock) as ledger:
        before = folder.enabled.read_text()
        folder.enabled.write_text(before + "nobodys\n")
        while ledger.snapshot().trouble is None:
            await clock.advance(0.1)
        assert "There is no view nobodys" in str(ledger.snapshot().trouble)
        assert len(ledger.snapshot().views) == len(BUILT_IN_NAMES)
        folder.enabled.write_text(before)
        while ledger.snapshot().trouble is not None:
            await clock.advance(0.1)


async def test_a_view_whose_list_cannot_be_written_keeps_its_file_and_nobody_holds_it(
    folder: LedgerFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Ledger.open(folder.path) as ledger:
        await play(ledger, *STORY)
        await ledger.settle()
    with monkeypatch.context() as patch:
        patch.setattr(LedgerFolder, "change_enabled_views", _refuse)
        with pytest.raises(StorageError, match="no"):
            await LedgerViews(folder).drop("books")
    async with Ledger.open(folder.path, run_views=False) as ledger:
        assert [view.state for view in (await ledger.status()).views] == ["idle"] * 5
        assert (await ledger.query("books", "USD/world")).as_of == 4


def _refuse(*_: object) -> None:
    raise StorageError("no")


async def test_a_drop_that_broke_off_behind_the_list_is_finished_by_the_next(folder: LedgerFolder) -> None:
    async with Ledger.open(folder.path) as ledger:
        await play(ledger, *STORY)
        await ledger.settle()
    folder.change_enabled_views(lambda _: ["balances"])
    await LedgerViews(folder).drop("books")
    assert not (folder.views / "books.db").exists()
    assert not list(folder.views.glob("books.db-*"))


async def test_the_file_of_another_program_is_not_removed(folder: LedgerFolder) -> None:
    (folder.views / "books.db").write_bytes(folder.log.read_bytes())
    with pytest.raises(IntegrityError, match="another program"):
        await LedgerViews(folder).drop("books")
    assert folder.enabled_views() == list(BUILT_IN_NAMES)
    assert (folder.views / "books.db").exists()


@pytest.mark.parametrize("name", ["../precious", "/precious", "\x1b[31m"])
async def test_a_line_that_is_no_name_is_taken_out_and_no_file_with_it(
    folder: LedgerFolder, name: str
) -> None:
    precious = folder.path / "precious.db"
    precious.touch()
    folder.enabled.write_text(f"balances\n{name}\n")
    await LedgerViews(folder).drop(name)
    assert folder.enabled_views() == ["balances"]
    assert precious.exists()
