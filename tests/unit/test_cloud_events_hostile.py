"""Lines that are no event: each is refused in a sentence, and nothing else ever happens."""

import json
import sys
from time import process_time
from typing import Any

import pytest

from tests.unit.cloud_events import CAUSE_ID, COMMAND_ID, GOOD, content_of, line, with_data
from tui_ledger.domain.commands import TEXT_LIMIT
from tui_ledger.domain.money import LIMIT
from tui_ledger.errors import InputError
from tui_ledger.exchange.cloud_events import parse
from tui_ledger.exchange.strict_json import DEPTH_LIMIT


def refusal(text: bytes) -> str:
    with pytest.raises(InputError) as caught:
        parse(text)
    assert caught.value.exit_status == 3
    return str(caught.value)


def spliced(old: bytes, new: bytes) -> bytes:
    """The good line with `new` in place of `old`, which is there."""
    assert line().count(old) == 1
    return line().replace(old, new)


def test_the_good_line_is_good() -> None:
    assert parse(line()).id == GOOD["id"]
    assert parse(with_data()).command_id is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "this is no JSON: expecting value, at character 1."),
        (b"null", "this is no JSON object."),
        (b"[]", "this is no JSON object."),
        (b'"a"', "this is no JSON object."),
        (b"{", "this is no JSON: "),
        (line()[:-1], "this is no JSON: "),
        (line() + b"}", "this is no JSON: extra data"),
        (line() + line(), "this is no JSON: extra data"),
        (line().replace(b'"', b"'"), "this is no JSON: "),
        (b"\xef\xbb\xbf" + line(), "byte order mark"),
        (line().decode().encode("utf-16"), "this is not UTF-8 text."),
        (spliced(b'"moyin","time"', b'"moy\xffin","time"'), "this is not UTF-8 text."),
        (spliced(b"tui-ledger", b"tui\x00ledger"), "this is no JSON: invalid control character"),
        (line(subject="moyin\ud800"), "this is not UTF-8 text."),
        (line() + b"\n", "there is a line break within the event."),
        (spliced(b'"data":{', b'"data":\r{'), "there is a line break within the event."),
    ],
)
def test_what_is_no_json_object_is_refused(text: bytes, reason: str) -> None:
    assert reason in refusal(text)


@pytest.mark.parametrize("depth", [DEPTH_LIMIT, 1000, 30_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_deep_nesting_is_refused_wherever_it_is(depth: int, opening: bytes, closing: bytes) -> None:
    deep = opening * depth + b"1" + closing * depth
    reason = "this is nested more than 32 levels deep."
    assert refusal(spliced(b'"position":2', b'"position":' + deep)) == reason
    assert refusal(spliced(b'"amount":1000', b'"amount":' + deep)) == reason
    assert refusal(spliced(b'"position":2', b'"other":' + deep)) == reason
    assert refusal(opening * (depth + 1)) == reason


def test_nesting_is_refused_where_hardly_any_stack_is_left() -> None:
    def sink(depth: int) -> str:
        return sink(depth - 1) if depth else refusal(b'{"a":' * 31 + b"1" + b"}" * 31)

    assert sink(sys.getrecursionlimit() // 2) != ""


def test_brackets_in_texts_are_no_nesting() -> None:
    source = '"[{' * 50 + "\\"
    assert getattr(parse(with_data(source=source)).fact, "source", None) == source
    assert refusal(with_data(source=source, amount=[[1]])) == (
        "the data is not that of MoneyDeposited: amount: expected int, got array."
    )


def test_a_text_that_is_full_of_quotes_and_never_ends_takes_no_time() -> None:
    begun = process_time()
    assert refusal(b"[" * 32 + b"{" + b'\\"' * 30_000) == "this is nested more than 32 levels deep."
    assert "this is no JSON" in refusal(b"[]" * 40 + b'"' + b'\\"' * 30_000)
    assert process_time() - begun < 2  # a millisecond, or else, as the square of the length, 13 seconds


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1.5", "1e3", "1E400", "-0.0"])
def test_numbers_that_are_not_whole_are_refused_wherever_they_are(number: str) -> None:
    reason = f"{number} is no whole number, and events have no others."
    assert refusal(spliced(b'"amount":1000', b'"amount":' + number.encode())) == reason
    assert refusal(spliced(b'"position":2', b'"position":' + number.encode())) == reason
    assert refusal(spliced(b'"position":2', b'"sampledrate":' + number.encode())) == reason


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    assert refusal(spliced(b'"amount":1000', b'"amount":' + b"9" * 60_000)) == (
        "a number in this is far too large."
    )


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (b'"position":2', b'"position":2,"position":3', "position"),
        (b'"position":2', b'"position":2,"posit\\u0069on":2', "position"),
        (b'"amount":1000', b'"amount":1000,"amount":1', "amount"),
        (b'"amount":1000', b'"other":{"a":1,"a":1}', "a"),
        (b'"data":{', b'"data":{},"data":{', "data"),
        (b'"position":2', b'"x":1,"x":1', "x"),
    ],
)
def test_a_name_that_is_there_twice_is_refused_at_any_depth(old: bytes, new: bytes, name: str) -> None:
    assert refusal(spliced(old, new)) == f"the name {name} is there twice in one object."


@pytest.mark.parametrize("half", [b"\\ud800", b"\\udc00", b"\\udfff\\ud800", b"\\uD83D x"])
def test_halves_of_surrogate_pairs_are_refused_wherever_they_are(half: bytes) -> None:
    reason = "a text in this has half of a surrogate pair."
    assert refusal(spliced(b'"source":""', b'"source":"' + half + b'"')) == reason
    assert refusal(spliced(b'"position":2', b'"other":"' + half + b'"')) == reason
    assert refusal(spliced(b'"position":2', b'"' + half + b'":2')) == reason
    content = spliced(b'\\"verb\\"', b'\\"source\\":\\"' + half.replace(b"\\", b"\\\\") + b'\\",\\"verb\\"')
    assert refusal(content) == "the commandcontent is not the canonical JSON of a command's verb and fields."


def test_a_whole_surrogate_pair_is_a_character() -> None:
    text = with_data().replace(b'"source":""', b'"source":"\\ud83d\\ude00"')
    assert getattr(parse(text).fact, "source", None) == "😀"


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "subject", "time"])
@pytest.mark.parametrize("value", [..., None, ""])
def test_what_every_event_has_is_not_left_out(name: str, value: object) -> None:
    assert refusal(line(**{name: value})) == f"the {name} is missing."


@pytest.mark.parametrize(
    "name",
    ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "recordedat", "commandid",
     "commandcontent", "correlationid", "causationid"],
)  # fmt: skip
@pytest.mark.parametrize("value", [1, True, [], {}])
def test_an_attribute_that_is_a_text_is_nothing_else(name: str, value: object) -> None:
    assert refusal(line(**{name: value})) == f"the {name} is a text."


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"specversion": "0.3"}, "the specversion is not 1.0"),
        ({"source": "a b"}, "the source is no URI reference."),
        ({"datacontenttype": "text/xml"}, "the data is JSON, and its datacontenttype text/xml."),
        ({"data": ...}, "there is no data"),
        ({"data": None}, "there is no data"),
        ({"data": "{}"}, "there is no data"),
        ({"data": [1]}, "there is no data"),
        ({"data": ..., "data_base64": "e30="}, "not data_base64"),
        ({"commandId": "x"}, "commandId is no attribute, whose name is a-z and 0-9; did you mean commandid?"),
        ({"recorded_at": "x"}, "did you mean recordedat?"),
        ({"recordat": "x"}, "there is no attribute recordat; did you mean recordedat?"),
        ({"causation-id": "x"}, "did you mean causationid?"),
        ({"": "x"}, " is no attribute"),
        ({"id": GOOD["id"].upper()}, "the id of an event is a lower-case UUID."),
        ({"id": "1"}, "the id of an event is a lower-case UUID."),
        ({"id": GOOD["id"] + "\n"}, "the id of an event is a lower-case UUID."),
        ({"type": "MoneyDeposit"}, "there is no event type MoneyDeposit; did you mean MoneyDeposited?"),
        ({"type": "com.example.order"}, "there is no event type com.example.order; a newer version"),
        ({"schemaversion": 2}, "this is schema 2 of MoneyDeposited, and this program knows 1 at most"),
        ({"schemaversion": -1}, "the schemaversion is a whole number."),
        ({"schemaversion": True}, "the schemaversion is a whole number."),
        ({"schemaversion": "1"}, "the schemaversion is a whole number."),
        ({"schemaversion": 0}, "the data is not that of MoneyDeposited, schema 0."),
        ({"type": "UserRegistered"}, "this is schema 1 of UserRegistered"),
        ({"position": 0}, "the position is a whole number, from 1 on."),
        ({"position": -1}, "the position is a whole number, from 1 on."),
        ({"position": 2**63}, "the position is a whole number, from 1 on."),
        ({"position": "2" * 30}, "the position is a whole number, from 1 on."),
        ({"position": "02"}, "the position is a whole number, from 1 on."),
        ({"position": "２"}, "the position is a whole number, from 1 on."),
        ({"position": True}, "the position is a whole number, from 1 on."),
        ({"subject": "ada"}, "the subject is ada, and the data is about moyin."),
        ({"subject": "../x"}, "the subject is a wallet's id, and ../x can be none."),
        ({"subject": "Moyin"}, "the subject is a wallet's id, and Moyin can be none."),
        ({"commandid": "12"}, "the commandid is no command's id"),
        ({"commandid": "a" * 65}, "the commandid is no command's id"),
        ({"correlationid": "a b"}, "the correlationid is no command's id"),
        ({"causationid": "1"}, "the causationid is no event's id"),
    ],
)
def test_an_envelope_that_is_not_in_order_is_refused(changes: dict[str, Any], reason: str) -> None:
    assert reason in refusal(line(**changes))


@pytest.mark.parametrize("name", ["time", "recordedat"])
@pytest.mark.parametrize(
    "value",
    ["2026-01-31", "2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "2026-02-30T12:00:00Z", "now", "0",
     "2026-01-31T12:00:60Z", "2026-01-31T24:00:01Z", "2026-01-31T12:00:00+25:00", "0000-01-01T00:00:00Z",
     "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "10000-01-01T00:00:00Z",
     "２026-01-31T12:00:00Z", "2026-01-31T12:00:00Z\n", "2026-W05-6T12:00:00Z", "20260131T120000Z"],
)  # fmt: skip
def test_a_time_without_a_zone_or_outside_the_calendar_is_refused(name: str, value: str) -> None:
    assert refusal(line(**{name: value})) == (
        f"the {name} is a time with its zone, such as 2026-01-31T12:00:00Z."
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": ...}, "object missing required field amount."),
        ({"extra": 1}, "object contains unknown field extra."),
        ({"amount": "1000"}, "amount: expected int, got str."),
        ({"amount": True}, "amount: expected int, got bool."),
        ({"amount": None}, "amount: expected int, got null."),
        ({"source": 5}, "source: expected str, got int."),
        ({"amount": 0}, "this cannot be: amount: an amount is a whole number of minor units from 1"),
        ({"amount": -5}, "this cannot be: amount: "),
        ({"amount": LIMIT + 1}, "this cannot be: amount: "),
        ({"amount": 2**70}, "this cannot be: amount: "),
        ({"currency": "XXX"}, "this cannot be: currency: a currency is an ISO 4217 code"),
        ({"currency": "usd"}, "this cannot be: currency: "),
        ({"wallet": "a b"}, "this cannot be: wallet: a wallet id has 1 to 32"),
        ({"source": "x" * (TEXT_LIMIT + 1)}, "this cannot be: source: at most 200 characters"),
        ({"source": "a\0b"}, "this cannot be: source: the NUL character cannot be stored."),
        ({"source": "sealed:v1:abc"}, "this cannot be: source: a text cannot begin with sealed:v1:."),
    ],
)
def test_data_that_no_command_could_have_led_to_is_refused(changes: dict[str, Any], reason: str) -> None:
    assert reason in refusal(with_data(**changes))


MONEY = {"amount": 5, "currency": "USD"}
SENT = {"transfer": "t", "to": "ada", "note": "", **MONEY}
REFUND = {
    "purchase": CAUSE_ID, "item": "sword", "category": "", "merchant": "",
    "purchased_at": "2026-01-31T12:00:00.000000Z", **MONEY,
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        ("UserCreated", {"owner": "x" * 201, "currency": "USD"}, "owner: at most 200 characters"),
        ("MoneyWithdrawn", {"destination": "\0", **MONEY}, "destination: the NUL character"),
        ("ItemPurchased", {"item": " ", "category": "", "merchant": "", **MONEY}, "item: it cannot be empty"),
        ("TransferSent", SENT | {"to": "Ada"}, "to: a wallet id has 1 to 32"),
        ("TransferSent", SENT | {"to": "moyin"}, "moyin cannot send money to itself"),
        ("TransferSent", SENT | {"transfer": "1"}, "transfer: a transfer has the id of a command"),
        ("TransferReceived", {"transfer": "t", "from": "moyin", "note": "", **MONEY}, "moyin cannot send"),
        ("TransferReceived", {"transfer": "t", "from": "!", "note": "", **MONEY}, "sender: a wallet id has"),
        ("TransferSettled", {"transfer": ""}, "transfer: a transfer has the id of a command"),
        ("TransferReturned", {"transfer": "t", "reason": "\0", **MONEY}, "reason: the NUL character"),
        ("WalletClosed", {"reason": "x" * 201}, "reason: at most 200 characters"),
        ("PurchaseRefunded", REFUND | {"purchase": "3"}, "purchase: an event id is a lower-case UUID"),
        ("PurchaseRefunded", REFUND | {"purchased_at": "2026-01-31T12:00:00Z"}, "purchased_at: a time looks"),
        ("PurchaseRefunded", REFUND | {"purchased_at": "then"}, "purchased_at: "),
    ],
)
def test_every_type_of_event_is_held_to_the_limits(kind: str, fields: dict[str, Any], reason: str) -> None:
    text = line(
        type=kind, data={"wallet": "moyin", **fields}, commandid=..., commandcontent=..., schemaversion=...
    )
    assert f"this cannot be: {reason}" in refusal(text)


def test_an_old_event_is_held_to_the_limits_of_today() -> None:
    text = line(schemaversion=0, data={"wallet": "moyin", "amount": 0}, commandcontent=...)
    assert "this cannot be: amount: " in refusal(text)


NOT_CANONICAL = "the commandcontent is not the canonical JSON of a command's verb and fields."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"verb":"deposit","amount":"10","wallet":"moyin"}', NOT_CANONICAL),
        ('{"amount": "10","verb":"deposit","wallet":"moyin"}', NOT_CANONICAL),
        ('{"amount":"10","amount":"10","verb":"deposit","wallet":"moyin"}', NOT_CANONICAL),
        ('{"amount":["10"],"verb":"deposit","wallet":"moyin"}', NOT_CANONICAL),
        ('{"amount":1.5,"verb":"deposit","wallet":"moyin"}', NOT_CANONICAL),
        ('{"amount":NaN,"verb":"deposit","wallet":"moyin"}', NOT_CANONICAL),
        ('{"a":' + "[" * 5000, NOT_CANONICAL),
        ("deposit moyin 10", NOT_CANONICAL),
        ("", NOT_CANONICAL),
        ('{"wallet":"moyin"}', "the commandcontent is of None, from which no MoneyDeposited comes."),
        (content_of("close", wallet="moyin"), "is of close, from which no MoneyDeposited comes."),
        (content_of("deposit", wallet="ada", amount="10"), "the commandcontent is about another wallet."),
        ('{"verb":"deposit"}', "the commandcontent is about another wallet."),
        ('{"source":"\\u0000","verb":"deposit","wallet":"moyin"}', "cannot be: source: the NUL character"),
    ],
)
def test_a_command_that_this_event_cannot_come_of_is_refused(content: str, reason: str) -> None:
    assert reason in refusal(line(commandcontent=content))


def test_a_command_content_without_a_command_is_refused() -> None:
    assert refusal(line(commandid=...)) == "there is a commandcontent, but no commandid."


@pytest.mark.parametrize(
    ("kind", "fields", "command_id", "cause"),
    [
        ("MoneyDeposited", {"source": "", **MONEY}, f"{CAUSE_ID}:transfer", CAUSE_ID),
        ("TransferSent", SENT, f"{CAUSE_ID}:transfer", CAUSE_ID),
        ("TransferSettled", {"transfer": "t"}, f"{CAUSE_ID}:transfer", CAUSE_ID),
        ("TransferReturned", {"transfer": "t", "reason": "", **MONEY}, f"{CAUSE_ID}:settle", CAUSE_ID),
        ("TransferReturned", {"transfer": "t", "reason": "", **MONEY}, f"{CAUSE_ID}:transfer", None),
        ("TransferReturned", {"transfer": "t", "reason": "", **MONEY}, f"{CAUSE_ID}:transfer", COMMAND_ID),
    ],
)
def test_the_id_that_ends_a_transfer_cannot_be_taken_by_another_event(
    kind: str, fields: dict[str, Any], command_id: str, cause: str | None
) -> None:
    text = line(
        type=kind,
        data={"wallet": "moyin", **fields},
        commandid=command_id,
        commandcontent=...,
        causationid=cause,
    )
    assert refusal(text) == f"the commandid is one that only a process gives, and none to this {kind}."


def test_a_sentence_never_grows_with_the_line() -> None:
    long = "x" * 60_000
    for text in (
        line(type=long),
        line(subject=long),
        line(datacontenttype=long),
        line(**{long + "-": 1}),
        line(data={"wallet": long}),
        with_data(wallet=long),
        with_data(**{long: 1}),
        line(commandcontent=json.dumps({"verb": long}, separators=(",", ":"))),
        b"[" + long.encode(),
        line().replace(b"1000", long.replace("x", "9").encode()),
        spliced(b'"position":2', b'"position":1.' + long.replace("x", "9").encode()),
    ):
        assert len(refusal(text)) < 300
