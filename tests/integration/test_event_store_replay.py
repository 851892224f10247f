"""`EventStore.replay` gives what `read` and `decode` give, whatever the log holds, only sooner."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.evolving import record, record_all
from tui_ledger.domain.events import EVENT_TYPES, Event, MoneyDeposited, RecordedEvent, UserCreated
from tui_ledger.errors import LedgerError, StorageError
from tui_ledger.event_store.codec import decode, encode
from tui_ledger.event_store.packing import unpack
from tui_ledger.event_store.port import Append, EventStore, Expected, Head, NewEvent, Page
from tui_ledger.event_store.sqlite import SqliteEventStore, open_store
from tui_ledger.event_store.sqlite_file import create_log

NewAppend = Callable[..., Append]
Replay = tuple[list[RecordedEvent], int | None, str]

DATA = encode(MoneyDeposited("moyin", 100, "USD", ""))
ODD = '"\\/\b\f\n\r\t\x01\x1f\x7f \u2028剣\U0001f600],[{}'


async def test_a_log_of_every_type_is_replayed_as_it_is_decoded(store: EventStore) -> None:
    for kind in EVENT_TYPES.values():
        fields = {
            field.encode_name: 12 if field.type is int else ODD for field in msgspec.structs.fields(kind)
        }
        await store.append(_of(msgspec.convert(fields, kind)))
    page = await store.replay()
    assert [type(event.data) for event in page.events] == list(EVENT_TYPES.values())
    await _check(store)


async def test_old_events_are_replayed_as_they_read_today(store: EventStore) -> None:
    await record_all(store)
    assert {event.schema for event in await store.read()} == {0, 1}
    await _check(store)


async def test_an_empty_page_is_the_end_of_the_log(store: EventStore, new_append: NewAppend) -> None:
    assert await store.replay() == Page([])
    await store.append(new_append(data=DATA))
    assert len((await store.replay()).events) == 1
    assert await store.replay(1) == await store.replay(99) == Page([])


async def test_a_replay_goes_on_page_by_page(store: EventStore, new_append: NewAppend) -> None:
    await store.append(new_append(count=11, data=DATA))
    for after in range(12):
        for limit in (1, 2, 3, 4, 7, 20):
            page = await store.replay(after, limit)
            expected = list(range(after + 1, min(after + limit, 11) + 1))
            assert [event.position for event in page.events] == expected


async def test_a_page_ends_before_what_cannot_be_decoded(store: EventStore, new_append: NewAppend) -> None:
    await store.append(new_append(count=3, data=DATA))
    await record(store, "WalletBurnt", 1, "{}")
    await store.append(new_append(count=3, data=DATA))
    page = await store.replay()
    assert [event.position for event in page.events] == [1, 2, 3]
    assert page.failure is not None
    assert page.failure[0] == 4
    assert "a type this program does not know: WalletBurnt" in str(page.failure[1])
    assert (await store.replay(3)).events == []
    assert [event.position for event in (await store.replay(4)).events] == [5, 6, 7]


@pytest.mark.parametrize(
    "data",
    [
        "{}",
        '{"wallet":"moyin","amount":1,"currency":"USD","source":"","more":1}',
        '{"wallet":"moyin","amount":1,"amount":2,"currency":"USD","source":""}',
        '{"type":"UserCreated","wallet":"moyin","amount":1,"currency":"USD","source":""}',
        '{"kind":"UserCreated 1","wallet":"moyin","amount":1,"currency":"USD","source":""}',
        ' {"wallet" : "moyin",\n"amount":1,"currency":"USD","source":"\\u5263\\/\\""}\t',
        '{"wallet":"moyin","amount":1.0,"currency":"USD","source":""}',
        '{"wallet":"moyin","amount":1e400,"currency":"USD","source":""}',
        '{"wallet":"moyin","amount":1000000000000000000000000,"currency":"USD","source":""}',
        '{"wallet":"moyin","amount":1,"currency":"USD","source":"\\ud800"}',
        '[{"wallet":"moyin"}]',
        "null",
        '"{}"',
    ],
)
async def test_data_that_is_json_and_odd_is_read_in_the_same_way(
    data: str, store: EventStore, new_append: NewAppend
) -> None:
    await store.append(new_append(data=DATA))
    await store.append(new_append(data=data))
    await store.append(new_append(data=DATA))
    await _check(store)


FORGED = [
    f'{DATA[:-1]},"x":',
    f"{DATA},null",
    f"{DATA}]",
    f'{DATA}],["MoneyDeposited 1",3,"wallet/moyin",3,"x","MoneyDeposited",1,{DATA}',
    f"{DATA}\0",
    f"{DATA}\0]",
    DATA.replace("moyin", "mo\x01yin"),
    DATA.replace("moyin", "mo\x1eyin"),
    DATA.replace("moyin", "mo\0yin"),
    DATA.replace('"', "'"),
    DATA.replace('"wallet"', "wallet"),
    DATA.replace("100", "0x64"),
    DATA.replace("100", "+100"),
    DATA.replace("100", "0100"),
    DATA.replace("}", ",}"),
    f"/**/{DATA}",
    "",
    "\0",
]


@pytest.mark.parametrize("data", FORGED)
async def test_data_that_is_no_json_changes_nothing_around_it(
    data: str, log: Path, sqlite_store: SqliteEventStore, new_append: NewAppend
) -> None:
    await sqlite_store.append(new_append(count=5, data=DATA))
    _forge(log, 3, data=data)
    assert (await sqlite_store.replay()).failure is not None
    await _check(sqlite_store)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "MoneyDeposited 1"},
        {"type": 'MoneyDeposited"'},
        {"type": "MoneyDeposited\0"},
        {"type": "UserCreated"},
        {"schema": 2},
        {"id": ODD},
        {"id": "\0"},
        {"stream": ODD},
        {"stream": "another"},
        {"occurred_at": '","'},
        {"recorded_at": ""},
        {"command_id": ODD},
        {"command_id": None},
        {"correlation_id": None},
        {"causation_id": ODD},
        {"hash": '"],['},
        {"version": 2**62},
    ],
)
async def test_a_forged_envelope_is_read_as_it_is(
    change: dict[str, Any], log: Path, sqlite_store: SqliteEventStore, new_append: NewAppend
) -> None:
    await sqlite_store.append(new_append(count=3, data=DATA, command="c1"))
    _forge(log, 1, **change)
    await _check(sqlite_store)


async def test_text_that_is_no_unicode_is_read_in_the_same_way(
    log: Path, sqlite_store: SqliteEventStore, new_append: NewAppend
) -> None:
    await sqlite_store.append(new_append(count=3, data=DATA))
    with closing(_opened(log)) as database:
        database.execute(
            "UPDATE events SET data = CAST(replace(CAST(data AS BLOB), 'moyin', x'6dff') AS TEXT), "
            "id = CAST(x'fe' AS TEXT) WHERE position = 2"
        )
    await _check(sqlite_store)


async def test_a_gap_in_the_log_is_read_over_in_the_same_way(
    log: Path, sqlite_store: SqliteEventStore, new_append: NewAppend
) -> None:
    await sqlite_store.append(new_append(count=5, data=DATA))
    with closing(_opened(log)) as database:
        database.execute("DELETE FROM events WHERE position = 3")
    await _check(sqlite_store)
    assert [event.position for event in (await sqlite_store.replay(2)).events] == [4, 5]


async def test_plain_events_are_never_read_row_by_row(
    sqlite_store: SqliteEventStore, new_append: NewAppend, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sqlite_store.append(new_append(count=5, data=DATA))
    await sqlite_store.append(new_append("wallet/b", data=f" {DATA}".replace("moyin", "剣"), command="c1"))

    async def no_rows(*_: object) -> None:
        raise AssertionError("it was read row by row")

    monkeypatch.setattr(sqlite_store, "read", no_rows)
    assert len((await sqlite_store.replay()).events) == 6
    monkeypatch.setattr(sqlite_store, "replay", no_rows)
    assert len((await sqlite_store.facts()).facts) == 6


async def test_a_replayed_event_is_like_any_other(store: EventStore, new_append: NewAppend) -> None:
    await store.append(new_append(count=2, data=DATA))
    [one, other] = (await store.replay()).events
    [same, _] = map(decode, await store.read())
    assert one == same
    assert same == one
    assert other not in {one, same}
    assert hash(one) == hash(same)
    assert repr(one) == repr(same)
    assert msgspec.structs.replace(one, version=7) == msgspec.structs.replace(same, version=7)


async def test_a_closed_store_replays_nothing(log: Path) -> None:
    async with open_store(log) as store:
        pass
    with pytest.raises(StorageError, match="closed"):
        await store.replay()


def _packed(*rows: list[object]) -> bytes:
    return msgspec.json.encode(rows)


def test_what_is_packed_in_another_way_is_not_unpacked() -> None:
    deposit = MoneyDeposited("moyin", 100, "USD", "")
    envelope = ["wallet/moyin", 1, "id", "MoneyDeposited", 1, deposit, "", "", None, None, None, "hash"]
    first, second = (["MoneyDeposited 1", position, *envelope] for position in (8, 9))

    unpacked = unpack(_packed(first, second), 7)
    assert unpacked is not None
    assert [event.position for event in unpacked] == [8, 9]
    for odd in (_packed(second, first), _packed(first), _packed([*first, 1], second), b"[]", b"{", b"\xff"):
        assert unpack(odd, 6 if odd == _packed(first) else 7) is None
    assert unpack(None, 7) == []


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
EVENTS = st.one_of(
    st.builds(MoneyDeposited, TEXT, st.integers(), TEXT, TEXT), st.builds(UserCreated, TEXT, TEXT, TEXT)
)
PRIMITIVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(-1e9, 1e9), TEXT)
JSON = st.recursive(
    PRIMITIVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=5,
).map(lambda value: msgspec.json.encode(value).decode())
PIECES = [DATA, *'{}[],:"\\ 1\0', "null", '"MoneyDeposited 1"']
FRAGMENTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
LOGS = st.lists(st.one_of(EVENTS, JSON, FRAGMENTS), min_size=1, max_size=5)


@settings(max_examples=5, deadline=None)
@given(LOGS)
def test_whatever_the_log_holds_it_is_replayed_as_it_is_decoded(log: list[Event | str]) -> None:
    asyncio.run(_check_log(log))


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(LOGS)
def test_whatever_else_the_log_holds_it_is_replayed_as_it_is_decoded(log: list[Event | str]) -> None:
    asyncio.run(_check_log(log))


async def _check_log(log: list[Event | str]) -> None:
    """A log of events, and of events whose data was replaced by what is there as text."""
    with TemporaryDirectory() as folder:
        create_log(path := Path(folder) / "events.db")
        async with open_store(path) as store:
            plain = MoneyDeposited("a", 1, "USD", "")
            await store.append(_of(*(plain if isinstance(one, str) else one for one in log), plain))
            for position, data in enumerate(log, start=1):
                if isinstance(data, str):
                    _forge(path, position, data=data)
            await _check(store)


def _of(*events: Event) -> Append:
    fresh = tuple(
        NewEvent(f"{type(event).__name__}-{n}", type(event).__name__, 1, encode(event), ODD)
        for n, event in enumerate(events)
    )
    return Append(stream=f"wallet/{ODD}", expected=Expected.ANY, events=fresh, command_id=ODD)


def _opened(log: Path) -> sqlite3.Connection:
    """The log, for someone who may write the file, and who knows SQL."""
    database = sqlite3.connect(log, isolation_level=None)
    for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {trigger}")
    database.execute("PRAGMA ignore_check_constraints = ON")
    return database


def _forge(log: Path, position: int, **values: object) -> None:
    with closing(_opened(log)) as database:
        for column, value in values.items():
            database.execute(f"UPDATE events SET {column} = ? WHERE position = ?", (value, position))


async def _check(store: EventStore) -> None:
    """From any position on, `replay` says what comes of reading and decoding row by row."""
    for after in range((await store.head()).position + 1):
        page = await store.replay(after)
        failed_at, error = page.failure or (None, "")
        facts = await store.facts(after)
        assert (page.events, failed_at, str(error)) == _row_by_row(await store.read(after))
        gapless = [event for n, event in enumerate(page.events, after + 1) if event.position == n]
        assert [(fact.data, fact.occurred_at) for fact in facts.facts] == [
            (event.data, event.occurred_at) for event in gapless
        ]
        assert facts.head == (Head(gapless[-1].position, gapless[-1].hash) if gapless else None)


def _row_by_row(rows: Iterable[Any]) -> Replay:
    events: list[RecordedEvent] = []
    for row in rows:
        try:
            events.append(decode(row))
        except LedgerError as error:
            return events, row.position, str(error)
    return events, None, ""
