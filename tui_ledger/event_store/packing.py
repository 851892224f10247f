"""Many events in one value: an array for each, which begins with its type and schema.

A row costs more to hand from SQLite to Python than to read, and each takes the interpreter's lock again. So
whoever reads a million events has them packed by the thousand, in SQL, and decoded by one call. The text of
an event is decoded just as `codec.decode` does it. What is not quite plain, such as an event of an old
schema, is left to that.
"""

from functools import reduce
from operator import or_
from typing import Any, Final

import msgspec

from tui_ledger.domain.events import EVENT_TYPES, Event, RecordedEvent

CHUNK: Final = 1000
"""How many events are packed together: they are decoded in about a millisecond."""

FIELDS: Final = RecordedEvent.__struct_fields__
"""What follows in the array of an event, in this order; `data` is JSON and no text."""


def unpack(packed: bytes | None, after: int) -> list[RecordedEvent] | None:
    """The events that `packed` holds, those that follow the position `after`; none for None.

    Returns:
        None where one of them, or what stands around them, is not plainly what this program writes.
    """
    if packed is None:
        return []
    try:
        events: list[RecordedEvent] = _decoder.decode(packed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if not events:
        return None
    gapless = events[0].position == after + 1 and events[-1].position == after + len(events)
    return events if gapless else None


def _plain(event: RecordedEvent) -> RecordedEvent:
    return RecordedEvent(**msgspec.structs.asdict(event))


def _equal(one: RecordedEvent, other: object) -> bool:
    return isinstance(other, RecordedEvent) and _plain(one) == _plain(other)


def _hash(one: RecordedEvent) -> int:
    return hash(_plain(one))


def _row_of(kind: type[Event]) -> Any:
    """An event of this type, as an array. To everyone else it is a `RecordedEvent`."""
    return msgspec.defstruct(
        RecordedEvent.__name__,
        [("data", kind)],
        bases=(RecordedEvent,),
        namespace={"__eq__": _equal, "__hash__": _hash},
        frozen=True,
        gc=False,
        kw_only=True,
        array_like=True,
        forbid_unknown_fields=True,
        tag_field="kind",
        tag=f"{kind.__name__} {kind.schema}",
    )


_decoder: Final = msgspec.json.Decoder(list[reduce(or_, map(_row_of, EVENT_TYPES.values()))])  # type: ignore[misc]
