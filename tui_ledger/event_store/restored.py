"""Giving events that were recorded elsewhere their places in this log."""

from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import astuple

from tui_ledger.event_store.chain import chain_hash
from tui_ledger.event_store.port import Head, PastEvent
from tui_ledger.event_store.stream_head import StreamHead

_STREAMS_KEPT: Final = 5_000

Row = tuple[Any, ...]
"""The columns of an event in the order of the table `events`."""


def nowhere(_: str) -> None:
    """Where a stream ends in a log that began empty, if whoever asks knows every row since."""


class Restored:
    """Places events one behind the other.

    Args:
        head: Where the log ends before the first.
        find: Where a stream ends, by its name, as far as the log has been written; None: there is none.
    """

    def __init__(self, head: Head, find: Callable[[str], StreamHead | None]) -> None:
        self._position = head.position
        self._hash = head.hash
        self._find = find
        self._streams: dict[str, tuple[int, int, int | None]] = {}  # id, version, position

    @property
    def head(self) -> Head:
        """Where the log ends now."""
        return Head(self._position, self._hash)

    def place(self, event: PastEvent) -> Row:
        """The row of `event`."""
        columns = astuple(event)
        name = columns[0]
        self._position = position = self._position + 1
        stream_id, before, prev = self._streams.get(name) or self._found(name)
        version = before + 1
        self._streams[name] = (stream_id, version, position)
        others = columns[1:]
        self._hash = hash_ = chain_hash(self._hash, (position, name, version, prev, *others))
        return (position, stream_id, None if before else name, version, prev, *others, hash_)

    @property
    def has_many(self) -> bool:
        """Whether so many streams are known that it is time to `forget` them."""
        return len(self._streams) > _STREAMS_KEPT

    def forget(self, find: Callable[[str], StreamHead | None]) -> None:
        """Forget all streams, every row so far being in the log by now: from here on `find` finds them."""
        self._streams.clear()
        self._find = find

    def _found(self, name: str) -> tuple[int, int, int | None]:
        found = self._find(name)
        if found is None:
            return self._position, 0, None
        return found.stream_id, found.version, found.position
