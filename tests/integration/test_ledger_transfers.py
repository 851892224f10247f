"""Transfers as a user of a whole ledger meets them."""

import asyncio
from pathlib import Path

import pytest

from tests.integration.transferring import WAY, WAY_BACK
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.command_language import parse
from tui_ledger.domain.wallet import OpenWallet
from tui_ledger.ledger import Ledger


async def do(ledger: Ledger, *lines: str) -> list[Receipt]:
    """Execute commands, one after the other."""
    return [await ledger.execute(parse(line)) for line in lines]


async def kinds(ledger: Ledger) -> tuple[str, ...]:
    """The types of the events of transfers, in order."""
    events = await ledger.read()
    return tuple(event.type for event in events if event.type.startswith("Transfer"))


async def test_once_a_ledger_has_settled_what_was_sent_has_arrived_and_the_views_show_it() -> None:
    async with Ledger.in_memory() as ledger:
        await do(ledger, "create ann", "create bob", "deposit ann 100", "send ann bob 30", "send ann cy 5")
        await ledger.settle()
        snapshot = ledger.snapshot()
        assert (snapshot.transfers.running, snapshot.transfers.in_flight) == (True, 0)
        assert {view.checkpoint for view in snapshot.views} == {snapshot.head}
        ann, bob = [(await ledger.query("balances", wallet)).document for wallet in ("ann", "bob")]
        assert ann is not None
        assert bob is not None
        assert (ann["posted"], ann["pending"], ann["available"]) == ("70.00", "0.00", "70.00")
        assert (bob["posted"], bob["pending"], bob["available"]) == ("30.00", "0.00", "30.00")
        assert (await ledger.verify()).ok


@pytest.mark.parametrize(
    ("options", "runs"),
    [
        ({}, True),
        ({"run_views": False}, False),
        ({"views": ["balances"]}, False),
        ({"run_views": False, "run_transfers": True}, True),
        ({"run_transfers": False}, False),
        ({"views": ["balances"], "run_transfers": True}, True),
    ],
)
async def test_transfers_are_managed_where_all_views_run_or_where_one_says_so(
    tmp_path: Path, options: dict[str, object], runs: bool
) -> None:
    async with Ledger.open(tmp_path / "ledger", create=True, **options) as ledger:  # type: ignore[arg-type]
        assert ledger.snapshot().transfers.running is runs
        await do(ledger, "create ann", "create bob", "deposit ann 100", "send ann bob 30")
        await ledger.settle()
        assert await kinds(ledger) == (WAY if runs else WAY[:1])


async def test_what_was_on_its_way_when_a_ledger_was_closed_goes_on_when_it_is_opened(tmp_path: Path) -> None:
    async with Ledger.open(tmp_path / "ledger", create=True, run_views=False) as ledger:
        await do(ledger, "create ann", "create bob", "deposit ann 100", "send ann bob 30")
    async with Ledger.open(tmp_path / "ledger") as ledger:
        await ledger.settle()
        assert await kinds(ledger) == WAY


async def test_one_transfer_can_be_seen_to_its_end_without_the_manager() -> None:
    async with Ledger.in_memory(run_views=False) as ledger:
        await do(ledger, "create ann", "create bob", "deposit ann 100")
        sent, again = await do(ledger, "send ann bob 30 id=rent", "send ann bob 30 id=rent")
        await ledger.complete_transfer(again)
        await ledger.complete_transfer(sent)
        assert await kinds(ledger) == WAY
        [refused] = await do(ledger, "send ann bob 1000")
        with pytest.raises(ValueError, match="refused"):
            await ledger.complete_transfer(refused)


async def test_two_ledgers_on_one_folder_end_every_transfer_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    async with Ledger.open(path, create=True) as one, Ledger.open(path) as other:
        await do(one, "create ann", "create bob", "deposit ann 100", "deposit bob 100")

        async def customer(ledger: Ledger, sender: str, receiver: str) -> list[Receipt]:
            return await do(ledger, *(f"send {sender} {to} 1" for to in [receiver, "nobody"] * 10))

        receipts = await asyncio.gather(customer(one, "ann", "bob"), customer(other, "bob", "ann"))
        await one.settle()
        await other.settle()
        accepted = [receipt for answers in receipts for receipt in answers if receipt.accepted]
        ways: dict[str, tuple[str, ...]] = {}
        for event in await one.read():
            if event.type.startswith("Transfer"):
                ways[str(event.correlation_id)] = (*ways.get(str(event.correlation_id), ()), event.type)
        assert ways.keys() == {receipt.command_id for receipt in accepted}
        assert set(ways.values()) == {WAY, WAY_BACK}
        states = await one.truth(["ann", "bob"])
        assert all(isinstance(state, OpenWallet) and state.pending == 0 for state in states.values())
        assert sum(state.posted for state in states.values() if isinstance(state, OpenWallet)) == 200_00
        assert (await one.verify()).ok
