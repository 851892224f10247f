"""What a person calls a purchase, and what the log calls it."""

from typing import Final

from tui_ledger.domain.events import ItemPurchased
from tui_ledger.event_store.port import EventStore

_POSITION_DIGITS: Final = 15
_PURCHASE: Final = ItemPurchased.__name__


async def purchase_event_id(reference: str, stream: str, store: EventStore) -> str:
    """The event id of the purchase in `stream` that `reference` names by its position or its command's id.

    A reference that leads to no purchase there is given back as it is, for the refusal to name.
    """
    if reference.isascii() and reference.isdigit():
        position = int(reference) if len(reference) <= _POSITION_DIGITS else 0
    else:
        record = await store.find_command(reference)
        position = record.first if record else 0
    found = await store.read(after=position - 1, limit=1) if position else []
    purchases = [event.id for event in found if (event.stream, event.type) == (stream, _PURCHASE)]
    return purchases[0] if purchases else reference
