"""From a command to a receipt: decided in turn, once, and only on what is true."""

import asyncio

import pytest

from tests.integration.commanding import balance, deposit, execute_all, withdraw
from tui_ledger.command_side.handler import CommandHandler
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.commands import (
    CloseWallet,
    CreateUser,
    DepositMoney,
    PurchaseItem,
    RefundPurchase,
)
from tui_ledger.event_store.port import EventStore
from tui_ledger.testing import CountingIds, VirtualClock


@pytest.fixture
async def handler(store: EventStore, clock: VirtualClock, new_id: CountingIds) -> CommandHandler:
    """A handler on a store of each kind, with an empty wallet."""
    handler = CommandHandler(store, clock, new_id)
    assert (await handler.execute(CreateUser(wallet="moyin"))).accepted
    return handler


# Receipts


async def test_an_accepted_command_says_where_its_event_is(handler: CommandHandler) -> None:
    receipt = await handler.execute(deposit("5", id="d1"))
    assert receipt == Receipt(
        command="deposit", wallet="moyin", command_id="d1", accepted=True, first=2, last=2, version=2
    )
    assert receipt.position == 2


async def test_a_refused_command_says_why_and_leaves_nothing(
    handler: CommandHandler, store: EventStore
) -> None:
    receipt = await handler.execute(withdraw("5", id="w1"))
    assert not receipt.accepted
    assert receipt.code == "insufficient_funds"
    assert receipt.message == "moyin has 0.00 USD, and this needs 5.00 USD."
    assert receipt.details["needed"] == "5.00"
    assert (await store.head()).position == 1
    assert await store.find_command("w1") is None
    with pytest.raises(ValueError, match="the command was refused"):
        _ = receipt.position


async def test_an_event_carries_its_command_and_journey(handler: CommandHandler, store: EventStore) -> None:
    await handler.execute(deposit("5", id="d1", source="salary"))
    receipt = await handler.execute(deposit("6"))
    named, unnamed = await store.read(1)
    assert (named.command_id, named.correlation_id, named.causation_id) == ("d1", "d1", None)
    assert named.content == '{"amount":"5","source":"salary","verb":"deposit","wallet":"moyin"}'
    assert named.data == '{"wallet":"moyin","amount":500,"currency":"USD","source":"salary"}'
    assert unnamed.command_id == unnamed.correlation_id == receipt.command_id


# In turn


async def test_a_hundred_deposits_at_once_are_all_accepted_in_the_order_of_the_calls(
    handler: CommandHandler, store: EventStore
) -> None:
    receipts = await execute_all(handler, *(deposit(str(number)) for number in range(1, 101)))
    assert [receipt.version for receipt in receipts] == list(range(2, 102))
    assert {receipt.attempts for receipt in receipts} == {1}
    assert await balance(store) == 5050_00


async def test_a_later_deposit_does_not_rescue_an_earlier_withdrawal(handler: CommandHandler) -> None:
    refused, accepted = await execute_all(handler, withdraw("5"), deposit("5"))
    assert (refused.code, accepted.accepted) == ("insufficient_funds", True)


async def test_a_withdrawal_can_spend_what_was_deposited_just_before(handler: CommandHandler) -> None:
    receipts = await execute_all(
        handler, deposit("5"), withdraw("5"), withdraw("0.01"), CloseWallet(wallet="moyin")
    )
    assert [receipt.accepted for receipt in receipts] == [True, True, False, True]


async def test_a_wallet_can_be_created_and_used_at_once(handler: CommandHandler) -> None:
    receipts = await execute_all(
        handler, CreateUser(wallet="mika"), DepositMoney(wallet="mika", amount="5"), CreateUser(wallet="mika")
    )
    assert [receipt.code for receipt in receipts] == [None, None, "wallet_exists"]


async def test_wallets_do_not_wait_for_one_another(handler: CommandHandler, store: EventStore) -> None:
    wallets = [f"w{number}" for number in range(20)]
    await execute_all(handler, *(CreateUser(wallet=wallet) for wallet in wallets))
    receipts = await execute_all(
        handler, *(DepositMoney(wallet=wallet, amount="1") for _ in range(5) for wallet in wallets)
    )
    assert all(receipt.accepted and receipt.attempts == 1 for receipt in receipts)
    assert (await store.head()).position == 1 + 20 + 100


# Once


async def test_a_command_again_gives_the_first_receipt_again(
    handler: CommandHandler, store: EventStore
) -> None:
    first = await handler.execute(deposit("5", id="d1"))
    await handler.execute(deposit("7"))
    again = await handler.execute(deposit("5", id="d1"))
    assert again.duplicate
    assert (again.first, again.last, again.version) == (first.first, first.last, first.version)
    assert await balance(store) == 12_00


async def test_a_command_id_is_not_used_for_something_else(
    handler: CommandHandler, store: EventStore
) -> None:
    await handler.execute(deposit("5", id="d1"))
    for command in (deposit("6", id="d1"), deposit("5.00", id="d1"), withdraw("5", id="d1")):
        receipt = await handler.execute(command)
        assert (receipt.accepted, receipt.code, receipt.command_id) == (False, "command_id_reused", "d1")
    assert await balance(store) == 5_00


async def test_one_command_many_times_at_once_is_done_once(
    handler: CommandHandler, store: EventStore
) -> None:
    receipts = await execute_all(handler, *[deposit("5", id="d1")] * 20, deposit("6", id="d1"))
    assert [receipt.duplicate for receipt in receipts] == [False] + [True] * 19 + [False]
    assert {receipt.first for receipt in receipts[:20]} == {2}
    assert receipts[20].code == "command_id_reused"
    assert await balance(store) == 5_00


async def test_a_command_again_is_a_duplicate_even_when_it_would_be_refused_now(
    handler: CommandHandler,
) -> None:
    await handler.execute(deposit("5"))
    commands = [withdraw("5", id="w1", expect=2), CloseWallet(wallet="moyin", id="c1")]
    for command in commands:
        assert (await handler.execute(command)).accepted
        again = await handler.execute(command)
        assert (again.accepted, again.duplicate) == (True, True)


async def test_a_refused_command_can_be_tried_again_under_its_id(handler: CommandHandler) -> None:
    assert not (await handler.execute(withdraw("5", id="w1"))).accepted
    await handler.execute(deposit("5"))
    again = await handler.execute(withdraw("5", id="w1"))
    assert (again.accepted, again.duplicate) == (True, False)


# As expected


@pytest.mark.parametrize(("expect", "accepted"), [(0, False), (1, True), (2, False)])
async def test_a_command_is_decided_at_the_version_that_it_expects(
    expect: int, accepted: bool, handler: CommandHandler
) -> None:
    receipt = await handler.execute(deposit(expect=expect))
    assert receipt.accepted is accepted
    if not accepted:
        assert receipt.code == "conflict"
        assert receipt.details == {"wallet": "moyin", "expected": str(expect), "actual": "1"}


@pytest.mark.parametrize(("expect", "code"), [(0, None), (1, "conflict")])
async def test_0_expects_that_there_is_no_wallet(
    expect: int, code: str | None, handler: CommandHandler
) -> None:
    assert (await handler.execute(CreateUser(wallet="mika", expect=expect))).code == code


async def test_a_wrong_expectation_is_the_reason_before_all_others(handler: CommandHandler) -> None:
    assert (await handler.execute(CreateUser(wallet="moyin", expect=0))).code == "conflict"
    assert (await handler.execute(withdraw("5", expect=7))).code == "conflict"


async def test_of_commands_that_expect_the_same_version_one_is_accepted(handler: CommandHandler) -> None:
    receipts = await execute_all(handler, *[deposit(expect=1)] * 10)
    assert [receipt.code for receipt in receipts] == [None] + ["conflict"] * 9


# When it happened


@pytest.mark.parametrize(
    ("at", "occurred"),
    [
        ("2026-01-01", "2026-01-01T00:00:00.000000Z"),
        ("2025-12-31T23:59:59.5Z", "2025-12-31T23:59:59.500000Z"),
        ("2026-01-01T09:00:00+09:00", "2026-01-01T00:00:00.000000Z"),
        ("0001-01-01", "0001-01-01T00:00:00.000000Z"),
    ],
)
async def test_a_command_can_say_that_it_happened_before(
    at: str, occurred: str, handler: CommandHandler, store: EventStore
) -> None:
    assert (await handler.execute(deposit(at=at))).accepted
    event = (await store.read(1))[0]
    assert (event.occurred_at, event.recorded_at) == (occurred, "2026-01-01T00:00:00.000000Z")


@pytest.mark.parametrize("at", ["2026-01-01T00:00:00.000001Z", "2025-12-31T23:00:00-02:00", "9999-12-31"])
async def test_a_command_cannot_say_what_will_happen(at: str, handler: CommandHandler) -> None:
    receipt = await handler.execute(deposit(at=at))
    assert (receipt.code, receipt.details) == ("in_the_future", {"at": at})


# Refunds


async def test_a_purchase_is_refunded_by_its_position_or_its_commands_id(
    handler: CommandHandler, store: EventStore
) -> None:
    await handler.execute(deposit("10"))
    await handler.execute(PurchaseItem(wallet="moyin", item="sword", price="4", merchant="smithy", id="b1"))
    for purchase in ("3", "b1", "003"):
        receipt = await handler.execute(RefundPurchase(wallet="moyin", purchase=purchase, amount="1"))
        assert receipt.accepted
    bought, *refunds = await store.read(2)
    assert await balance(store) == 9_00
    for refund in refunds:
        assert f'"purchase":"{bought.id}"' in refund.data
        assert f'"purchased_at":"{bought.occurred_at}"' in refund.data


async def test_a_purchase_made_just_before_can_be_refunded(handler: CommandHandler) -> None:
    receipts = await execute_all(
        handler,
        deposit("4"),
        PurchaseItem(wallet="moyin", item="sword", price="4", id="b1"),
        RefundPurchase(wallet="moyin", purchase="b1"),
        PurchaseItem(wallet="moyin", item="shield", price="4"),
        RefundPurchase(wallet="moyin", purchase="5"),
    )
    assert [receipt.code for receipt in receipts] == [None] * 5


@pytest.mark.parametrize(
    "purchase", ["1", "2", "5", "99", "0", "9" * 15, "9" * 30, "d1", "nobody", "１", "²", "-3"]
)
async def test_what_is_no_purchase_of_this_wallet_is_not_refunded(
    purchase: str, handler: CommandHandler
) -> None:
    await handler.execute(deposit("10", id="d1"))
    await handler.execute(CreateUser(wallet="mika"))
    await handler.execute(DepositMoney(wallet="mika", amount="5"))
    await handler.execute(PurchaseItem(wallet="mika", item="x", price="5", id="b1"))
    for reference in (purchase, "b1", "5"):
        receipt = await handler.execute(RefundPurchase(wallet="moyin", purchase=reference))
        assert receipt.code == "unknown_purchase"
        assert receipt.details["purchase"] == reference, "the refusal names it as the person did"


# Callers who do not wait


async def test_the_command_of_a_cancelled_caller_is_done_or_not_and_its_id_tells(
    handler: CommandHandler, store: EventStore
) -> None:
    for turns in range(30):
        command = deposit(id=f"d{turns}")
        caller = asyncio.create_task(handler.execute(command))
        for _ in range(turns):
            await asyncio.sleep(0)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        receipt = await handler.execute(command)
        assert receipt.accepted
        assert await balance(store) == (turns + 1) * 100


@pytest.mark.parametrize("turns", range(12))
async def test_a_command_sent_again_after_its_caller_was_cancelled_is_done_once(
    turns: int, handler: CommandHandler, store: EventStore
) -> None:
    await handler.execute(deposit("5"))
    commands = [withdraw("5", id="all"), deposit("1", id="pinned", expect=3)]
    for command in commands:
        caller = asyncio.create_task(handler.execute(command))
        for _ in range(turns):
            await asyncio.sleep(0)
        caller.cancel()
        again = await handler.execute(command)
        assert again.accepted, again.message
    assert await balance(store) == 1_00


async def test_a_caller_that_is_cancelled_in_line_does_not_hold_up_the_others(
    handler: CommandHandler,
) -> None:
    callers = [asyncio.create_task(handler.execute(deposit())) for _ in range(30)]
    await asyncio.sleep(0)
    for caller in callers[::3]:
        caller.cancel()
    outcomes = await asyncio.gather(*callers, return_exceptions=True)
    assert all(isinstance(outcome, Receipt) for number, outcome in enumerate(outcomes) if number % 3)
    assert (await handler.execute(deposit())).attempts == 1
