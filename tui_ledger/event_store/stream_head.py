"""Where a stream ends, and whether an append fits there."""

from typing import Final

import msgspec

from tui_ledger.event_store.chain import chain_hash
from tui_ledger.event_store.port import Append, Expected, Head, StoredEvent, WrongExpectedVersion

EVENTS_LIMIT: Final = 1000
"""The most events that one append may hold."""


class StreamHead(msgspec.Struct, frozen=True, gc=False):
    """The last event of a stream; `stream_id` is the position of its first."""

    stream_id: int
    version: int
    position: int
    event_id: str


def check_expected(append: Append, head: StreamHead | None) -> None:
    """Check what `append` expects against where its stream really ends.

    Raises:
        WrongExpectedVersion: it does not fit.
    """
    version = head.version if head else 0
    match append.expected:
        case Expected.ANY:
            fits = True
        case Expected.EXISTS:
            fits = version > 0
        case Expected.NO_STREAM:
            fits = version == 0
        case number:
            fits = version == number
    if append.after is not None:
        fits = fits and head is not None and head.event_id == append.after
    if not fits:
        raise WrongExpectedVersion(append.stream, append.expected, version)


def place(
    append: Append, log: Head, stream: StreamHead | None, recorded_at: str
) -> tuple[list[StoredEvent], StreamHead]:
    """The rows of `append` behind the head of the log, and where the stream ends after them.

    Raises:
        ValueError: it has no events or too many, content of no command, or a text that is not Unicode.
    """
    if not 1 <= len(append.events) <= EVENTS_LIMIT:
        raise ValueError(f"an append has 1 to {EVENTS_LIMIT} events, not {len(append.events)}")
    if append.content is not None and append.command_id is None:
        raise ValueError("the content is that of a command, and the command has no id")
    first = log.position + 1
    stream_id, version, prev = (
        (stream.stream_id, stream.version, stream.position) if stream else (first, 0, None)
    )
    previous = log.hash
    rows = []
    for position, event in enumerate(append.events, first):
        version += 1
        columns = (
            position,
            append.stream,
            version,
            prev,
            event.id,
            event.type,
            event.schema,
            event.data,
            append.content if position == first else None,
            event.occurred_at,
            recorded_at,
            append.command_id,
            append.correlation_id,
            append.causation_id,
        )
        previous = chain_hash(previous, columns)
        rows.append(StoredEvent(*columns, previous))
        prev = position
    last = rows[-1]
    return rows, StreamHead(stream_id, last.version, last.position, last.id)
