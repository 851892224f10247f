"""The façade: one door to a ledger that runs."""

import asyncio
import stat
from pathlib import Path

import pytest

from tests.integration.playing import STORY, play
from tui_ledger.domain.command_language import parse
from tui_ledger.domain.wallet import NoWallet, OpenWallet
from tui_ledger.errors import InputError, StorageError
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.testing import settle


async def test_what_was_written_is_read_as_soon_as_the_view_has_come_to_it(tmp_path: Path) -> None:
    async with Ledger.open(tmp_path / "ledger", create=True) as ledger:
        await play(ledger, *STORY[:-1])
        receipt = await ledger.execute(parse(STORY[-1]))
        answer = await ledger.query("balances", "moyin", at_least=receipt.position)
    assert answer.document is not None
    assert (answer.document["available"], answer.as_of, answer.head) == ("500.00", 4, 4)


async def test_everything_is_there_after_coming_back(tmp_path: Path) -> None:
    async with Ledger.open(tmp_path / "ledger", create=True) as ledger:
        await play(ledger, *STORY)
        before = await ledger.read()
    async with Ledger.open(tmp_path / "ledger") as ledger:
        await ledger.settle()
        assert await ledger.read() == before
        assert ledger.snapshot().head == 4
        assert [view.lag for view in ledger.snapshot().views] == [0, 0, 0, 0, 0]
        assert (await ledger.verify()).ok


async def test_a_ledger_in_memory_is_the_same_world(ledger: Ledger) -> None:
    await play(ledger, *STORY)
    await settle(ledger)
    answer = await ledger.query("balances", "moyin")
    assert answer.document is not None
    assert answer.document["posted"] == "500.00"
    assert (await ledger.verify()).ok


async def test_the_truth_is_at_the_head_while_a_view_is_late(ledger: Ledger) -> None:
    await ledger.worker("balances").delay(5.0)
    await play(ledger, *STORY)
    shown = await ledger.query("balances", "moyin")
    truth = (await ledger.truth(["moyin", "nobody"]))["moyin"]
    assert shown.document is None
    assert shown.stale
    assert isinstance(truth, OpenWallet)
    assert truth.posted == 50000
    assert isinstance((await ledger.truth(["nobody"]))["nobody"], NoWallet)


async def test_the_truth_goes_on_with_what_happens() -> None:
    async with Ledger.in_memory(run_views=False) as ledger:
        await play(ledger, *STORY)
        await ledger.truth(["moyin"])
        await play(
            ledger, "deposit moyin 1", *(f"create w{number}" for number in range(1100)), "deposit moyin 2"
        )
        for _ in range(2):  # once by its own events, since it is far behind, and once by the log's last
            truth = (await ledger.truth(["moyin"]))["moyin"]
            assert isinstance(truth, OpenWallet)
            assert truth.posted == 50300
        await play(ledger, "deposit moyin 3")
        truth = (await ledger.truth(["moyin"]))["moyin"]
        assert isinstance(truth, OpenWallet)
        assert truth.posted == 50600


async def test_two_who_ask_for_the_truth_at_once_hear_the_same(tmp_path: Path) -> None:
    async with Ledger.open(tmp_path / "ledger", create=True, run_views=False) as ledger:
        await play(ledger, *STORY)
        await ledger.truth(["moyin"])
        await play(ledger, "deposit moyin 1")
        first, second = await asyncio.gather(ledger.truth(["moyin"]), ledger.truth(["moyin"]))
        assert first == second
        assert isinstance(first["moyin"], OpenWallet)
        assert first["moyin"].posted == 50100


async def test_a_replay_shows_how_the_balance_came_about(ledger: Ledger) -> None:
    await play(ledger, *STORY)
    steps = await ledger.replay("moyin")
    with pytest.raises(InputError, match="no wallet nobody"):
        await ledger.replay("nobody")
    assert [(step.position, step.change, step.balance) for step in steps] == [
        (1, "0.00", "0.00"),
        (2, "1000.00", "1000.00"),
        (3, "-200.00", "800.00"),
        (4, "-300.00", "500.00"),
    ]


async def test_whoever_follows_sees_what_is_there_and_what_comes(ledger: Ledger) -> None:
    await play(ledger, *STORY[:2])
    seen: list[str] = []

    async def follow() -> None:
        async for event in ledger.events():
            seen.append(event.type)
            if len(seen) == 4:
                return

    following = asyncio.create_task(follow())
    await play(ledger, *STORY[2:])
    await following
    assert seen == ["UserCreated", "MoneyDeposited", "ItemPurchased", "ItemPurchased"]
    assert [event.position async for event in ledger.events(after=2, follow=False)] == [3, 4]


async def test_a_missing_ledger_is_not_made_unless_asked(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="make one with: tui-ledger init"):
        async with Ledger.open(tmp_path / "nothing"):
            pass
    assert not (tmp_path / "nothing").exists()


def test_a_new_ledger_is_for_its_owner_only_and_names_its_views(tmp_path: Path) -> None:
    create_ledger(tmp_path / "ledger")
    folder = LedgerFolder(tmp_path / "ledger")
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (folder.path, folder.views, folder.derived, folder.log, folder.enabled)
    }
    assert modes == {"ledger": 0o700, "views": 0o700, "derived": 0o700, "events.db": 0o600, "enabled": 0o600}
    assert folder.enabled_views() == ["balances", "statement", "spending", "top_items", "books"]
    assert [path.name for path in tmp_path.iterdir()] == ["ledger"], "nothing of the making is left"


async def test_a_ledger_is_never_made_over_something(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(InputError, match="something at"):
        create_ledger(tmp_path / "notes")
    assert (tmp_path / "notes").read_text() == "mine"


async def test_a_view_that_nobody_knows_is_named(tmp_path: Path) -> None:
    create_ledger(tmp_path / "ledger")
    (tmp_path / "ledger" / "views" / "enabled").write_text("balances\nbalnces\n")
    with pytest.raises(InputError, match="no view balnces"):
        async with Ledger.open(tmp_path / "ledger"):
            pass
