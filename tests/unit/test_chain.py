"""The hash chain, against a second implementation that was written from the format's description alone."""

import hashlib
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tui_ledger.event_store.chain import GENESIS, chain_hash
from tui_ledger.event_store.port import Append, Expected, NewEvent, StoredEvent
from tui_ledger.event_store.stream_head import place

FIRST: dict[str, Any] = {
    "position": 1,
    "stream": "wallet/moyin",
    "version": 1,
    "prev": None,
    "id": "019b76da-a800-7000-8000-000000000001",
    "type": "UserCreated",
    "schema": 1,
    "data": '{"wallet":"moyin","owner":"Moyin 莫吟","currency":"USD"}',
    "content": '{"owner":"Moyin 莫吟","verb":"create","wallet":"moyin"}',
    "occurred_at": "2026-01-01T00:00:00.000000Z",
    "recorded_at": "2026-01-01T00:00:00.000001Z",
    "command_id": "story-1",
    "correlation_id": "story-1",
    "causation_id": None,
}
SECOND: dict[str, Any] = {
    **FIRST,
    "position": 2,
    "version": 2,
    "prev": 1,
    "id": "019b76da-a800-7000-8000-000000000002",
    "type": "MoneyDeposited",
    "data": '{"wallet":"moyin","amount":100000,"currency":"USD","source":""}',
    "content": None,
    "causation_id": FIRST["id"],
}


def reference_hash(previous: str, row: dict[str, Any]) -> str:
    """The hash as the description of the format says it, column by column."""
    digest = hashlib.sha256()
    digest.update(previous.encode("ascii"))
    for column in (
        "position", "stream", "version", "prev", "id", "type", "schema", "data", "content",
        "occurred_at", "recorded_at", "command_id", "correlation_id", "causation_id",
    ):  # fmt: skip
        value = row[column]
        if value is None:
            tag, content = b"n", b""
        elif type(value) is int:
            tag, content = b"i", b"%d" % value
        else:
            tag, content = b"t", value.encode("utf-8")
        digest.update(tag)
        digest.update(bytes([len(content) >> shift & 0xFF for shift in range(56, -8, -8)]))
        digest.update(content)
    return digest.hexdigest()


def test_the_golden_vectors_hold_for_ever() -> None:
    first = chain_hash(GENESIS.hash, list(FIRST.values()))
    second = chain_hash(first, list(SECOND.values()))
    assert first == "a7d2b73be3e71725edfc9bb5e145e9c7a1c73f385ac6a3758a55cbef8c044f00"
    assert second == "c97faa47adee7f569f3b3eba9bf9a5adbdf43242ffd9bddf59d047ab638f2d3a"


def test_the_golden_vectors_follow_from_the_description() -> None:
    first = reference_hash("0" * 64, FIRST)
    assert chain_hash(GENESIS.hash, list(FIRST.values())) == first
    assert chain_hash(first, list(SECOND.values())) == reference_hash(first, SECOND)


def test_the_columns_stand_in_the_order_of_the_stored_event() -> None:
    assert [*FIRST, "hash"] == [field.name for field in msgspec.structs.fields(StoredEvent)]


def test_before_the_first_event_there_are_64_zeros() -> None:
    assert (GENESIS.position, GENESIS.hash) == (0, "0" * 64)


def test_what_is_placed_is_hashed_that_way() -> None:
    event = NewEvent(FIRST["id"], FIRST["type"], 1, FIRST["data"], FIRST["occurred_at"])
    later = NewEvent(SECOND["id"], SECOND["type"], 1, SECOND["data"], SECOND["occurred_at"])
    append = Append(
        stream="wallet/moyin",
        expected=Expected.ANY,
        events=(event, later),
        command_id="story-1",
        content=FIRST["content"],
        correlation_id="story-1",
    )
    rows, head = place(append, GENESIS, None, FIRST["recorded_at"])
    first = reference_hash("0" * 64, FIRST)
    assert rows[0].hash == first
    assert rows[1].hash == reference_hash(first, SECOND | {"causation_id": None})
    assert (head.stream_id, head.version, head.position) == (1, 2, 2)


@pytest.mark.parametrize("column", FIRST)
def test_every_column_counts(column: str) -> None:
    for row in (FIRST, SECOND):
        value = row[column]
        changed = row | {column: value + 1 if isinstance(value, int) else f"{value}x" if value else "x"}
        assert chain_hash(GENESIS.hash, list(changed.values())) != chain_hash(
            GENESIS.hash, list(row.values())
        )


def test_the_previous_hash_counts() -> None:
    assert chain_hash("1" * 64, list(FIRST.values())) != chain_hash("0" * 64, list(FIRST.values()))


@pytest.mark.parametrize(
    ("one", "other"),
    [(["ab", "c"], ["a", "bc"]), ([None], [""]), ([1], ["1"]), (["", "a"], ["a", ""]), ([12], [1, 2])],
)
def test_no_two_rows_are_framed_alike(one: list[int | str | None], other: list[int | str | None]) -> None:
    assert chain_hash(GENESIS.hash, one) != chain_hash(GENESIS.hash, other)


values = st.lists(st.none() | st.integers(0, 2**62) | st.text(max_size=8), max_size=4)


@given(values, values)
def test_different_columns_have_different_hashes(
    one: list[int | str | None], other: list[int | str | None]
) -> None:
    assume([(type(value), value) for value in one] != [(type(value), value) for value in other])
    assert chain_hash(GENESIS.hash, one) != chain_hash(GENESIS.hash, other)
