"""Whether a log is what its rules say: positions, streams, links, and the chain of hashes."""

from collections.abc import AsyncIterator
from typing import Final

import msgspec

from tui_ledger.event_store.chain import GENESIS, chain_hash
from tui_ledger.event_store.port import EventStore, Head, StoredEvent

_PAGE: Final = 1000


class BadEvent(Exception):
    """The first event that is not as it must be."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason


async def audited(store: EventStore, anchor: Head | None = None) -> AsyncIterator[StoredEvent]:
    """The events of the log from the first to the last, each checked before it is given.

    Args:
        store: The log.
        anchor: A head that the log had, kept elsewhere: only against one does the chain prove anything.

    Raises:
        BadEvent: an event is missing, out of place, or was changed.
    """
    head = GENESIS
    streams: dict[str, tuple[int, int]] = {}
    while events := await store.read(head.position, _PAGE):
        for event in events:
            expected = head.position + 1
            if event.position != expected:
                raise BadEvent(expected, f"event #{expected} is missing")
            version, prev = streams.get(event.stream, (0, None))
            if event.version != version + 1:
                raise BadEvent(expected, f"it is version {event.version} of {event.stream}, after {version}")
            if event.prev != prev:
                raise BadEvent(expected, f"it is linked to {event.prev}, and the event before it is {prev}")
            hash_ = chain_hash(head.hash, msgspec.structs.astuple(event)[:-1])
            if event.hash != hash_:
                raise BadEvent(expected, "its hash does not fit: it, or the link before it, was changed")
            if anchor is not None and anchor.position == expected and anchor.hash != hash_:
                raise BadEvent(expected, "its hash is not the anchor's: the log was rewritten up to here")
            streams[event.stream] = (event.version, event.position)
            head = Head(event.position, hash_)
            yield event
    if anchor is not None and anchor.position > head.position:
        raise BadEvent(head.position + 1, f"the log ends before the anchor, #{anchor.position}")
