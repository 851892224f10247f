"""An event's journey: back to who asked, on to everything it led to, whatever the links in the log say."""

from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from tests.integration.transferring import START, Bank
from tui_ledger.errors import InputError, IntegrityError
from tui_ledger.event_bus import EventBus
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import Append, EventStore, Expected, NewEvent, StoredEvent
from tui_ledger.journey import LIMIT, Journey, trace
from tui_ledger.query_side.query_side import QuerySide
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.testing import VirtualClock

Trace = Callable[[int], Awaitable[Journey]]


class Log:
    """A log to which a test appends what it likes, as a forger can. Events have the ids e1, e2, e3 ..."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._count = 0

    async def add(
        self, cause: str | None = None, command: str | None = None, count: int = 1, *, known: bool = True
    ) -> None:
        """Append events that bear a command's id, `known` with its content, and that of a cause."""
        names = [f"e{self._count + number}" for number in range(1, count + 1)]
        self._count += count
        append = Append(
            stream="wallet/moyin",
            expected=Expected.ANY,
            events=tuple(NewEvent(name, "MoonLanded", 9, "[]", "2026-01-01") for name in names),
            command_id=command,
            content=f"content of {command}" if command and known else None,
            causation_id=cause,
        )
        await self._store.append(append)


@pytest.fixture
def log(store: EventStore) -> Log:
    return Log(store)


@pytest.fixture
def views(store: EventStore, clock: VirtualClock) -> QuerySide:
    bus = EventBus(store, clock=clock)
    return QuerySide(store, bus, folder=None, clock=clock, views=(Balances(),))


@pytest.fixture
def journey_of(store: EventStore, views: QuerySide) -> Trace:
    return lambda position: trace(store, views, position)


def shape(journey: Journey) -> list[tuple[int, int | None, list[int]]]:
    """Each step's depth, cause and positions."""
    return [(step.depth, step.caused_by, [event.position for event in step.events]) for step in journey.steps]


async def test_every_event_of_a_transfer_has_the_same_journey(
    store: EventStore, clock: VirtualClock, journey_of: Trace
) -> None:
    bank = Bank(store, clock)
    await bank.do(*START)
    sent = await bank.send("send ann bob 10")
    await bank.do("deposit ann 1")
    await bank.steps().complete(sent)
    journeys = [await journey_of(position) for position in (4, 6, 7)]
    for journey in journeys:
        assert shape(journey) == [(0, None, [4]), (1, 4, [6]), (2, 6, [7])]
        assert [step.asked_by for step in journey.steps] == ["person", "event", "event"]
        assert [event.type for event in journey.events] == [
            "TransferSent",
            "TransferReceived",
            "TransferSettled",
        ]
        assert (journey.complete, journey.warnings) == (True, ())
    assert [journey.asked for journey in journeys] == [4, 6, 7]
    assert shape(await journey_of(5)) == [(0, None, [5])]


async def test_the_journey_of_what_was_refused_leads_back(
    store: EventStore, clock: VirtualClock, journey_of: Trace
) -> None:
    bank = Bank(store, clock)
    await bank.do(*START)
    await bank.steps().complete(await bank.send("send ann nobody 10"))
    assert shape(await journey_of(5)) == [(0, None, [4]), (1, 4, [5])]
    assert (await journey_of(5)).events[-1].type == "TransferReturned"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 25, 205, 1000])
async def test_all_events_of_a_command_are_one_step_and_those_beside_it_are_not(
    log: Log, journey_of: Trace, count: int
) -> None:
    await log.add(command="before")
    await log.add(command="c", count=count)
    await log.add(command="after")
    for asked in {2, 1 + (count + 1) // 2, 1 + count}:
        assert shape(await journey_of(asked)) == [(0, None, list(range(2, count + 2)))]
    assert shape(await journey_of(1)) == [(0, None, [1])]
    assert shape(await journey_of(count + 2)) == [(0, None, [count + 2])]


async def test_what_each_event_caused_follows_it_to_its_end(log: Log, journey_of: Trace) -> None:
    await log.add(command="root", count=2)  # 1, 2
    await log.add(cause="e2", command="late")  # 3
    await log.add(cause="e1", command="early", count=2)  # 4, 5
    await log.add(cause="e5", command="deep")  # 6
    await log.add(cause="e1", command="also")  # 7
    expected = [
        (0, None, [1, 2]),
        (1, 1, [4, 5]),
        (2, 5, [6]),
        (1, 1, [7]),
        (1, 2, [3]),
    ]
    for asked in range(1, 8):
        journey = await journey_of(asked)
        assert shape(journey) == expected
        assert [event.position for event in journey.events] == [1, 2, 3, 4, 5, 6, 7]


async def test_nobody_asked_for_what_no_command_is_known_of(log: Log, journey_of: Trace) -> None:
    await log.add(count=2)
    await log.add(cause="e1")
    journey = await journey_of(1)
    assert shape(journey) == [(0, None, [1]), (1, 1, [3])], "nothing says that #2 belongs to it"
    assert [step.asked_by for step in journey.steps] == ["nobody", "nobody"]
    assert shape(await journey_of(2)) == [(0, None, [2])]


async def test_events_of_one_command_are_one_step_only_side_by_side_and_with_one_cause(
    log: Log, journey_of: Trace
) -> None:
    await log.add(command="root")
    await log.add(cause="e1", command="c")
    await log.add(cause="e2", command="c", known=False)
    await log.add(cause="e1", command="c", known=False)
    for asked in range(1, 5):
        assert shape(await journey_of(asked)) == [
            (0, None, [1]),
            (1, 1, [2]),
            (2, 2, [3]),
            (1, 1, [4]),
        ]


async def test_a_cause_that_is_not_in_the_log_is_told(log: Log, journey_of: Trace) -> None:
    await log.add(cause="e99", command="c")
    await log.add(cause="e1", command="d")
    for asked in (1, 2):
        journey = await journey_of(asked)
        assert shape(journey) == [(0, None, [1]), (1, 1, [2])]
        assert journey.steps[0].asked_by == "event"
        assert journey.warnings == ("#1 names a cause that is not in the log: e99.",)
        assert journey.complete


async def test_causes_that_go_round_in_a_circle_end_at_the_first_of_them(log: Log, journey_of: Trace) -> None:
    await log.add(cause="e3", command="a")
    await log.add(cause="e1", command="b")
    await log.add(cause="e2", command="c")
    for asked in (1, 2, 3):
        journey = await journey_of(asked)
        assert shape(journey) == [(0, None, [1]), (1, 1, [2]), (2, 2, [3])]
        assert journey.warnings == ("#1 names #3 as its cause, which does not come before it.",)


async def test_an_event_that_caused_itself_is_told(log: Log, journey_of: Trace) -> None:
    await log.add(cause="e1", command="a")
    await log.add(cause="e3", command="b", count=2)
    assert shape(await journey_of(1)) == [(0, None, [1])]
    assert (await journey_of(1)).warnings == ("#1 names #1 as its cause, which does not come before it.",)
    for asked in (2, 3):
        assert shape(await journey_of(asked)) == [(0, None, [2, 3])]
        assert (await journey_of(asked)).warnings == (
            "#2 names #3 as its cause, which does not come before it.",
        )


async def test_a_chain_without_end_is_followed_so_far_and_no_further(log: Log, journey_of: Trace) -> None:
    await log.add(command="c1")
    for number in range(1, LIMIT + 500):
        await log.add(cause=f"e{number}", command=f"c{number + 1}")
    first = await journey_of(1)
    assert [event.position for event in first.events] == list(range(1, LIMIT + 2))
    assert (first.complete, first.warnings) == (
        False,
        ("The journey goes on; only 1,001 of its events are shown.",),
    )
    last = await journey_of(LIMIT + 500)
    assert [event.position for event in last.events] == list(range(501, LIMIT + 501))
    assert (last.complete, last.warnings) == (
        False,
        ("#500, and what led to it, is more than 1,000 commands back.",),
    )


async def test_of_effects_without_number_the_first_are_shown_and_the_one_asked_about(
    log: Log, journey_of: Trace
) -> None:
    await log.add(command="root")
    for number in range(LIMIT):
        await log.add(cause="e1", command=f"c{number}")
    everything = await journey_of(LIMIT + 1)
    assert len(everything.steps) == LIMIT + 1
    assert everything.complete
    for number in range(500):
        await log.add(cause="e1", command=f"d{number}")
    await log.add(cause="e1400", command="deep")
    for asked in (1, 1400, LIMIT + 502):
        journey = await journey_of(asked)
        assert asked in [event.position for event in journey.events]
        assert not journey.complete
        assert len(journey.events) <= LIMIT + 3


async def test_a_command_with_more_events_than_any_can_have_is_cut_off(
    store: EventStore, journey_of: Trace
) -> None:
    rows = [NewEvent(f"e{n}", "MoonLanded", 1, "{}", "2026-01-01") for n in range(1, 3001)]
    for start in (0, 1000, 2000):
        events = tuple(rows[start : start + 1000])
        await store.append(Append(stream="a", expected=Expected.ANY, events=events, command_id="c"))
    journey = await journey_of(1500)
    assert [event.position for event in journey.events] == list(range(500, 2501))
    assert not journey.complete
    assert journey.warnings == ("#1500 is one of more events than a command can have; not all are shown.",)


async def test_a_position_that_the_log_does_not_have_is_refused(log: Log, journey_of: Trace) -> None:
    with pytest.raises(InputError, match="no event #1: the log is empty"):
        await journey_of(1)
    await log.add(count=2)
    with pytest.raises(InputError, match="no event #3: the log ends at #2"):
        await journey_of(3)
    for position in (0, -1, -(2**70)):
        with pytest.raises(InputError, match="positions begin at 1"):
            await journey_of(position)
    with pytest.raises(InputError, match="the log ends at #2"):
        await journey_of(2**70)


async def test_an_event_that_was_taken_out_of_the_log_is_missed(clock: VirtualClock) -> None:
    class WithAHole(MemoryEventStore):
        async def read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
            return [event for event in await super().read(after, limit + 1) if event.position != 2][:limit]

    store = WithAHole(clock)
    views = QuerySide(store, EventBus(store, clock=clock), folder=None, clock=clock, views=())
    await Log(store).add(count=3)
    with pytest.raises(IntegrityError, match="#2 is missing"):
        await trace(store, views, 2)


async def test_a_journey_says_how_far_each_view_is_with_it(
    store: EventStore, clock: VirtualClock, views: QuerySide, journey_of: Trace
) -> None:
    bank = Bank(store, clock)
    await bank.do(*START)
    sent = await bank.send("send ann bob 10")
    await views.catch_up("balances")
    await bank.do("deposit ann 1")
    await bank.steps().complete(sent)
    journey = await journey_of(7)
    (balances,) = journey.views
    assert (balances.view, balances.checkpoint, balances.lag) == ("balances", 4, 3)
    assert journey.known_to(balances) == 4
    assert journey.known_to(replace(balances, checkpoint=3)) == 0
    assert journey.known_to(replace(balances, checkpoint=5)) == 4
    assert journey.known_to(replace(balances, checkpoint=99)) == 7
