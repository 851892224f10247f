"""Planning a batch of appends in memory: who fits, who does not, and the rows of those who do."""

from collections.abc import Mapping, Sequence

import msgspec

from tui_ledger.errors import CommandIdReused
from tui_ledger.event_store.port import (
    Append,
    Appended,
    CommandRecord,
    Head,
    Settled,
    StoredEvent,
    WrongExpectedVersion,
)
from tui_ledger.event_store.stream_head import StreamHead, check_expected, place


class Pending(msgspec.Struct, frozen=True):
    """An append that waits for its turn, and who is told its outcome."""

    append: Append
    settled: Settled


class Plan(msgspec.Struct):
    """What one statement will insert, and what then becomes of each append of the batch."""

    head: Head
    streams: dict[str, StreamHead]
    rows: list[StoredEvent]
    stream_ids: list[int]
    outcomes: list[Appended | Exception]
    misfits: list[Append]


def plan(
    batch: Sequence[Pending],
    head: Head,
    known: Mapping[str, StreamHead | None],
    recorded: Mapping[str, CommandRecord],
    recorded_at: str,
) -> Plan:
    """Place the appends of `batch` one behind the other, each by what those before it leave.

    An append that does not fit gets its error, and those behind it go on as if it had not been there.

    Args:
        batch: The appends, in order.
        head: Where the log ends.
        known: Where the streams of the batch end; None: there is no such stream.
        recorded: Commands of the batch that are on record.
        recorded_at: When the log takes the events in.
    """
    result = Plan(head, {}, [], [], [], [])
    commands = dict(recorded)
    for pending in batch:
        append = pending.append
        command = commands.get(append.command_id or "")
        if command is not None and append.content is not None:
            result.outcomes.append(_again(append, command))
            continue
        stream = result.streams.get(append.stream) or known[append.stream]
        try:
            check_expected(append, stream)
            rows, end = place(append, result.head, stream, recorded_at)
        except (WrongExpectedVersion, ValueError) as error:
            result.outcomes.append(error)
            result.misfits.append(append)
            continue
        result.rows += rows
        result.stream_ids += [end.stream_id] * len(rows)
        result.streams[append.stream] = end
        result.head = Head(rows[-1].position, rows[-1].hash)
        done = Appended(rows[0].position, rows[-1].position, end.version)
        result.outcomes.append(done)
        if append.command_id is not None and append.content is not None:
            commands[append.command_id] = CommandRecord(
                append.command_id, append.content, done.first, done.last, done.version
            )
    return result


def _again(append: Append, command: CommandRecord) -> Appended | CommandIdReused:
    if command.content != append.content:
        return CommandIdReused(command.id)
    return Appended(command.first, command.last, command.version, duplicate=True)
