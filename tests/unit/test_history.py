"""What is true of every simulated history, whatever its plan."""

import asyncio
from collections import Counter, defaultdict
from datetime import datetime
from functools import cache

import pytest

from tests.unit.oracles import check, documents
from tui_ledger.domain.events import (
    ItemPurchased,
    MoneyDeposited,
    PurchaseRefunded,
    RecordedEvent,
    TransferReturned,
    TransferSent,
    TransferSettled,
)
from tui_ledger.domain.postings import change
from tui_ledger.errors import InputError
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.simulation.history.history import History
from tui_ledger.simulation.history.manifest import manifest_of
from tui_ledger.simulation.history.people import person
from tui_ledger.simulation.history.plan import Plan, plan_history

LONG = Plan(events=8000, wallets=30, years=4, seed=3)


@cache
def recorded(plan: Plan) -> tuple[History, list[RecordedEvent]]:
    """The history of `plan`, and its events as a log has them."""
    history, store = History(plan), MemoryEventStore()

    async def record() -> list[RecordedEvent]:
        head = await store.restore(history.events(), GENESIS)
        return [decode(event) for event in await store.read(limit=head.position)]

    return history, asyncio.run(record())


def moment(event: RecordedEvent) -> datetime:
    return datetime.fromisoformat(event.occurred_at)


async def head_of(plan: Plan) -> str:
    return (await MemoryEventStore().restore(History(plan).events(), GENESIS)).hash


async def test_the_same_plan_makes_the_same_history_on_every_machine() -> None:
    assert await head_of(Plan(events=1000, wallets=12, years=3, seed=7)) == (
        "0aa5a33f34930e80d133b98714b09e21823ab63e9b0fd040061fbc5dcffc374f"
    )


async def test_another_seed_makes_another_history() -> None:
    assert len({await head_of(Plan(events=50, wallets=2, years=1, seed=seed)) for seed in range(5)}) == 5


@pytest.mark.parametrize(
    "plan",
    [
        Plan(events=5, wallets=1, years=1),
        Plan(events=47, wallets=9, years=10, seed=2),
        Plan(events=333, wallets=3, years=50, seed=2**63 - 1),
        Plan(events=700, wallets=140, years=1, seed=0),
        Plan(events=1001, wallets=2, years=1, seed=5),
        Plan(events=2500, wallets=1, years=2, seed=6),
        Plan(events=400, wallets=6, years=1, seed=9),  # where money would still be sent at the very end,
        Plan(events=400, wallets=6, years=1, seed=10),  # or more were to happen than there is room for
    ],
)
def test_there_are_exactly_so_many_events_of_so_many_wallets_and_the_oracle_knows_them(plan: Plan) -> None:
    history, events = recorded(plan)
    assert len(events) == plan.events
    assert len({event.stream for event in events}) == plan.wallets
    manifest = manifest_of(history, GENESIS)
    assert manifest["types"] == dict(sorted(Counter(event.type for event in events).items()))
    check(manifest, documents(events))


def test_the_oracle_says_what_the_views_say() -> None:
    history, events = recorded(LONG)
    check(manifest_of(history, GENESIS), documents(events))


def test_the_oracle_knows_what_was_moved_in_each_currency() -> None:
    history, events = recorded(LONG)
    deposited: Counter[str] = Counter()
    for event in events:
        if isinstance(event.data, MoneyDeposited):
            deposited[event.data.currency] += event.data.amount
    currencies = manifest_of(history, GENESIS)["currencies"]
    assert len(currencies) == 5
    assert {name: int(sums["deposited"].replace(".", "")) for name, sums in currencies.items()} == deposited
    for sums in currencies.values():
        amount = {name: int(text.replace(".", "")) for name, text in sums.items() if isinstance(text, str)}
        came_in = amount["deposited"] + amount["refunded"] + amount["received"] + amount["returned"]
        assert amount["held"] == came_in - amount["withdrawn"] - amount["purchased"] - amount["sent"]
        assert amount["sent"] == amount["received"] + amount["returned"]


def test_nobody_ever_has_less_than_nothing() -> None:
    balances: Counter[str] = Counter()
    for event in recorded(LONG)[1]:
        balances[event.stream] += change(event.data)
        assert balances[event.stream] >= 0


def test_time_only_goes_on_and_every_event_is_recorded_after_it_occurred() -> None:
    events = recorded(LONG)[1]
    moments = [text for event in events for text in (event.occurred_at, event.recorded_at)]
    assert moments == sorted(set(moments))
    assert events[0].occurred_at[:10] == "2022-01-01"
    assert events[-1].occurred_at[:10] == "2025-12-31"


def test_ids_are_those_of_their_time_and_never_the_same_twice() -> None:
    events = recorded(LONG)[1]
    ids = [event.id for event in events]
    asked = [event.command_id for event in events if event.causation_id is None]
    assert ids == sorted(set(ids))
    assert len({*ids, *asked}) == len(ids) + len(asked)
    for event in events:
        milliseconds = int(event.id[:8] + event.id[9:13], 16)
        assert milliseconds == int(moment(event).timestamp() * 1000)


def test_every_transfer_has_ended_and_some_came_back() -> None:
    events = [event.data for event in recorded(LONG)[1]]
    sent = [data.transfer for data in events if isinstance(data, TransferSent)]
    ended = [data.transfer for data in events if isinstance(data, TransferSettled | TransferReturned)]
    assert sorted(sent) == sorted(ended)
    reasons = Counter(data.reason for data in events if isinstance(data, TransferReturned))
    assert reasons.keys() == {"other_currency", "unknown_wallet", "wallet_closed"}
    assert sum(reasons.values()) < len(sent) // 10


def test_refunds_are_of_a_part_or_the_whole_and_never_of_more() -> None:
    events = recorded(LONG)[1]
    left = {event.id: event.data.amount for event in events if isinstance(event.data, ItemPurchased)}
    price = dict(left)
    refunds = [event for event in events if isinstance(event.data, PurchaseRefunded)]
    wholes = 0
    for event in refunds:
        assert isinstance(event.data, PurchaseRefunded)
        left[event.data.purchase] -= event.data.amount
        wholes += event.data.amount == price[event.data.purchase]
    assert min(left.values()) == 0
    assert len(refunds) // 4 < wholes < len(refunds)
    assert any(event.data.purchased_at[:4] < event.occurred_at[:4] for event in refunds)  # type: ignore[union-attr]


def test_nothing_happens_in_a_closed_wallet() -> None:
    last: dict[str, str] = {}
    closed = set()
    for event in recorded(LONG)[1]:
        last[event.stream] = event.type
        if event.type == "WalletClosed":
            closed.add(event.stream)
    assert len(closed) == 3
    assert {last[stream] for stream in closed} == {"WalletClosed"}


def test_salaries_come_near_the_25th_and_rents_on_the_first() -> None:
    paid: defaultdict[str, set[str]] = defaultdict(set)
    for event in recorded(LONG)[1]:
        data = event.data
        if isinstance(data, MoneyDeposited) and data.source == "salary":
            assert 23 <= moment(event).day <= 25
            assert moment(event).weekday() < 5
            paid[event.stream].add(event.occurred_at[:7])
        if isinstance(data, ItemPurchased) and data.item == "rent":
            assert moment(event).day == 1
    assert len(paid) == LONG.households
    for months in paid.values():
        year, month = map(int, min(months).split("-"))
        assert len(months) == 12 * (2026 - year) - month + 1


def purchases(plan: Plan, *, category: str = "", item: str = "") -> list[RecordedEvent]:
    return [
        event
        for event in recorded(plan)[1]
        if isinstance(event.data, ItemPurchased)
        and category in {"", event.data.category}
        and item in {"", event.data.item}
    ]


def test_december_is_for_gifts_and_summer_for_travel() -> None:
    gifts = Counter(moment(event).month for event in purchases(LONG, category="gifts"))
    travel = Counter(moment(event).month for event in purchases(LONG, category="travel"))
    assert gifts[12] > sum(gifts.values()) // 3
    assert travel[7] + travel[8] > 2 * (travel[1] + travel[2])


def test_groceries_are_for_saturdays_and_evenings_and_lunch_is_for_noon() -> None:
    days = Counter(moment(event).weekday() for event in purchases(LONG, item="groceries"))
    assert days[5] > days[4] > days[6]
    evenings = [
        moment(event).hour for event in purchases(LONG, item="groceries") if moment(event).weekday() < 5
    ]
    assert sum(hour >= 16 for hour in evenings) > 3 * sum(hour < 16 for hour in evenings)
    assert {moment(event).hour for event in purchases(LONG, item="lunch")} <= {11, 12, 13, 14}
    assert {moment(event).hour for event in recorded(LONG)[1]} <= set(range(6, 23))


def test_prices_are_skewed_as_prices_are() -> None:
    prices = sorted(
        event.data.amount
        for event in purchases(LONG, item="groceries")
        if isinstance(event.data, ItemPurchased) and event.data.currency == "EUR"
    )
    median, mean = prices[len(prices) // 2], sum(prices) // len(prices)
    assert mean > median * 11 // 10
    assert prices[-1] > 4 * median


def test_each_of_many_wallets_is_opened_by_its_person_and_nobody_earns_nothing() -> None:
    plan = Plan(events=40_000, wallets=3000, years=1)
    opened = []
    for event in History(plan).events():
        if event.type == "UserCreated":
            opened.append(event.stream.removeprefix("wallet/"))
        assert '"amount":0,' not in event.data
    assert opened == [person(number).wallet for number in range(plan.wallets)]


def test_a_plan_has_wallets_that_fit_its_events() -> None:
    assert [plan_history(events).wallets for events in (10, 5000, 10**8)] == [1, 40, 1000]


def test_too_few_events_for_so_many_wallets_are_refused() -> None:
    with pytest.raises(
        InputError, match="A history of 20 wallets has at least 100 events, and 99 are too few"
    ):
        plan_history(99, wallets=20)
    with pytest.raises(InputError, match="A history of 1 wallet has at least 5 events, and 4 are too few"):
        plan_history(4)


@pytest.mark.slow
def test_a_large_history_is_what_its_oracle_says() -> None:
    plan = plan_history(200_000, seed=11)
    history, events = recorded(plan)
    assert len(events) == plan.events
    check(manifest_of(history, GENESIS), documents(events))
