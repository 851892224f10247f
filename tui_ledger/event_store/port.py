"""What the program asks of an event store. Every store passes the same contract suite."""

from asyncio import Future
from collections.abc import Callable, Collection, Iterable, Sequence
from enum import Enum
from typing import Final, Protocol

import msgspec

from tui_ledger.domain.events import Event, RecordedEvent
from tui_ledger.errors import ConflictError


class Expected(Enum):
    """What the stream must be, where no version is named."""

    NO_STREAM = "no stream"
    EXISTS = "exists"
    ANY = "any"


ExpectedVersion = int | Expected
"""A version (0: the stream does not exist), or one of `Expected`. Each is really checked."""


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """A row of the log, its `data` still the text that the hash covers; `codec.decode` reads it.

    The fields stand in the order in which the hash takes them. `prev` is the position of the stream's
    previous event. `content` says on a command's first event what was asked for.
    """

    position: int
    stream: str
    version: int
    prev: int | None
    id: str
    type: str
    schema: int
    data: str
    content: str | None
    occurred_at: str
    recorded_at: str
    command_id: str | None
    correlation_id: str | None
    causation_id: str | None
    hash: str


class Head(msgspec.Struct, frozen=True, gc=False):
    """The position of the last event and its hash; 0 and 64 zeros while the log is empty."""

    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"


class Page(msgspec.Struct, frozen=True):
    """Events one after the other, read and decoded as `codec.decode` does it.

    Attributes:
        events: In order. They end before the first one that cannot be decoded.
        failure: The position of that one, and why it cannot be; None if there was none.
    """

    events: list[RecordedEvent]
    failure: tuple[int, Exception] | None = None


class Fact(Protocol):
    """The part of an event that most folds need. A `RecordedEvent` is one."""

    @property
    def data(self) -> Event:
        """What happened."""

    @property
    def occurred_at(self) -> str:
        """When it happened."""


class FactPage(msgspec.Struct, frozen=True):
    """What happened, one after the other and without a gap.

    Attributes:
        facts: In order. They end before the first that cannot be decoded.
        head: The position and the hash of the event that the last of them is; None if there is none.
    """

    facts: Sequence[Fact]
    head: Head | None


class NewEvent(msgspec.Struct, frozen=True, gc=False):
    """An event on its way into the log. `data` is JSON text."""

    id: str
    type: str
    schema: int
    data: str
    occurred_at: str


class Append(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is appended as one: all of the events, or none.

    Attributes:
        expected: What the stream's version must be.
        after: The id that the stream's last event must have, where the caller decided on a history:
            another history of the same length is a conflict too.
        command_id: With `content`, makes the append idempotent. None only when no command is known.
        content: What was asked for, as canonical JSON; compared when the id comes again.
        again: Where it does not fit, the caller will at once decide again and come back. A store may keep
            other processes from writing until then, or they would be faster every time.
    """

    stream: str
    expected: ExpectedVersion
    events: tuple[NewEvent, ...]
    after: str | None = None
    command_id: str | None = None
    content: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    again: bool = False


class PastEvent(msgspec.Struct, frozen=True, gc=False):
    """An event as another log, or a simulation, recorded it: all of a `StoredEvent` but its place in a log.

    The fields stand in the order in which the hash takes them.
    """

    stream: str
    id: str
    type: str
    schema: int
    data: str
    content: str | None
    occurred_at: str
    recorded_at: str
    command_id: str | None
    correlation_id: str | None
    causation_id: str | None


class Appended(msgspec.Struct, frozen=True, gc=False):
    """Where the events are: the positions of the first and the last, and the stream's version then.

    `duplicate` says that the command was on record already, and that these are its first events.
    """

    first: int
    last: int
    version: int
    duplicate: bool = False


class CommandRecord(msgspec.Struct, frozen=True, gc=False):
    """What is on record of a command that was accepted."""

    id: str
    content: str
    first: int
    last: int
    version: int


class WrongExpectedVersion(ConflictError):
    """The stream is not what the append expected. Nothing was appended."""

    def __init__(self, stream: str, expected: ExpectedVersion, actual: int) -> None:
        wanted = expected.value if isinstance(expected, Expected) else f"version {expected}"
        super().__init__(f"{stream} is at version {actual}; expected was {wanted}.")
        self.stream = stream
        self.expected = expected
        self.actual = actual


class HeadMoved(ConflictError):
    """The log does not end any more where it did. Nothing was appended."""

    def __init__(self, expected: Head, actual: Head) -> None:
        super().__init__(
            f"The log was to end at #{expected.position}, and ends at #{actual.position}: somebody else has "
            "written meanwhile."
        )
        self.expected = expected
        self.actual = actual


CLOSED: Final = "The event store is closed."

Settled = Callable[[Appended | Exception], None]
"""Called once with what became of an append, in the event loop's thread. It must not raise."""

Listener = Callable[[Sequence[StoredEvent]], None]
"""Called with the events of each batch once they are durable, in order and without gaps among them."""


class EventStore(Protocol):
    """An append-only log of events in streams. Positions are 1, 2, 3 ... in commit order, without gaps."""

    def append(self, append: Append) -> Future[Appended]:
        """Put `append` in its turn, at once; the future has its outcome when the events are durable.

        Appends are placed in the order of these calls and those of `submit`. One that was put in its turn
        settles by itself, whether or not anybody still waits for it: its command id tells the truth.

        Raises (in the future):
            WrongExpectedVersion: the stream is not what was expected.
            CommandIdReused: the command id is on record with other content.
            ValueError: it has no events or too many, content of no command, or a text that is not Unicode.
            LockedError: another process held the log for too long.
            StorageError: the disk failed or is full; nothing of this append is stored.
            OutcomeUnknown: the disk failed, and whether the events are stored cannot be found out.
        """

    def submit(self, append: Append, settled: Settled) -> None:
        """Put `append` in its turn, and have `settled` called with its outcome: no future, so cheaper."""

    async def restore(self, events: Iterable[PastEvent], behind: Head) -> Head:
        """Append all of `events`, which were recorded before and elsewhere, or none of them.

        They keep their ids and times; positions, versions, links and hashes are given to them here. What they
        say is not checked. Meanwhile nobody else can write.

        Args:
            events: Gone through once, perhaps in another thread; what it raises undoes everything, and is
                raised here. So does cancelling.
            behind: The head behind which they come; the log must end there.

        Returns:
            Where the log ends then.

        Raises:
            HeadMoved: the log ends elsewhere.
            LockedError: another process held the log for too long.
            StorageError: the disk failed or is full, or an id is used already.
            OutcomeUnknown: the disk failed, and whether the events are stored cannot be found out.
        """

    async def read(self, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        """At most `limit` events with positions above `after`, in order."""

    async def replay(self, after: int = 0, limit: int = 1000) -> Page:
        """The same events as `read`, decoded, and in less time: for whoever folds many.

        A thousand are decoded in about a millisecond, which nothing interrupts. A page without events and
        without a failure is the end of the log.
        """

    async def facts(self, after: int = 0, limit: int = 1000) -> FactPage:
        """What happened above the position `after`, without the rest of each event: in half the time."""

    async def read_stream(self, stream: str, after: int = 0) -> list[StoredEvent]:
        """The events of `stream` with versions above `after`, in order; none if there is no such stream."""

    async def read_stream_from(self, position: int) -> list[StoredEvent]:
        """The event at `position` and those that follow it in its stream; none if there is no such event."""

    async def read_stream_page(self, stream: str, after: int = 0, limit: int = 1000) -> list[StoredEvent]:
        """At most `limit` events of `stream`, in order: its first, or those that follow one of it.

        Args:
            stream: Its name.
            after: The position of an event of this stream; 0 for the beginning.
            limit: At least 1.
        """

    async def find_event(self, event_id: str) -> StoredEvent | None:
        """The event of that id, if there is one."""

    async def find_events(self, event_ids: Collection[str]) -> list[StoredEvent]:
        """The events of those ids, as many of them as there are, in order."""

    async def caused_by(self, event_id: str, limit: int = 1000) -> list[StoredEvent]:
        """At most `limit` events that name the event of that id as their cause, in order."""

    async def find_command(self, command_id: str) -> CommandRecord | None:
        """What is on record of a command."""

    async def known_commands(self, command_ids: Collection[str]) -> set[str]:
        """Those of the command ids that are on record."""

    async def position_at(self, moment: str) -> int:
        """The last position up to which no event occurred after `moment`; 0 if already the first one did.

        Args:
            moment: A time as the log writes it, see `clock.timestamp`.
        """

    async def head(self) -> Head:
        """Where the log ends."""

    async def poll(self) -> int:
        """The position of the head, asked so cheaply that it can be done twenty times a second."""

    def add_listener(self, listener: Listener) -> None:
        """Have `listener` called with what this store appends. Other processes' appends show in `poll`."""

    async def close(self) -> None:
        """Finish what was accepted, and let go of the files."""
