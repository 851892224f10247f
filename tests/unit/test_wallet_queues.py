"""Whose turn it is on the wallets that a transfer touches."""

import asyncio

from tui_ledger.cli.wallet_queues import Place, WalletQueues
from tui_ledger.testing.clock import breathe


async def pass_through(place: Place, name: str, order: list[str]) -> None:
    """Wait for the place's turn, and leave at once."""
    go_on = await place.reached()
    order.append(name if go_on else f"{name} gave up")
    place.leave(go_on=go_on)


async def test_a_wallet_that_no_transfer_touches_has_no_queue() -> None:
    queues = WalletQueues()
    transfer = queues.line_up("ann", "bob")
    assert "ann" in queues
    assert "bob" in queues
    assert "cy" not in queues
    transfer.leave(go_on=True)
    assert "ann" not in queues
    assert "bob" not in queues


async def test_those_behind_a_transfer_go_on_in_order_when_it_has_ended() -> None:
    queues, order = WalletQueues(), list[str]()
    transfer = queues.line_up("ann", "bob")
    waiting = [
        asyncio.create_task(pass_through(queues.line_up(wallet), f"{wallet} {number}", order))
        for number, wallet in enumerate(("ann", "bob", "ann", "bob"), 1)
    ]
    await breathe()
    assert order == []
    transfer.leave(go_on=True)
    await asyncio.gather(*waiting)
    assert [name for name in order if name.startswith("ann")] == ["ann 1", "ann 3"]
    assert [name for name in order if name.startswith("bob")] == ["bob 2", "bob 4"]
    assert "ann" not in queues


async def test_who_lines_up_late_does_not_overtake() -> None:
    queues, order = WalletQueues(), list[str]()
    transfer = queues.line_up("ann", "bob")
    early = asyncio.create_task(pass_through(queues.line_up("ann"), "early", order))
    await breathe()
    transfer.leave(go_on=True)
    late = asyncio.create_task(pass_through(queues.line_up("ann"), "late", order))
    await asyncio.gather(early, late)
    assert order == ["early", "late"]


async def test_a_transfer_waits_for_both_of_its_wallets() -> None:
    queues, order = WalletQueues(), list[str]()
    first, second = queues.line_up("ann", "bob"), queues.line_up("cy", "dan")
    third = asyncio.create_task(pass_through(queues.line_up("bob", "cy"), "third", order))
    second.leave(go_on=True)
    await breathe()
    assert order == []
    first.leave(go_on=True)
    await third
    assert order == ["third"]


async def test_where_a_transfer_is_left_on_its_way_those_behind_it_give_up() -> None:
    queues, order = WalletQueues(), list[str]()
    transfer = queues.line_up("ann", "bob")
    waiting = [
        asyncio.create_task(pass_through(queues.line_up(*wallets), " ".join(wallets), order))
        for wallets in (("bob", "cy"), ("cy",), ("dan",))
    ]
    transfer.leave(go_on=False)
    await asyncio.gather(*waiting)
    assert sorted(order) == ["bob cy gave up", "cy gave up", "dan"]


async def test_a_transfer_within_one_wallet_does_not_wait_for_itself() -> None:
    queues = WalletQueues()
    place = queues.line_up("ann", "ann")
    assert await place.reached()
    place.leave(go_on=True)
    assert "ann" not in queues
