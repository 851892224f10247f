"""What a person calls a purchase, and what the log calls it."""

from typing import Final

from tui_ledger.event_store.port import EventStore

_POSITION_DIGITS: Final = 15


async def purchase_event_id(reference: str, store: EventStore) -> str:
    """The event id of the purchase that `reference` names by its position or its command's id.

    Whether it is a purchase at all, and of this wallet, the decision finds out; a reference that leads
    nowhere is given back as it is.
    """
    if reference.isascii() and reference.isdigit():
        position = int(reference) if len(reference) <= _POSITION_DIGITS else 0
    else:
        record = await store.find_command(reference)
        position = record.first if record else 0
    found = await store.read(after=position - 1, limit=1) if position else []
    return found[0].id if found else reference
