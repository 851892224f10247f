"""An event of the log as a line of CloudEvents, and back again."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.evolving import EVOLVE
from tests.unit.cloud_events import CAUSE_ID, COMMAND_ID, EVENT_ID, GOOD, LATER, TIME, line, stored
from tui_ledger.clock import timestamp
from tui_ledger.domain.commands import SEALED_PREFIX
from tui_ledger.domain.events import (
    Event,
    ItemPurchased,
    MoneyDeposited,
    MoneyWithdrawn,
    PurchaseRefunded,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
    UserCreated,
    WalletClosed,
)
from tui_ledger.domain.money import EXPONENTS, LIMIT
from tui_ledger.errors import IntegrityError, NewerVersionError
from tui_ledger.event_store.port import PastEvent, StoredEvent
from tui_ledger.exchange.cloud_events import encode, parse

DEPOSIT = MoneyDeposited("moyin", 1000, "USD", "")


def past(event: StoredEvent) -> PastEvent:
    return PastEvent(*(getattr(event, name) for name in PastEvent.__struct_fields__))


def by_the_sdk(text: bytes) -> CloudEvent:
    event = JSONFormat().read(None, text)
    assert isinstance(event, CloudEvent)
    return event


# Everything that may be in a text: not NUL, not halves of surrogate pairs.
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200).filter(
    lambda text: not text.startswith(SEALED_PREFIX)
)
wallets = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,31}", fullmatch=True)
amounts = st.integers(1, LIMIT)
currencies = st.sampled_from(sorted(EXPONENTS))
ids = st.uuids().map(str)
moments = st.datetimes(timezones=st.just(UTC)).map(timestamp)
command_ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,62}[A-Za-z._-]", fullmatch=True).filter(
    lambda text: ":" not in text
)
names = texts.filter(lambda text: bool(text.strip()))
two_wallets = st.tuples(wallets, wallets).filter(lambda two: two[0] != two[1])

facts: st.SearchStrategy[Event] = st.one_of(
    st.builds(UserCreated, wallets, texts, currencies),
    st.builds(MoneyDeposited, wallets, amounts, currencies, texts),
    st.builds(MoneyWithdrawn, wallets, amounts, currencies, texts),
    st.builds(ItemPurchased, wallets, names, amounts, currencies, texts, texts),
    st.builds(PurchaseRefunded, wallets, amounts, currencies, ids, names, texts, texts, moments),
    st.builds(
        lambda two, *rest: TransferSent(two[0], rest[0], two[1], *rest[1:]),
        two_wallets, command_ids, amounts, currencies, texts,
    ),
    st.builds(
        lambda two, *rest: TransferReceived(two[0], rest[0], two[1], *rest[1:]),
        two_wallets, command_ids, amounts, currencies, texts,
    ),
    st.builds(TransferSettled, wallets, command_ids),
    st.builds(TransferReturned, wallets, command_ids, amounts, currencies, texts),
    st.builds(WalletClosed, wallets, texts),
)  # fmt: skip
none: st.SearchStrategy[Any] = st.none()


@given(
    facts,
    st.fixed_dictionaries(
        {
            "position": st.integers(1, 2**63 - 1),
            "id": ids,
            "occurred_at": moments,
            "recorded_at": moments,
            "command_id": none | command_ids,
            "correlation_id": none | command_ids,
            "causation_id": none | ids,
        }
    ),
)
def test_whatever_is_written_reads_back_as_it_was_and_is_a_cloud_event(
    fact: Event, columns: dict[str, Any]
) -> None:
    event = stored(fact, **columns)
    written = encode(event)

    found = parse(written)
    assert found.past("now") == past(event)
    assert (found.position, found.fact) == (event.position, fact)

    assert b"\n" not in written
    official = by_the_sdk(written)
    assert official.get_id() == event.id
    assert official.get_subject() == fact.wallet
    assert official.get_data() == json.loads(event.data)


@given(texts, names)
def test_a_command_comes_along_whatever_its_texts_are(source: str, name: str) -> None:
    content = msgspec.json.encode(
        {"verb": "buy", "wallet": "moyin", "item": name, "merchant": source, "expect": 3},
        order="deterministic",
    ).decode()
    event = stored(ItemPurchased("moyin", name, 5, "USD", "", source), command_id=COMMAND_ID, content=content)
    assert parse(encode(event)).past("now") == past(event)


@pytest.mark.parametrize(
    ("fact", "step", "verb"),
    [
        (TransferReceived("moyin", "t", "ada", 5, "USD", ""), "transfer", "receive"),
        (TransferReturned("moyin", "t", 5, "USD", "unknown_wallet"), "transfer", "return"),
        (TransferSettled("moyin", "t"), "settle", "settle"),
    ],
)
def test_the_steps_of_a_transfer_keep_their_commands(fact: Event, step: str, verb: str) -> None:
    content = f'{{"amount":500,"verb":"{verb}","wallet":"moyin"}}'
    event = stored(
        fact,
        command_id=f"{CAUSE_ID}:{step}",
        content=content,
        causation_id=CAUSE_ID,
        correlation_id=COMMAND_ID,
    )
    assert parse(encode(event)).past("now") == past(event)


def test_the_attributes_are_these_and_stand_in_this_order() -> None:
    event = stored(
        DEPOSIT,
        position=2,
        command_id=COMMAND_ID,
        content=GOOD["commandcontent"],
        correlation_id=COMMAND_ID,
    )
    assert encode(event) == line()


def test_the_hand_made_example_is_in_the_format_byte_for_byte() -> None:
    for text in EVOLVE.read_bytes().splitlines():
        event = parse(text)
        row = stored(
            DEPOSIT,
            **{name: getattr(event, name) for name in PastEvent.__struct_fields__},
            position=event.position,
        )
        assert encode(row, "tui-ledger/evolve") == text


def test_the_official_sdk_reads_the_hand_made_example() -> None:
    for text in EVOLVE.read_bytes().splitlines():
        official, ours = by_the_sdk(text), parse(text)
        assert (official.get_id(), official.get_type()) == (ours.id, ours.type)
        assert official.get_extension("position") == ours.position
        assert official.get_time() == datetime.fromisoformat(ours.occurred_at)


def test_data_stays_the_text_that_the_hash_covers() -> None:
    text = '{ "source":"\\u0041\\/" ,"currency":"USD",  "amount":1000, "wallet" : "moyin" }'
    event = stored(DEPOSIT, data=text)
    assert text.encode() in encode(event)
    assert parse(encode(event)).data == text


def test_line_breaks_that_another_tool_left_in_data_become_blanks() -> None:
    event = stored(DEPOSIT, data='{"wallet":"moyin",\r\n "amount":1000,\n"currency":"USD","source":"\\n"}')
    written = encode(event)
    assert not {b"\n", b"\r"} & {bytes([byte]) for byte in written}
    assert parse(written).fact == MoneyDeposited("moyin", 1000, "USD", "\n")


def test_a_position_that_no_integer_of_cloud_events_can_hold_is_text() -> None:
    last = json.loads(encode(stored(DEPOSIT, position=2**31 - 1)))
    next_ = json.loads(encode(stored(DEPOSIT, position=2**31)))
    assert (last["position"], next_["position"]) == (2147483647, "2147483648")


def test_an_event_that_the_format_cannot_hold_is_not_written() -> None:
    with pytest.raises(IntegrityError, match="stands in the stream orders/1"):
        encode(stored(DEPOSIT, stream="orders/1"))
    with pytest.raises(IntegrityError, match="is about moyin and stands in the stream wallet/ada"):
        encode(stored(DEPOSIT, stream="wallet/ada"))
    with pytest.raises(IntegrityError, match="Event #7, MoneyDeposited, cannot be read"):
        encode(stored(DEPOSIT, data="{}"))
    with pytest.raises(IntegrityError, match="Event #7 holds a text that is not Unicode"):
        encode(stored(DEPOSIT, id="\udc80"))
    with pytest.raises(NewerVersionError, match="#7"):
        encode(stored(DEPOSIT, schema=9))


def test_what_a_foreign_line_may_leave_out() -> None:
    absent = dict.fromkeys(
        ["position", "schemaversion", "recordedat", "datacontenttype", "commandid", "commandcontent"], ...
    )
    found = parse(line(**absent, correlationid=None))
    assert (found.position, found.schema, found.recorded_at) == (None, 1, None)
    assert found.past(LATER).recorded_at == LATER
    assert (found.command_id, found.correlation_id) == (None, None)


def test_what_a_foreign_line_may_have_besides() -> None:
    found = parse(
        line(
            source="https://example.org/shop",
            dataschema="https://example.org/schema",
            traceparent="00-1",
            recordedtime=TIME,
            partitionkey=7,
            datacontenttype="application/json; charset=utf-8",
        )
    )
    assert found == parse(line())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31T14:00:00.25+02:00", "2026-01-31T12:00:00.250000Z"),
        ("2026-01-31t12:00:00.123456789z", "2026-01-31T12:00:00.123456Z"),
        ("2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00.000000Z"),
    ],
)
def test_times_of_any_zone_become_those_of_the_log(written: str, read: str) -> None:
    found = parse(line(time=written, recordedat=written))
    assert (found.occurred_at, found.recorded_at) == (read, read)


def test_an_event_of_an_old_schema_keeps_its_data_and_says_what_it_means_today() -> None:
    found = parse(line(schemaversion=0, data={"wallet": "moyin", "amount": 5}, commandcontent=...))
    assert (found.schema, found.data) == (0, '{"wallet":"moyin","amount":5}')
    assert found.fact == MoneyDeposited("moyin", 5, "USD", "")
    assert found.id == EVENT_ID
