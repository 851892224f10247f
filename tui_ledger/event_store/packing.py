"""Many events in one value: an array for each, which begins with its type and schema.

A row costs more to hand from SQLite to Python than to read, and each takes the interpreter's lock again. So
whoever reads a million events has them packed by the thousand, in SQL, and decoded by one call. The text of
an event is decoded just as `codec.decode` does it. What is not quite plain, such as an event of an old
schema, is left to that.
"""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any, Final

import msgspec

from tui_ledger.domain.events import EVENT_TYPES, Event, RecordedEvent
from tui_ledger.event_store.port import Fact

FIELDS: Final = RecordedEvent.__struct_fields__
"""What follows in the array of an event, in this order; `data` is JSON and no text."""

FACT_FIELDS: Final = ("data", "occurred_at")
"""The same, of a fact."""


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


def unpack_facts(packed: bytes) -> list[Fact] | None:
    """The facts that `packed` holds; None as for `unpack`."""
    try:
        facts: list[Fact] = _fact_decoder.decode(packed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return facts


def _plain(event: RecordedEvent) -> RecordedEvent:
    return RecordedEvent(**msgspec.structs.asdict(event))


def _equal(one: RecordedEvent, other: object) -> bool:
    return isinstance(other, RecordedEvent) and _plain(one) == _plain(other)


def _hash(one: RecordedEvent) -> int:
    return hash(_plain(one))


_ROW: Final[dict[str, Any]] = {
    "frozen": True,
    "gc": False,
    "kw_only": True,
    "array_like": True,
    "forbid_unknown_fields": True,
    "tag_field": "kind",
}


def _tag(kind: type[Event]) -> str:
    return f"{kind.__name__} {kind.schema}"


def _event_row(kind: type[Event]) -> Any:
    """An event of this type, as an array. To everyone else it is a `RecordedEvent`."""
    return msgspec.defstruct(
        RecordedEvent.__name__,
        [("data", kind)],
        bases=(RecordedEvent,),
        namespace={"__eq__": _equal, "__hash__": _hash},
        tag=_tag(kind),
        **_ROW,
    )


def _fact_row(kind: type[Event]) -> Any:
    types = {"data": kind, "occurred_at": str}
    return msgspec.defstruct("Fact", [(name, types[name]) for name in FACT_FIELDS], tag=_tag(kind), **_ROW)


def _decoder_of(row: Callable[[type[Event]], Any]) -> msgspec.json.Decoder[Any]:
    rows = reduce(or_, map(row, EVENT_TYPES.values()))
    return msgspec.json.Decoder(list[rows])  # type: ignore[valid-type]


_decoder: Final = _decoder_of(_event_row)
_fact_decoder: Final = _decoder_of(_fact_row)
