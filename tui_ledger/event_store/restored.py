"""Giving events that were recorded elsewhere their places in this log."""

from collections.abc import Callable
from typing import Final

from tui_ledger.event_store.chain import chain_hash
from tui_ledger.event_store.port import Head, PastEvent, StoredEvent
from tui_ledger.event_store.stream_head import StreamHead

_STREAMS_KEPT: Final = 20_000


class Restored:
    """Places events one behind the other.

    Args:
        head: Where the log ends before the first.
        find: Where a stream ends, by its name, as far as the log has been written; None: there is none.

    Attributes:
        head: Where the log ends now.
    """

    def __init__(self, head: Head, find: Callable[[str], StreamHead | None]) -> None:
        self.head = head
        self._find = find
        self._streams: dict[str, StreamHead | None] = {}

    def place(self, event: PastEvent) -> tuple[StoredEvent, int]:
        """The row of `event`, and the id of its stream."""
        position = self.head.position + 1
        stream = self._stream(event.stream)
        stream_id, version, prev = (
            (stream.stream_id, stream.version + 1, stream.position) if stream else (position, 1, None)
        )
        columns = (
            position,
            event.stream,
            version,
            prev,
            event.id,
            event.type,
            event.schema,
            event.data,
            event.content,
            event.occurred_at,
            event.recorded_at,
            event.command_id,
            event.correlation_id,
            event.causation_id,
        )
        row = StoredEvent(*columns, chain_hash(self.head.hash, columns))
        self.head = Head(position, row.hash)
        self._streams[event.stream] = StreamHead(stream_id, version, position, event.id)
        return row, stream_id

    def forget(self) -> None:
        """Forget streams if there are many. To be called when every row so far can be found in the log."""
        if len(self._streams) > _STREAMS_KEPT:
            self._streams.clear()

    def _stream(self, name: str) -> StreamHead | None:
        if name not in self._streams:
            self._streams[name] = self._find(name)
        return self._streams[name]
