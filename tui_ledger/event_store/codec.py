"""Between the log's JSON text and the domain's events."""

from typing import Final

import msgspec

from tui_ledger.domain.events import EVENT_TYPES, SCHEMA, Event, RecordedEvent
from tui_ledger.errors import IntegrityError, NewerVersionError
from tui_ledger.event_store.port import StoredEvent

_encoder: Final = msgspec.json.Encoder()
_decoders: Final = {name: msgspec.json.Decoder(kind) for name, kind in EVENT_TYPES.items()}


def encode(event: Event) -> str:
    """The `data` of an event: compact JSON, fields in the order of the event type."""
    return _encoder.encode(event).decode()


def decode(stored: StoredEvent) -> RecordedEvent:
    """The event that a row holds.

    Raises:
        NewerVersionError: the type or its schema version is not known to this program.
        IntegrityError: the data is not what the type says.
    """
    decoder = _decoders.get(stored.type)
    if decoder is None:
        raise NewerVersionError(
            f"Event #{stored.position} is of a type this program does not know: {stored.type}."
        )
    if stored.schema != SCHEMA:
        raise NewerVersionError(
            f"Event #{stored.position}, {stored.type}, is of schema {stored.schema}; "
            f"this program knows {SCHEMA}."
        )
    try:
        data = decoder.decode(stored.data)
    except msgspec.DecodeError as error:
        raise IntegrityError(f"Event #{stored.position}, {stored.type}, cannot be read: {error}.") from None
    return RecordedEvent(
        position=stored.position,
        stream=stored.stream,
        version=stored.version,
        id=stored.id,
        type=stored.type,
        schema=stored.schema,
        data=data,
        occurred_at=stored.occurred_at,
        recorded_at=stored.recorded_at,
        command_id=stored.command_id,
        correlation_id=stored.correlation_id,
        causation_id=stored.causation_id,
        hash=stored.hash,
    )
