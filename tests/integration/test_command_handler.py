"""From a command to a receipt: decided in turn, once, and only on what is true."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tui_ledger.command_side.handler import RETRIES, CommandHandler
from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.commands import (
    CloseWallet,
    Command,
    CreateUser,
    DepositMoney,
    PurchaseItem,
    RefundPurchase,
    WithdrawMoney,
)
from tui_ledger.domain.wallet import OpenWallet, fold
from tui_ledger.errors import IntegrityError, LockedError, StorageError
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import Append, Appended, EventStore, NewEvent, WrongExpectedVersion
from tui_ledger.event_store.sqlite import SqliteEventStore, open_store
from tui_ledger.testing import CountingIds, VirtualClock

NewAppend = Callable[..., Append]


def deposit(amount: str = "1", **options: object) -> DepositMoney:
    return DepositMoney.model_validate({"wallet": "moyin", "amount": amount, **options})


def withdraw(amount: str = "1", **options: object) -> WithdrawMoney:
    return WithdrawMoney.model_validate({"wallet": "moyin", "amount": amount, **options})


@pytest.fixture
async def handler(store: EventStore, clock: VirtualClock, new_id: CountingIds) -> CommandHandler:
    """A handler on a store of each kind, with an empty wallet."""
    handler = CommandHandler(store, clock, new_id)
    assert (await handler.execute(CreateUser(wallet="moyin"))).accepted
    return handler


@pytest.fixture
async def other(log: Path, clock: VirtualClock, new_id: CountingIds) -> AsyncIterator[CommandHandler]:
    """The handler of another process on `log`."""
    async with open_store(log, clock) as store:
        yield CommandHandler(store, clock, new_id)


@pytest.fixture
async def mine(sqlite_store: SqliteEventStore, clock: VirtualClock, new_id: CountingIds) -> CommandHandler:
    """This process's handler on `log`, with an empty wallet."""
    handler = CommandHandler(sqlite_store, clock, new_id)
    assert (await handler.execute(CreateUser(wallet="moyin"))).accepted
    return handler


async def balance(store: EventStore) -> int:
    """What is in the wallet, in minor units, by its events."""
    state = fold(map(decode, await store.read_stream("wallet/moyin")))
    assert isinstance(state, OpenWallet)
    return state.posted


async def execute_all(handler: CommandHandler, *commands: Command) -> list[Receipt]:
    """Execute commands at once, in this order."""
    return await asyncio.gather(*map(handler.execute, commands))


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


# Another process


async def test_a_refusal_is_decided_again_on_what_another_process_did(
    mine: CommandHandler, other: CommandHandler
) -> None:
    assert not (await mine.execute(withdraw("5"))).accepted
    await other.execute(deposit("5"))
    assert (await mine.execute(withdraw("5"))).accepted


async def test_a_command_is_decided_again_when_another_process_was_faster(
    mine: CommandHandler, other: CommandHandler, sqlite_store: SqliteEventStore
) -> None:
    await mine.execute(deposit("5"))
    assert (await other.execute(withdraw("5"))).attempts == 1
    late = await mine.execute(deposit("1"))
    assert (late.accepted, late.attempts, late.version) == (True, 2, 4)
    await other.execute(withdraw("1"))
    refused = await mine.execute(withdraw("1"))
    assert (refused.code, refused.attempts) == ("insufficient_funds", 2)
    assert await balance(sqlite_store) == 0


async def test_a_lost_position_is_no_attempt(mine: CommandHandler, other: CommandHandler) -> None:
    await mine.execute(deposit())
    await other.execute(CreateUser(wallet="mika"))
    assert (await mine.execute(deposit())).attempts == 1


async def test_a_pinned_version_that_another_process_changed_is_a_conflict(
    mine: CommandHandler, other: CommandHandler
) -> None:
    await other.execute(deposit())
    receipt = await mine.execute(deposit(expect=1))
    assert (receipt.code, receipt.details["actual"]) == ("conflict", "2")
    assert (await mine.execute(deposit(expect=2))).accepted


async def test_a_command_that_another_process_did_is_a_duplicate(
    mine: CommandHandler, other: CommandHandler
) -> None:
    await mine.execute(deposit("5"))
    await other.execute(withdraw("5", id="w1", expect=2))
    again = await mine.execute(withdraw("5", id="w1", expect=2))
    assert (again.duplicate, again.position) == (True, 3)
    assert (await mine.execute(deposit("5", id="w1"))).code == "command_id_reused"


async def test_one_command_in_two_processes_at_once_is_done_once(
    mine: CommandHandler, other: CommandHandler
) -> None:
    for number in range(20):
        command = CreateUser(wallet=f"w{number}", id=f"create-{number}", expect=0)
        receipts = await asyncio.gather(*(handler.execute(command) for handler in (mine, other, mine)))
        assert all(receipt.accepted for receipt in receipts), receipts
        assert [receipt.duplicate for receipt in receipts].count(False) == 1


async def test_two_processes_at_once_on_one_wallet_lose_nothing(
    mine: CommandHandler, other: CommandHandler, sqlite_store: SqliteEventStore
) -> None:
    async def customer(handler: CommandHandler) -> list[Receipt]:
        return [await handler.execute(deposit()) for _ in range(40)]

    receipts = list(itertools.chain(*await asyncio.gather(customer(mine), customer(other))))
    accepted = [receipt for receipt in receipts if receipt.accepted]
    assert {receipt.code for receipt in receipts} <= {None, "conflict"}
    assert await balance(sqlite_store) == len(accepted) * 100
    assert sorted(receipt.version or 0 for receipt in accepted) == list(range(2, 2 + len(accepted)))
    assert any(receipt.attempts > 1 for receipt in receipts)


@pytest.mark.parametrize("count", [100, 700])
async def test_one_change_by_another_process_costs_a_crowd_one_attempt(
    count: int, mine: CommandHandler, other: CommandHandler, sqlite_store: SqliteEventStore
) -> None:
    await mine.execute(deposit())
    await other.execute(deposit())
    receipts = await execute_all(mine, *[deposit()] * count)
    assert [receipt.version for receipt in receipts] == list(range(4, 4 + count))
    assert max(receipt.attempts for receipt in receipts) == 2
    assert await balance(sqlite_store) == (count + 2) * 100


async def test_commands_that_are_decided_again_keep_their_order(
    mine: CommandHandler, other: CommandHandler
) -> None:
    await mine.execute(deposit("5"))
    await other.execute(withdraw("5"))

    async def customer() -> list[Receipt]:
        running = []
        for number in range(300):
            command = withdraw("5") if number == 0 else deposit("5")
            running.append(asyncio.create_task(mine.execute(command)))
            await asyncio.sleep(0)
        return await asyncio.gather(*running)

    first, *rest = await customer()
    assert first.code == "insufficient_funds", "no later deposit rescued it"
    assert [receipt.version for receipt in rest] == list(range(4, 303))


# When the store fails


class Failing:
    """Stands between a handler and its store, and fails the appends whose turn it is."""

    def __init__(self, store: EventStore, errors: dict[int, Exception]) -> None:
        self._store = store
        self._errors = errors
        self._count = 0
        self.read = store.read
        self.read_stream = store.read_stream
        self.find_command = store.find_command
        self.head = store.head
        self.poll = store.poll
        self.add_listener = store.add_listener
        self.close = store.close

    def append(self, append: Append) -> asyncio.Future[Appended]:
        self._count += 1
        error = self._errors.get(self._count)
        if error is None:
            return self._store.append(append)
        outcome: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(outcome.set_exception, error)
        return outcome


async def test_what_was_decided_on_a_lost_append_is_decided_again(
    store: EventStore, clock: VirtualClock, new_id: CountingIds
) -> None:
    failing = Failing(store, {2: LockedError("held for too long")})
    handler = CommandHandler(failing, clock, new_id)
    await handler.execute(CreateUser(wallet="moyin"))
    lost, refused, accepted = await asyncio.gather(
        handler.execute(deposit("5")),
        handler.execute(withdraw("5")),
        handler.execute(deposit("7")),
        return_exceptions=True,
    )
    assert isinstance(lost, LockedError)
    assert isinstance(refused, Receipt)
    assert isinstance(accepted, Receipt)
    assert (refused.code, refused.attempts) == ("insufficient_funds", 2)
    assert accepted.version == 2
    assert await balance(store) == 7_00


async def test_a_refusal_on_a_lost_append_is_decided_again(
    store: EventStore, clock: VirtualClock, new_id: CountingIds
) -> None:
    failing = Failing(store, {3: StorageError("no space")})
    handler = CommandHandler(failing, clock, new_id)
    await handler.execute(CreateUser(wallet="moyin"))
    await handler.execute(deposit("5"))
    lost, accepted = await asyncio.gather(
        handler.execute(withdraw("5")), handler.execute(withdraw("4")), return_exceptions=True
    )
    assert isinstance(lost, StorageError)
    assert isinstance(accepted, Receipt)
    assert accepted.accepted
    assert await balance(store) == 1_00


async def test_after_three_retries_it_is_a_conflict(
    store: EventStore, clock: VirtualClock, new_id: CountingIds
) -> None:
    conflict = WrongExpectedVersion("wallet/moyin", 1, 7)
    failing = Failing(store, dict.fromkeys(range(2, 2 + RETRIES + 1), conflict))
    handler = CommandHandler(failing, clock, new_id)
    await handler.execute(CreateUser(wallet="moyin"))
    receipt = await handler.execute(deposit())
    assert (receipt.accepted, receipt.code, receipt.attempts) == (False, "conflict", 4)
    assert receipt.message == "moyin is at version 7, not 1: somebody was there in between."
    assert (await handler.execute(deposit())).attempts == 1


async def test_at_the_third_retry_it_may_still_succeed(
    store: EventStore, clock: VirtualClock, new_id: CountingIds
) -> None:
    conflict = WrongExpectedVersion("wallet/moyin", 1, 7)
    failing = Failing(store, dict.fromkeys(range(2, 2 + RETRIES), conflict))
    handler = CommandHandler(failing, clock, new_id)
    await handler.execute(CreateUser(wallet="moyin"))
    receipt = await handler.execute(deposit())
    assert (receipt.accepted, receipt.attempts) == (True, 4)


async def test_events_that_cannot_be_are_an_error_of_the_ledger_and_not_of_the_program(
    store: EventStore, clock: VirtualClock, new_id: CountingIds
) -> None:
    data = '{"wallet":"moyin","amount":5,"currency":"USD","source":""}'
    event = NewEvent(new_id(), "MoneyDeposited", 1, data, "2026-01-01T00:00:00.000000Z")
    await store.append(Append(stream="wallet/moyin", expected=0, events=(event,)))
    with pytest.raises(IntegrityError, match="does not exist yet"):
        await CommandHandler(store, clock, new_id).execute(deposit())


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
