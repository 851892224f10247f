"""Between the log's JSON text and the domain's events."""

from collections.abc import Iterable
from typing import Final

import msgspec

from tui_ledger.domain.events import EVENT_TYPES, Event, RecordedEvent
from tui_ledger.errors import IntegrityError, LedgerError
from tui_ledger.event_store.port import FactPage, Head, Page, StoredEvent
from tui_ledger.event_store.upcasting import upcast

_encoder: Final = msgspec.json.Encoder()
_current: Final = {name: (kind.schema, msgspec.json.Decoder(kind)) for name, kind in EVENT_TYPES.items()}
_UNKNOWN: Final = (None, None)


def encode(event: Event) -> str:
    """The `data` of an event: compact JSON, fields in the order of the event type."""
    return _encoder.encode(event).decode()


def decode(stored: StoredEvent) -> RecordedEvent:
    """The event that a row holds. One of an old schema is upcast, and reads as if it were written today.

    Raises:
        NewerVersionError: the type or its schema is not known to this program.
        IntegrityError: the data is not what its type and schema say, or nothing leads on from an old schema.
    """
    schema, decoder = _current.get(stored.type, _UNKNOWN)
    if decoder is None or schema != stored.schema:
        return decode(upcast(stored))
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


def decode_data(kind: str, schema: int, data: str) -> Event:
    """What an event that is not in a log says, as this program would write it today.

    Raises:
        LedgerError: as `decode`.
    """
    nowhere = StoredEvent(0, "", 0, None, "", kind, schema, data, None, "", "", None, None, None, "")
    return decode(nowhere).data


def decode_page(rows: Iterable[StoredEvent]) -> Page:
    """The events that `rows` hold, up to the first that cannot be decoded."""
    events = []
    for stored in rows:
        try:
            events.append(decode(stored))
        except LedgerError as error:
            return Page(events, (stored.position, error))
    return Page(events)


def facts_of(page: Page, after: int) -> FactPage:
    """What the events of `page` say, those that follow the position `after` without a gap."""
    events = [event for position, event in enumerate(page.events, after + 1) if event.position == position]
    return FactPage(events, Head(events[-1].position, events[-1].hash) if events else None)
