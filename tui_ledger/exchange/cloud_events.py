"""An event of the log as a line of CloudEvents 1.0 in JSON, and back again.

What the standard has no attribute for is an extension: the position, the schema of the data, when it was
recorded, and the command. The line is lossless: `data` stays the text that the log's hash covers, so that
a log that is exported whole and taken in by an empty ledger has the same head there.

Source: CloudEvents 1.0.2 and its JSON event format, https://github.com/cloudevents/spec.
"""

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Final

import msgspec

from tui_ledger.clock import parse_timestamp, timestamp
from tui_ledger.command_side.streams import stream_of, wallet_in
from tui_ledger.domain.commands import is_command_id, is_wallet_id
from tui_ledger.domain.events import EVENT_TYPES, Event
from tui_ledger.domain.plausible import check_plausible
from tui_ledger.errors import InputError, IntegrityError, LedgerError
from tui_ledger.event_store.codec import decode, decode_data
from tui_ledger.event_store.port import PastEvent, StoredEvent
from tui_ledger.event_store.upcasting import KNOWN_TYPES
from tui_ledger.exchange.command_content import check_command
from tui_ledger.exchange.strict_json import strict_object
from tui_ledger.ids import is_uuid
from tui_ledger.nearest import nearest, shown

SOURCE: Final = "tui-ledger"
"""Where the events come from, as a URI reference; ids are unique within it, and everywhere."""

LARGEST_INTEGER: Final = 2**31 - 1
"""The largest Integer of CloudEvents. A position beyond it is written as text."""

_SPEC_VERSION: Final = "1.0"
_CONTENT_TYPE: Final = "application/json"
_POSITIONS: Final = 2**63
_CLAUSE: Final = 120
# A line break in JSON can only stand between its tokens, and a blank there means the same.
_ON_ONE_LINE: Final = {ord("\n"): " ", ord("\r"): " "}
_EXTENSION = re.compile(r"[a-z0-9]+", re.ASCII)
_JSON_TYPE = re.compile(r"(?:application|text)/(?:[a-z0-9.-]+\+)?json\s*(?:;.*)?", re.ASCII | re.IGNORECASE)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)  # of RFC 3339
_POSITION = re.compile(r"[1-9]\d{0,18}", re.ASCII)
_SOURCE = re.compile(r"[!-~]{1,1000}", re.ASCII)


class _Line(msgspec.Struct, omit_defaults=True, kw_only=True, gc=False):
    """The attributes of a line, in the order in which they are written."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str
    position: int | str
    schemaversion: int
    recordedat: str
    commandid: str | None = None
    commandcontent: str | None = None
    correlationid: str | None = None
    causationid: str | None = None
    data: msgspec.Raw


class _Data(msgspec.Struct, gc=False):
    data: msgspec.Raw


class ForeignEvent(msgspec.Struct, frozen=True, gc=False):
    """An event that another log recorded, as a line has it; see `PastEvent`.

    Attributes:
        position: Where it stood there; None if the line does not say.
        recorded_at: None if the line does not say.
        fact: What happened, as this program would write it today, also if `data` is of an old schema.
    """

    position: int | None
    stream: str
    id: str
    type: str
    schema: int
    data: str
    content: str | None
    occurred_at: str
    recorded_at: str | None
    command_id: str | None
    correlation_id: str | None
    causation_id: str | None
    fact: Event

    def past(self, now: str) -> PastEvent:
        """What a store takes in, recorded at `now` if the line does not say when."""
        return PastEvent(
            self.stream,
            self.id,
            self.type,
            self.schema,
            self.data,
            self.content,
            self.occurred_at,
            now if self.recorded_at is None else self.recorded_at,
            self.command_id,
            self.correlation_id,
            self.causation_id,
        )


def encode(event: StoredEvent, source: str = SOURCE) -> bytes:
    """The line of `event`, without its end.

    Line breaks that another tool may have left in its JSON become blanks, which changes its hash.

    Raises:
        NewerVersionError: this program does not know the event's type or schema.
        IntegrityError: the event cannot be read, or the format cannot hold it: it stands in no wallet's
            stream, or in another wallet's.
    """
    fact = decode(event).data
    subject = wallet_in(event.stream)
    if subject == event.stream or subject != fact.wallet or not is_wallet_id(subject):
        raise IntegrityError(
            f"Event #{event.position} is about {shown(fact.wallet)} and stands in the stream "
            f"{shown(event.stream)}; only the events of a wallet, in its own stream, can be exported."
        )
    data = event.data
    if "\n" in data or "\r" in data:
        data = data.translate(_ON_ONE_LINE)
    position = event.position
    try:
        return _encoder.encode(
            _Line(
                specversion=_SPEC_VERSION,
                id=event.id,
                source=source,
                type=event.type,
                subject=subject,
                time=event.occurred_at,
                datacontenttype=_CONTENT_TYPE,
                position=position if position <= LARGEST_INTEGER else str(position),
                schemaversion=event.schema,
                recordedat=event.recorded_at,
                commandid=event.command_id,
                commandcontent=event.content,
                correlationid=event.correlation_id,
                causationid=event.causation_id,
                data=msgspec.Raw(data),
            )
        )
    except UnicodeError:
        raise IntegrityError(f"Event #{position} holds a text that is not Unicode.") from None


def parse(line: bytes) -> ForeignEvent:
    """The event that `line` holds, if it is one that can be, looked at by itself.

    Raises:
        InputError: it is none. The sentence goes on behind `line N: `. That a newer version of this program
            might read it does not make it another error: it is the file that is refused, not the ledger.
    """
    if b"\n" in line or b"\r" in line:
        raise InputError("there is a line break within the event.")
    attributes = strict_object(line)
    if not attributes.keys() <= _KNOWN:
        for name in attributes.keys() - _KNOWN:
            _check_extension(name)
    _check_envelope(attributes)
    kind, schema = _type(attributes)
    subject = _required(attributes, "subject")
    if not is_wallet_id(subject):
        raise InputError(f"the subject is a wallet's id, and {shown(subject)} can be none.")
    data = _data(attributes, line)
    fact = _fact(kind, schema, data)
    if fact.wallet != subject:
        raise InputError(f"the subject is {subject}, and the data is about {shown(fact.wallet)}.")
    recorded_at = _optional(attributes, "recordedat")
    causation_id = _optional(attributes, "causationid")
    if causation_id is not None and not is_uuid(causation_id):
        raise InputError("the causationid is no event's id, a lower-case UUID.")
    command_id = _command_id(attributes, "commandid")
    content = _optional(attributes, "commandcontent")
    check_command(command_id, content, fact, causation_id)
    return ForeignEvent(
        _position(attributes.get("position")),
        stream_of(subject),
        _event_id(attributes),
        kind,
        schema,
        data,
        content,
        _moment(_required(attributes, "time"), "time"),
        None if recorded_at is None else _moment(recorded_at, "recordedat"),
        command_id,
        _command_id(attributes, "correlationid"),
        causation_id,
        fact,
    )


_KNOWN: Final = frozenset(_Line.__struct_fields__) | {"dataschema"}
_encoder: Final = msgspec.json.Encoder()
_data_decoder: Final = msgspec.json.Decoder(_Data)
_fact_decoders: Final = {name: msgspec.json.Decoder(kind) for name, kind in EVENT_TYPES.items()}


@lru_cache(maxsize=256)
def _check_extension(name: str) -> None:
    """Let others' extensions pass, but none that was meant to be one of ours."""
    if name == "data_base64":
        raise InputError("the data is an object under the name data, not data_base64.")
    if _EXTENSION.fullmatch(name) is None:
        raise InputError(f"{shown(name)} is no attribute, whose name is a-z and 0-9{nearest(name, _KNOWN)}")
    if near := get_close_matches(shown(name), _KNOWN, n=1, cutoff=0.85):
        raise InputError(f"there is no attribute {shown(name)}; did you mean {near[0]}?")


def _check_envelope(attributes: dict[str, Any]) -> None:
    if _required(attributes, "specversion") != _SPEC_VERSION:
        raise InputError("the specversion is not 1.0, the only one that this program reads.")
    content_type = _optional(attributes, "datacontenttype")
    if content_type is not None and _JSON_TYPE.fullmatch(content_type) is None:
        raise InputError(f"the data is JSON, and its datacontenttype {shown(content_type)}.")
    if _SOURCE.fullmatch(_required(attributes, "source")) is None:
        raise InputError("the source is no URI reference.")


def _type(attributes: dict[str, Any]) -> tuple[str, int]:
    """The type of the event and the schema of its data, both known."""
    kind = _required(attributes, "type")
    if kind not in KNOWN_TYPES:
        near = nearest(kind, KNOWN_TYPES)
        hint = "; a newer version of this program may know it." if near == "." else near
        raise InputError(f"there is no event type {shown(kind)}{hint}")
    current = EVENT_TYPES[kind].schema if kind in EVENT_TYPES else 0
    schema = attributes.get("schemaversion")
    if schema is None:
        return kind, current
    if type(schema) is not int or not 0 <= schema <= LARGEST_INTEGER:
        raise InputError("the schemaversion is a whole number.")
    if schema > current:
        raise InputError(
            f"this is schema {schema} of {kind}, and this program knows {current} at most; a newer version "
            "may read it."
        )
    return kind, schema


def _data(attributes: dict[str, Any], line: bytes) -> str:
    """The text of the data, byte for byte."""
    if not isinstance(attributes.get("data"), dict):
        raise InputError("there is no data; it is a JSON object.")
    return bytes(_data_decoder.decode(line).data).decode()


def _fact(kind: str, schema: int, data: str) -> Event:
    """What the data says, of whatever schema it is, in fields that are within their limits."""
    try:
        if kind in EVENT_TYPES and EVENT_TYPES[kind].schema == schema:
            fact = _fact_decoders[kind].decode(data)
        else:
            fact = decode_data(kind, schema, data)
    except msgspec.DecodeError as error:
        raise InputError(f"the data is not that of {kind}: {_clause(str(error))}.") from None
    except LedgerError:
        raise InputError(f"the data is not that of {kind}, schema {schema}.") from None
    try:
        check_plausible(fact)
    except ValueError as error:
        raise InputError(f"this cannot be: {error}.") from None
    return fact


def _clause(message: str) -> str:
    """What msgspec says, as part of a sentence."""
    what, _, where = message.partition(" - at `$.")
    clause = what[:1].lower() + what[1:_CLAUSE].replace("`", "")
    return f"{where.rstrip('`')}: {clause}" if where else clause


def _event_id(attributes: dict[str, Any]) -> str:
    event_id = _required(attributes, "id")
    if not is_uuid(event_id):
        raise InputError("the id of an event is a lower-case UUID.")
    return event_id


def _command_id(attributes: dict[str, Any], name: str) -> str | None:
    command_id = _optional(attributes, name)
    if command_id is not None and not is_command_id(command_id):
        raise InputError(
            f"the {name} is no command's id: 1 to 64 letters, digits, . _ : and -, and not digits alone."
        )
    return command_id


def _position(value: object) -> int | None:
    if isinstance(value, str) and _POSITION.fullmatch(value) is not None:
        value = int(value)
    if value is None or (type(value) is int and 0 < value < _POSITIONS):
        return value
    raise InputError("the position is a whole number, from 1 on.")


def _moment(text: str, name: str) -> str:
    """A time as the log writes it."""
    if _MOMENT.fullmatch(text) is not None:
        try:
            return timestamp(parse_timestamp(text.upper()))
        except ValueError:
            pass
    raise InputError(f"the {name} is a time with its zone, such as 2026-01-31T12:00:00Z.")


def _required(attributes: dict[str, Any], name: str) -> str:
    value = _optional(attributes, name)
    if not value:
        raise InputError(f"the {name} is missing.")
    return value


def _optional(attributes: dict[str, Any], name: str) -> str | None:
    value = attributes.get(name)  # null means the same as no attribute
    if value is None or isinstance(value, str):
        return value
    raise InputError(f"the {name} is a text.")
