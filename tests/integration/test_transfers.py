"""Transfers from the log: each arrives or comes back, whoever sees to it, and whatever happens to them."""

import json
import re
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.integration.transferring import (
    START,
    WAY,
    WAY_BACK,
    Bank,
    Between,
    Interrupted,
    Refusing,
    until,
)
from tui_ledger.command_side.transfer_steps import TransferStuck
from tui_ledger.domain.events import (
    MoneyDeposited,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
)
from tui_ledger.errors import LedgerError, LockedError, NewerVersionError, StorageError
from tui_ledger.event_store.codec import encode
from tui_ledger.event_store.port import Append, EventStore, Expected, Head, NewEvent
from tui_ledger.testing import VirtualClock

NOW = "2026-01-01T00:00:00.000000Z"


@pytest.fixture
def bank(store: EventStore, clock: VirtualClock) -> Bank:
    return Bank(store, clock)


# The way there, and the way back


async def test_what_is_sent_arrives(bank: Bank) -> None:
    await bank.do(*START, "send ann bob 30 note=rent")
    async with bank.managing() as manager:
        await manager.settled()
        assert (manager.status().in_flight, manager.status().trouble) == (0, None)
    *_, sent, received, settled = await bank.log()
    assert isinstance(sent.data, TransferSent)
    transfer = sent.data.transfer
    assert received.data == TransferReceived("bob", transfer, "ann", 30_00, "USD", "rent")
    assert settled.data == TransferSettled("ann", transfer)


async def test_what_is_sent_while_the_manager_runs_arrives(bank: Bank) -> None:
    await bank.do(*START, "deposit bob 5")
    async with bank.managing() as manager:
        await manager.settled()
        await bank.do("send ann bob 10", "send ann bob 20", "send bob ann 5")
        await manager.settled()
    assert list((await bank.ways()).values()) == [WAY] * 3


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        ((), "unknown_wallet"),
        (("create cy", "close cy"), "wallet_closed"),
        (("create cy currency=JPY",), "other_currency"),
        (("create cy", "deposit cy 9999999999990"), "balance_too_large"),
    ],
)
async def test_what_the_other_wallet_refuses_comes_back_with_the_reason(
    bank: Bank, others: tuple[str, ...], reason: str
) -> None:
    await bank.do(*START, *others, "send ann cy 30")
    async with bank.managing() as manager:
        await manager.settled()
    assert list((await bank.ways()).values()) == [WAY_BACK]
    returned = (await bank.log())[-1].data
    assert isinstance(returned, TransferReturned)
    assert (returned.amount, returned.reason) == (30_00, reason)
    [spent] = await bank.do("withdraw ann 100")
    assert spent.accepted


async def test_a_journey_is_tied_together(bank: Bank) -> None:
    await bank.do(*START)
    sent = await bank.send("send ann bob 1 id=rent-may")
    await bank.steps().complete(sent)
    await bank.steps().complete(await bank.send("send ann nobody 1 id=oops"))
    _, received, settled, _, returned = (await bank.log())[-5:]
    assert [event.correlation_id for event in (sent, received, settled)] == ["rent-may"] * 3
    assert (received.command_id, received.causation_id) == (f"{sent.id}:transfer", sent.id)
    assert (settled.command_id, settled.causation_id) == (f"{received.id}:settle", received.id)
    lost = (await bank.log())[-2]
    assert (returned.correlation_id, returned.command_id) == ("oops", f"{lost.id}:transfer")
    assert returned.causation_id == lost.id


async def test_a_journey_that_nobody_is_known_to_have_begun_is_named_after_the_transfer(bank: Bank) -> None:
    await bank.do(*START)
    [sent] = await bank.record(TransferSent("ann", "t1", "bob", 5, "USD", ""))
    await bank.steps().complete(sent)
    assert [event.correlation_id for event in (await bank.log())[-2:]] == ["t1", "t1"]


# Twice, and by others


async def test_what_is_over_is_left_alone(bank: Bank) -> None:
    await bank.do(*START)
    arrived, lost = await bank.send("send ann bob 1"), await bank.send("send ann nobody 1")
    for _ in range(3):
        await bank.steps().complete(arrived)
        await bank.steps().complete(lost)
    assert list((await bank.ways()).values()) == [WAY, WAY_BACK]


@pytest.mark.parametrize("steps", [0, 1])
async def test_what_others_have_begun_is_gone_on_with(bank: Bank, steps: int) -> None:
    await bank.do(*START)
    sent = await bank.send("send ann bob 1")
    failing = Refusing(bank.store, StorageError("the disk is gone"), 1, after=steps)
    with pytest.raises(StorageError):
        await bank.steps(failing).complete(sent)
    await bank.steps().complete(sent)
    assert list((await bank.ways()).values()) == [WAY]


async def test_a_transfer_that_came_in_without_a_command_is_settled(bank: Bank) -> None:
    await bank.do(*START)
    [sent] = await bank.record(TransferSent("ann", "t1", "bob", 5, "USD", ""))
    await bank.record(TransferReceived("bob", "t1", "ann", 5, "USD", ""))
    await bank.steps().complete(sent)
    assert list((await bank.ways()).values()) == [WAY]


async def test_a_transfer_that_came_back_without_a_command_is_over(bank: Bank) -> None:
    await bank.do(*START)
    [sent] = await bank.record(TransferSent("ann", "t1", "bob", 5, "USD", ""))
    await bank.record(TransferReturned("ann", "t1", 5, "USD", "wallet_closed"))
    await bank.steps().complete(sent)
    async with bank.managing() as manager:
        await manager.settled()
    assert list((await bank.ways()).values()) == [WAY_BACK]


async def test_two_transfers_of_one_name_do_not_pass_for_one_another(bank: Bank) -> None:
    await bank.do(*START, "create cy", "deposit cy 1")
    [first] = await bank.record(TransferSent("ann", "t1", "bob", 5, "USD", ""))
    await bank.steps().complete(first)
    [other] = await bank.record(TransferSent("cy", "t1", "bob", 7, "USD", ""))
    [again] = await bank.record(TransferSent("ann", "t1", "bob", 9, "USD", ""))
    await bank.steps().complete(other)
    await bank.steps().complete(again)
    returned = [event.data for event in (await bank.log())[-2:]]
    assert returned == [
        TransferReturned("cy", "t1", 7, "USD", "transfer_known"),
        TransferReturned("ann", "t1", 9, "USD", "transfer_known"),
    ]


# Between a decision and its append, anything can happen


@pytest.mark.parametrize("steps", [1, 2], ids=["received", "settled too"])
async def test_a_wallet_that_is_made_between_the_refusal_and_the_return_keeps_what_it_received(
    bank: Bank, steps: int
) -> None:
    await bank.do(*START)
    sent = await bank.send("send ann cy 30")

    async def others() -> None:
        await bank.do("create cy")
        with suppress(StorageError):
            await bank.steps(Refusing(bank.store, StorageError("gone"), 1, after=steps)).complete(sent)

    late = Interrupted(bank.store, "return", others)
    await bank.steps(late).complete(sent)
    assert late.left == 0
    assert list((await bank.ways()).values()) == [WAY]


async def test_a_wallet_that_is_closed_between_the_decision_and_the_receipt_gets_nothing(bank: Bank) -> None:
    await bank.do(*START)
    sent = await bank.send("send ann bob 30")

    async def others() -> None:
        await bank.do("close bob")
        await bank.steps().complete(sent)

    late = Interrupted(bank.store, "receive", others)
    await bank.steps(late).complete(sent)
    assert late.left == 0
    assert list((await bank.ways()).values()) == [WAY_BACK]


@pytest.mark.parametrize("verb", ["receive", "settle"])
async def test_a_step_that_another_manager_takes_first_is_taken_once(bank: Bank, verb: str) -> None:
    await bank.do(*START)
    sent = await bank.send("send ann bob 30")

    def others() -> Awaitable[None]:
        return bank.steps().complete(sent)

    late = Interrupted(bank.store, verb, others)
    await bank.steps(late).complete(sent)
    assert late.left == 0
    assert list((await bank.ways()).values()) == [WAY]


async def test_a_wallet_that_others_keep_changing_is_tried_until_it_works(bank: Bank) -> None:
    await bank.do(*START)
    sent = await bank.send("send ann bob 30")
    busy = Interrupted(bank.store, "receive", lambda: bank.do("deposit bob 1"), count=10)
    await bank.steps(busy).complete(sent)
    assert busy.left == 0
    assert list((await bank.ways()).values()) == [WAY]


# When the store fails


@pytest.mark.parametrize("error", [LockedError("held for too long"), StorageError("no space left")])
async def test_a_store_that_fails_is_tried_again_later_and_shows(bank: Bank, error: LedgerError) -> None:
    await bank.do(*START, "send ann bob 30")
    failing = Refusing(bank.store, error, 3)
    async with bank.managing(failing) as manager:
        for left, pause in ((2, 0.1), (1, 0.2), (0, 0.4)):
            await until(lambda left=left: failing.left == left)  # type: ignore[misc]
            await manager.settled()
            assert (manager.status().in_flight, manager.status().trouble) == (1, error)
            await bank.clock.advance(pause - 0.001)
            assert failing.left == left
            await bank.clock.advance(0.001)
        await until(lambda: manager.status().in_flight == 0)
        assert manager.status().trouble is None
    assert list((await bank.ways()).values()) == [WAY]


async def test_a_log_that_cannot_be_read_is_read_later(bank: Bank) -> None:
    await bank.do(*START, "send ann bob 30")
    broken = Unreadable(bank.store, StorageError("the disk is gone"))
    async with bank.managing(broken) as manager:
        await until(lambda: manager.status().trouble is broken.error)
        broken.mended = True
        await manager.settled()
        assert manager.status().in_flight == 0
        await bank.clock.advance(0.1)
        await until(lambda: manager.status().checkpoint == 6)
        await manager.settled()
        assert manager.status().trouble is None
    assert list((await bank.ways()).values()) == [WAY]


class Unreadable(Between):
    """A store that does not say where the log ends until it is mended."""

    def __init__(self, store: EventStore, error: LedgerError) -> None:
        super().__init__(store)
        self.error = error
        self.mended = False
        self.head = self._head

    async def _head(self) -> Head:
        if not self.mended:
            raise self.error
        return await self.store.head()


# Odd events


async def test_events_that_cannot_be_stop_neither_the_manager_nor_other_transfers(bank: Bank) -> None:
    await bank.do(*START, "create cy", "deposit cy 5")
    await bank.record(TransferReceived("cy", "t1", "nobody", 5, "USD", ""))
    await bank.record(TransferSettled("cy", "t2"))
    await bank.record(TransferReturned("cy", "t3", 5, "EUR", ""))
    await bank.record(TransferSent("nobody", "t4", "ann", 5, "USD", ""))
    await bank.record(TransferSent("bob", "t5", "ann", 5, "USD", ""), stream="wallet/ann-too")
    await bank.record(TransferSent("bob", "t6", "cy", 5, "USD", ""))
    head = (await bank.store.head()).position
    async with bank.managing() as manager:
        await manager.settled()
        await bank.do("send ann bob 30")
        await manager.settled()
        trouble = manager.status().trouble
        assert isinstance(trouble, TransferStuck)
        assert re.match(r"The transfer of event #(9|10|11) cannot end: ", str(trouble))
    after = [event for event in await bank.log() if event.position > head]
    assert [event.type for event in after if event.stream in ("wallet/ann", "wallet/bob")][-3:] == list(WAY)


async def test_an_event_of_another_wallets_stream_moves_no_money(bank: Bank) -> None:
    await bank.do(*START)
    [odd] = await bank.record(TransferSent("ann", "t1", "bob", 5, "USD", ""), stream="wallet/cy")
    with pytest.raises(TransferStuck, match="it is about ann, and stands in wallet/cy"):
        await bank.steps().complete(odd)
    assert (await bank.store.head()).position == odd.position


async def test_only_a_transfer_can_be_completed(bank: Bank) -> None:
    await bank.do(*START)
    [_, _, deposit] = await bank.store.read()
    with pytest.raises(TransferStuck, match="it is MoneyDeposited"):
        await bank.steps().complete(deposit)


async def test_a_command_id_that_somebody_took_stops_that_transfer_and_is_said(bank: Bank) -> None:
    await bank.do(*START)
    sent = await bank.send("send ann bob 30")
    taken = f"{sent.id}:transfer"
    event = NewEvent(bank.new_id(), "MoneyDeposited", 1, encode(MoneyDeposited("bob", 1, "USD", "")), NOW)
    await bank.store.append(
        Append(stream="wallet/bob", expected=Expected.ANY, events=(event,), command_id=taken, content="{}")
    )
    with pytest.raises(TransferStuck, match=f"the command id {taken} was used for something else"):
        await bank.steps().complete(sent)
    assert list((await bank.ways()).values()) == [("TransferSent",)]


async def test_a_transfer_of_a_newer_version_waits_for_that_version(bank: Bank, tmp_path: Path) -> None:
    await bank.do(*START)
    [odd] = await bank.record(TransferSent("ann", "t1", "bob", 5, "USD", ""), schema=99)
    file = tmp_path / "transfers.json"
    async with bank.managing(file=file) as manager:
        await manager.settled()
        assert isinstance(manager.status().trouble, NewerVersionError)
    assert json.loads(file.read_text())["position"] == odd.position - 1
