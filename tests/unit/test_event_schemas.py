"""The shapes of events: what was written once is a promise to every log that holds it."""

import msgspec
import pytest

from tui_ledger.domain.events import EVENT_TYPES
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.event_store.upcasting import UPCASTERS

# Every schema that the program ever wrote, with the fields of its data in order. Lines are added here, never
# changed: there are logs that hold them.
SHAPES = {
    ("UserRegistered", 0): "wallet owner",
    ("UserCreated", 0): "wallet owner",
    ("MoneyDeposited", 0): "wallet amount",
    ("MoneyWithdrawn", 0): "wallet amount",
    ("ItemPurchased", 0): "wallet item price",
    ("UserCreated", 1): "wallet owner currency",
    ("MoneyDeposited", 1): "wallet amount currency source",
    ("MoneyWithdrawn", 1): "wallet amount currency destination",
    ("ItemPurchased", 1): "wallet item amount currency category merchant",
    ("PurchaseRefunded", 1): "wallet amount currency purchase item category merchant purchased_at",
    ("TransferSent", 1): "wallet transfer to amount currency note",
    ("TransferReceived", 1): "wallet transfer from amount currency note",
    ("TransferSettled", 1): "wallet transfer",
    ("TransferReturned", 1): "wallet transfer amount currency reason",
    ("WalletClosed", 1): "wallet reason",
}


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_what_is_written_today_is_what_is_written_down_here(kind: str) -> None:
    event = EVENT_TYPES[kind]
    fields = msgspec.structs.fields(event)
    assert " ".join(field.encode_name for field in fields) == SHAPES.get((kind, event.schema))
    assert all(field.required for field in fields), "a field that may be missing makes two shapes of one"
    assert all(field.type is (int if field.name == "amount" else str) for field in fields)


@pytest.mark.parametrize(("kind", "schema"), SHAPES)
def test_every_schema_that_was_ever_written_can_be_read(kind: str, schema: int) -> None:
    data = {name: 100 if name in ("amount", "price") else "text" for name in SHAPES[kind, schema].split()}
    text = msgspec.json.encode(data).decode()
    event = decode(StoredEvent(1, "s", 1, None, "id", kind, schema, text, None, "", "", None, None, None, ""))
    assert type(event.data) is EVENT_TYPES[event.type]
    assert event.schema == EVENT_TYPES[event.type].schema


def test_there_is_a_step_from_every_schema_that_is_not_written_any_more() -> None:
    current = {(name, kind.schema) for name, kind in EVENT_TYPES.items()}
    assert set(UPCASTERS) == SHAPES.keys() - current
