"""What has changed since then: the wallets then and now, and the events between."""

import asyncio
from collections.abc import Callable

import pytest

from tests.ui.stage import Stage, on_stage
from tests.ui.travelling import HISTORY, go, said
from tui_ledger.content import say
from tui_ledger.errors import IntegrityError
from tui_ledger.ledger import Ledger
from tui_ledger.ui import changes, changes_picture
from tui_ledger.ui.changes import Change, Changes, compare
from tui_ledger.ui.widgets.changes import ChangesScreen


async def opened(stage: Stage) -> str:
    """What the window says, without frames and blanks."""
    await stage.pilot.press("d")
    await stage.app.workers.wait_for_complete([one for one in stage.app.workers if one.group == "changes"])
    await stage.pilot.pause()
    return " ".join(stage.screen_text().replace("│", " ").split())


async def test_d_shows_each_wallet_then_and_now_and_the_events_between() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY[:3], "create yen currency=JPY", *HISTORY[3:])
        await stage.advance(0.1)
        await go(stage, 2)
        await stage.execute("create old", "close old", "deposit yen 900", "create cy")
        text = await opened(stage)
        assert "Changes from #2 to #11, now" in text
        assert "Events since then: 9" in text
        assert "4 UserCreated" in text
        assert "Wallets that have changed: 5" in text
        assert "yen none → 900 +900 JPY new" in text
        assert "ann 100.00 → 120.00 +20.00 USD" in text
        assert "bob none → 7.00 +7.00 USD new" in text
        assert "cy none → 0.00 0 USD new" in text
        assert text.index("ann 100.00") < text.index("bob none"), "the largest change first"
        await stage.pilot.press("y")
        assert stage.app.clipboard.splitlines()[1] == "yen\tJPY\t\t900\t+900"
        await stage.pilot.press("escape")
        await stage.advance(0.1)
        assert stage.app.screen is stage.app.main
        assert "VIEWING #2" in stage.screen_text(), "Escape has closed the window, and no more"


async def test_in_the_present_there_is_nothing_to_compare_with_and_that_is_said() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        await stage.pilot.press("d")
        assert said(stage) == [say("time.changes.go_back_first")]
        assert stage.app.screen is stage.app.main


async def test_wallets_that_hold_what_they_held_are_no_change() -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY, "deposit bob 3", "withdraw bob 3")
        await stage.advance(0.1)
        await go(stage, 6)
        text = await opened(stage)
        assert "Events since then: 2" in text
        assert say("time.changes.nothing") in text


@pytest.mark.slow
async def test_it_says_how_far_it_is_and_escape_gives_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        await go(stage, 2)

        async def wait(_: object, __: str, up_to: int, progress: Callable[[int], None]) -> None:
            progress(up_to // 2)
            await asyncio.Event().wait()

        monkeypatch.setattr(Ledger, "make_keyframes", wait)
        await stage.pilot.press("d")
        await stage.pilot.pause()
        assert "Reading what has changed … 75 %" in stage.screen_text()
        await stage.pilot.press("escape")
        await stage.pilot.pause()
        assert stage.app.screen is stage.app.main
        assert not [one for one in stage.app.workers if one.group == "changes" and one.is_running]


async def test_what_cannot_be_read_is_said_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> Changes:
        raise IntegrityError("The log has a gap.")

    async with on_stage() as stage:
        await stage.execute(*HISTORY)
        await stage.advance(0.1)
        await go(stage, 2)
        monkeypatch.setattr("tui_ledger.ui.widgets.changes.compare", fail)
        assert "The log has a gap." in await opened(stage)
        assert isinstance(stage.app.screen, ChangesScreen)


async def test_only_the_largest_changes_of_each_currency_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST", 2)
    async with on_stage() as stage:
        await stage.execute("create a", "create b", "create c", "create y currency=JPY")
        await stage.execute("deposit a 1", "deposit b 30", "deposit c 20", "deposit y 5000")
        found = await compare(stage.ledger, 4, lambda _: None)
        assert [one.wallet for one in found.wallets] == ["y", "b", "c"]
        assert (found.more, found.same) == (1, 0)
        assert "1 more, with smaller changes" in changes_picture.picture(found, 80).plain


@pytest.mark.parametrize("width", [20, 40, 90])
def test_a_long_name_is_cut_and_no_amount_is(width: int) -> None:
    wallet = Change("a" * 64, "USD", "10000000000000.00", "0.00", -(10**15), closed=True)
    text = changes_picture.picture(Changes(1, 2, (("MoneyWithdrawn", 1),), (wallet,)), width)
    assert all(line.cell_length <= width for line in text.split("\n"))
    if width >= 90:
        assert "10000000000000.00 →" in text.plain
        assert "−10000000000000.00" in text.plain
        assert "closed" in text.plain
