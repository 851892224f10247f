"""Views are switched on and off in a ledger that is open."""

from pathlib import Path

import pytest

from tests.integration.playing import STORY, play
from tui_ledger.errors import InputError, LockedError
from tui_ledger.ledger import Ledger
from tui_ledger.ledger_views import LedgerViews
from tui_ledger.testing import VirtualClock, settle


async def test_a_view_that_is_added_is_filled_from_the_first_event_on(clock: VirtualClock) -> None:
    async with Ledger.in_memory(views=["balances"], clock=clock) as ledger:
        await play(ledger, *STORY)
        await ledger.add_view("spending")
        await ledger.add_view("spending")
        await settle(ledger, clock)
        assert [view.view for view in ledger.snapshot().views] == ["balances", "spending"]
        document = (await ledger.query("spending", "2026/USD")).document
    assert document is not None
    assert document["total"] == "500.00"


async def test_a_view_that_is_dropped_is_gone_and_made_anew_when_it_is_added_again(
    clock: VirtualClock,
) -> None:
    async with Ledger.in_memory(views=["balances", "books"], clock=clock) as ledger:
        await play(ledger, *STORY)
        await ledger.worker("books").delay(5)
        await ledger.drop_view("books")
        with pytest.raises(InputError, match="There is no view books"):
            await ledger.query("books", "USD/world")
        await ledger.add_view("books")
        await settle(ledger, clock)
        assert ledger.snapshot().views[-1].delay == 0


@pytest.mark.parametrize("name", ["spendign", "../x", ""])
async def test_a_view_that_does_not_exist_can_be_neither_added_nor_dropped(
    name: str, clock: VirtualClock
) -> None:
    async with Ledger.in_memory(views=["balances"], clock=clock) as ledger:
        with pytest.raises(InputError, match="There is no view"):
            await ledger.add_view(name)
        with pytest.raises(InputError, match="There is no view"):
            await ledger.drop_view(name)
        assert [view.view for view in ledger.snapshot().views] == ["balances"]


async def test_in_a_folder_a_view_stays_on_or_off(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    async with Ledger.open(path, create=True) as ledger:
        await play(ledger, *STORY)
        await ledger.settle()
        await ledger.add_view("returns")
        await ledger.drop_view("books")
        await ledger.settle()
        names = [view.view for view in ledger.snapshot().views]
    assert "returns" in names
    assert "books" not in names
    assert not (path / "views" / "books.db").exists()
    async with Ledger.open(path, run_views=False) as ledger:
        assert {view.view for view in ledger.snapshot().views} == set(names)
        assert (await ledger.query("returns", "USD/sword")).document is not None


async def test_a_view_that_another_process_holds_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise LockedError("a worker keeps it up to date")

    monkeypatch.setattr(LedgerViews, "drop", refuse)
    async with Ledger.open(tmp_path / "ledger", create=True, run_views=False) as ledger:
        before = ledger.snapshot().views
        with pytest.raises(LockedError):
            await ledger.drop_view("books")
        assert {view.view for view in ledger.snapshot().views} == {view.view for view in before}
