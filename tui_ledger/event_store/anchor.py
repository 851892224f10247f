"""Whether something was made from a log, by the event that it was made after."""

from tui_ledger.event_store.port import EventStore, Head


async def is_in(head: Head, store: EventStore) -> bool:
    """Whether the log once ended with `head`: it has that event, with that hash. Every log was empty once."""
    if head.position == 0:
        return True
    at = await store.read(after=head.position - 1, limit=1)
    return bool(at) and (at[0].position, at[0].hash) == (head.position, head.hash)
