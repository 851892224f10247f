"""Old events read as new ones: each step leads from one schema of an event type to the next.

What is stored never changes; whoever reads it translates. An event that is several schemas old takes several
steps, so that a new schema needs one new step and leaves the others alone. The technique is called upcasting
(Greg Young, "Versioning in an Event Sourced System", 2017).

Schema 0 is that of the years in which all money was dollars and nobody asked where it was spent.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from tui_ledger.domain.events import EVENT_TYPES
from tui_ledger.errors import IntegrityError, LedgerError, NewerVersionError
from tui_ledger.event_store.port import StoredEvent

Data = dict[str, Any]
"""The `data` of an event, as it is in JSON."""


class Upcaster(msgspec.Struct, frozen=True):
    """A step: the type and schema that an event gets, perhaps under another name, and what gives its data.

    `change` is pure: it leaves the dictionary that it is given as it is.
    """

    type: str
    schema: int
    change: Callable[[Data], Data]


def upcast(stored: StoredEvent) -> StoredEvent:
    """The event as it would have been written today: of a schema that this program writes.

    Raises:
        NewerVersionError: the type or its schema is not known to this program.
        IntegrityError: the data is not what its schema says, or no step leads on from there.
    """
    steps = []
    kind, schema = stored.type, stored.schema
    while not _is_current(kind, schema):
        step = UPCASTERS.get((kind, schema))
        if step is None:
            raise _dead_end(stored, kind, schema)
        steps.append(step)
        kind, schema = step.type, step.schema
    try:
        data = _decoder.decode(stored.data)
        for step in steps:
            data = step.change(data)
        text = _encoder.encode(data).decode()
    except Exception as error:  # data that is not what its schema says can break a step in any way
        raise IntegrityError(
            f"Event #{stored.position}, {stored.type}, cannot be read as schema {schema} of {kind}: "
            f"{type(error).__name__}: {error}."
        ) from error
    return msgspec.structs.replace(stored, type=kind, schema=schema, data=text)


def as_today(stored: StoredEvent) -> StoredEvent:
    """The event as `upcast` has it, or as it is stored where this program cannot read it: for showing it."""
    try:
        return stored if _is_current(stored.type, stored.schema) else upcast(stored)
    except LedgerError:
        return stored


def _is_current(kind: str, schema: int) -> bool:
    return kind in EVENT_TYPES and EVENT_TYPES[kind].schema == schema


def _dead_end(stored: StoredEvent, kind: str, schema: int) -> LedgerError:
    """Why there is no way on from this type and schema."""
    if kind not in EVENT_TYPES:
        return NewerVersionError(
            f"Event #{stored.position} is of a type this program does not know: {stored.type}, schema "
            f"{stored.schema}; a newer version may know it."
        )
    current = EVENT_TYPES[kind].schema
    if schema > current:
        return NewerVersionError(
            f"Event #{stored.position}, {stored.type}, is of schema {stored.schema}; this program knows "
            f"schemas up to {current}, and a newer version wrote it."
        )
    return IntegrityError(
        f"Event #{stored.position}, {stored.type}, cannot be read: there is no upcaster from schema {schema} "
        f"of {kind} to schema {current}."
    )


def _renamed(data: Data) -> Data:
    return data


def _created_in_dollars(data: Data) -> Data:
    return _with(data, currency="USD")


def _deposited_in_dollars(data: Data) -> Data:
    return _with(data, currency="USD", source="")


def _withdrawn_in_dollars(data: Data) -> Data:
    return _with(data, currency="USD", destination="")


def _purchased_in_dollars(data: Data) -> Data:
    rest = {name: value for name, value in data.items() if name != "price"}
    return _with(rest, amount=data["price"], currency="USD", category="", merchant="")


def _with(data: Data, **new: object) -> Data:
    """`data` with more fields. If it has one of them already, it is not of the schema that it says."""
    taken = new.keys() & data.keys()
    if taken:
        raise ValueError(f"there is a field {min(taken)} already")
    return {**data, **new}


UPCASTERS: Final = {
    ("UserRegistered", 0): Upcaster("UserCreated", 0, _renamed),
    ("UserCreated", 0): Upcaster("UserCreated", 1, _created_in_dollars),
    ("MoneyDeposited", 0): Upcaster("MoneyDeposited", 1, _deposited_in_dollars),
    ("MoneyWithdrawn", 0): Upcaster("MoneyWithdrawn", 1, _withdrawn_in_dollars),
    ("ItemPurchased", 0): Upcaster("ItemPurchased", 1, _purchased_in_dollars),
}
"""Every step, by the type and schema from which it leads on."""

KNOWN_TYPES: Final = frozenset(EVENT_TYPES) | {kind for kind, _ in UPCASTERS}
"""Every name that an event type has, or had."""

_decoder: Final = msgspec.json.Decoder(Data)
_encoder: Final = msgspec.json.Encoder()
