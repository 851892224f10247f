"""Old events read as new ones, and what cannot be read says why."""

import copy
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_ledger.domain.events import (
    EVENT_TYPES,
    Event,
    ItemPurchased,
    MoneyDeposited,
    MoneyWithdrawn,
    RecordedEvent,
    UserCreated,
)
from tui_ledger.errors import IntegrityError, NewerVersionError
from tui_ledger.event_store import codec
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.event_store.upcasting import UPCASTERS, Data, Upcaster, upcast

OLD: list[tuple[str, Data, Event]] = [
    ("UserRegistered", {"wallet": "ada", "owner": "Ada"}, UserCreated("ada", "Ada", "USD")),
    ("UserCreated", {"wallet": "ada", "owner": "Ada"}, UserCreated("ada", "Ada", "USD")),
    ("MoneyDeposited", {"wallet": "ada", "amount": 500}, MoneyDeposited("ada", 500, "USD", "")),
    ("MoneyWithdrawn", {"wallet": "ada", "amount": 500}, MoneyWithdrawn("ada", 500, "USD", "")),
    (
        "ItemPurchased",
        {"wallet": "ada", "item": "sword 剣", "price": 500},
        ItemPurchased("ada", "sword 剣", 500, "USD", "", ""),
    ),
]


def stored(kind: str, schema: int, data: object) -> StoredEvent:
    """Event 7, of any kind; data that is no text is put into JSON."""
    return StoredEvent(
        position=7,
        stream="wallet/ada",
        version=3,
        prev=4,
        id="an id",
        type=kind,
        schema=schema,
        data=data if isinstance(data, str) else msgspec.json.encode(data).decode(),
        content="{}",
        occurred_at="2016-01-01T00:00:00.000000Z",
        recorded_at="2016-01-01T00:00:01.000000Z",
        command_id="c",
        correlation_id="j",
        causation_id="e",
        hash="0" * 64,
    )


# What is read


@pytest.mark.parametrize(("kind", "data", "event"), OLD)
def test_an_event_of_schema_0_reads_as_one_of_today(kind: str, data: Data, event: Event) -> None:
    assert decode(stored(kind, 0, data)) == RecordedEvent(
        position=7,
        stream="wallet/ada",
        version=3,
        id="an id",
        type=type(event).__name__,
        schema=1,
        data=event,
        occurred_at="2016-01-01T00:00:00.000000Z",
        recorded_at="2016-01-01T00:00:01.000000Z",
        command_id="c",
        correlation_id="j",
        causation_id="e",
        hash="0" * 64,
    )


def test_an_event_of_today_is_not_upcast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "upcast", None)
    event = MoneyDeposited("ada", 500, "USD", "salary")
    assert decode(stored("MoneyDeposited", 1, codec.encode(event))).data == event


# The steps


@pytest.mark.parametrize(("kind", "data", "_"), OLD)
def test_a_step_leaves_what_it_is_given_as_it_is(kind: str, data: Data, _: Event) -> None:
    before = copy.deepcopy(data)
    UPCASTERS[kind, 0].change(data)
    assert data == before


def test_many_steps_are_followed_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTERS, ("CoinInserted", 3), Upcaster("CoinInserted", 4, _coins(2)))
    monkeypatch.setitem(UPCASTERS, ("CoinInserted", 4), Upcaster("CoinsInserted", 1, _coins(3)))
    monkeypatch.setitem(UPCASTERS, ("CoinsInserted", 1), Upcaster("MoneyDeposited", 0, _coins(5)))
    event = decode(stored("CoinInserted", 3, {"wallet": "ada", "amount": 1}))
    assert (event.type, event.schema, event.data) == (
        "MoneyDeposited",
        1,
        MoneyDeposited("ada", 30, "USD", ""),
    )


def test_an_upcast_event_is_the_stored_one_in_all_but_type_schema_and_data() -> None:
    old = stored("MoneyDeposited", 0, {"wallet": "ada", "amount": 5})
    new = upcast(old)
    assert msgspec.structs.replace(new, type=old.type, schema=old.schema, data=old.data) == old
    assert new.data == '{"wallet":"ada","amount":5,"currency":"USD","source":""}'


def _coins(factor: int) -> Any:
    return lambda data: {**data, "amount": data["amount"] * factor}


# What cannot be read


@pytest.mark.parametrize("schema", [-1, 0, 1, 2])
def test_an_unknown_type_is_a_newer_versions(schema: int) -> None:
    with pytest.raises(NewerVersionError) as error:
        decode(stored("MoonLanded", schema, "{}"))
    assert error.value.exit_status == 8
    assert str(error.value) == (
        f"Event #7 is of a type this program does not know: MoonLanded, schema {schema}; "
        "a newer version may know it."
    )


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_a_schema_above_ours_is_a_newer_versions(kind: str) -> None:
    ours = EVENT_TYPES[kind].schema
    with pytest.raises(NewerVersionError) as error:
        decode(stored(kind, ours + 1, "{}"))
    assert str(error.value) == (
        f"Event #7, {kind}, is of schema {ours + 1}; this program knows schemas up to {ours}, "
        "and a newer version wrote it."
    )


def test_a_type_that_was_renamed_is_not_known_at_any_other_schema() -> None:
    with pytest.raises(NewerVersionError, match="does not know: UserRegistered, schema 1"):
        decode(stored("UserRegistered", 1, {"wallet": "ada", "owner": ""}))


@pytest.mark.parametrize(("kind", "schema"), [("WalletClosed", 0), ("MoneyDeposited", -1)])
def test_a_schema_below_ours_without_a_step_is_named(kind: str, schema: int) -> None:
    with pytest.raises(IntegrityError) as error:
        decode(stored(kind, schema, "{}"))
    assert str(error.value) == (
        f"Event #7, {kind}, cannot be read: there is no upcaster from schema {schema} of {kind} to schema 1."
    )


def test_a_step_that_is_missing_in_the_middle_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTERS, ("CoinInserted", 3), Upcaster("WalletClosed", 0, dict))
    with pytest.raises(IntegrityError) as error:
        decode(stored("CoinInserted", 3, "{}"))
    assert "#7, CoinInserted, cannot be read" in str(error.value)
    assert "from schema 0 of WalletClosed" in str(error.value)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("ItemPurchased", {"wallet": "ada", "item": "sword"}),
        ("ItemPurchased", {"wallet": "ada", "item": "sword", "price": "5"}),
        ("ItemPurchased", {"wallet": "ada", "item": "sword", "price": 5, "amount": 6}),
        ("MoneyDeposited", {}),
        ("MoneyDeposited", {"wallet": "ada"}),
        ("MoneyDeposited", {"wallet": "ada", "amount": 1.5}),
        ("MoneyDeposited", {"wallet": "ada", "amount": 1.0}),
        ("MoneyDeposited", {"wallet": "ada", "amount": True}),
        ("MoneyDeposited", {"wallet": "ada", "amount": None}),
        ("MoneyDeposited", {"wallet": "ada", "amount": 5, "currency": "EUR"}),
        ("MoneyDeposited", {"wallet": "ada", "amount": 5, "note": ""}),
        ("MoneyDeposited", ["ada", 5]),
        ("MoneyDeposited", "null"),
        ("MoneyDeposited", "{nope"),
        ("MoneyDeposited", '{"wallet":"ada","amount":' + "[" * 100_000 + "]" * 100_000 + "}"),
        ("MoneyDeposited", '{"wallet":"ada","amount":5}}'),
        ("UserRegistered", {"wallet": 1, "owner": ""}),
        ("UserCreated", {"wallet": "ada", "owner": "", "currency": "USD"}),
    ],
)
def test_an_old_event_whose_data_is_not_of_its_schema_is_named(kind: str, data: object) -> None:
    with pytest.raises(IntegrityError, match=r"^Event #7, \w+, cannot be read") as error:
        decode(stored(kind, 0, data))
    assert error.value.exit_status == 5


def test_a_step_that_breaks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(_: Data) -> Data:
        raise ZeroDivisionError("why")

    monkeypatch.setitem(UPCASTERS, ("CoinInserted", 3), Upcaster("MoneyDeposited", 1, break_down))
    with pytest.raises(IntegrityError) as error:
        decode(stored("CoinInserted", 3, "{}"))
    assert str(error.value) == (
        "Event #7, CoinInserted, cannot be read as schema 1 of MoneyDeposited: ZeroDivisionError: why."
    )


@pytest.mark.parametrize("made", [{"wallet": object()}, {"wallet": {1, 2}}, None, "text", {}])
def test_a_step_that_makes_nonsense_is_named(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTERS, ("CoinInserted", 3), Upcaster("WalletClosed", 1, lambda _: made))
    with pytest.raises(IntegrityError, match=r"^Event #7, "):
        decode(stored("CoinInserted", 3, "{}"))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=5,
)
_FIELDS = st.sampled_from(["wallet", "owner", "currency", "amount", "price", "item", "source", "channel"])


@given(
    kind=st.sampled_from([*EVENT_TYPES, "UserRegistered", "MoonLanded"]),
    schema=st.integers(-1, 2),
    data=st.dictionaries(_FIELDS, _JSON) | _JSON,
)
def test_whatever_a_log_holds_is_read_or_refused_with_a_sentence(
    kind: str, schema: int, data: object
) -> None:
    with suppress(NewerVersionError, IntegrityError):
        event = decode(stored(kind, schema, data))
        assert decode(stored(event.type, event.schema, codec.encode(event.data))) == event
