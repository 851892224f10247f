"""What time travel asks of the place where a view's keyframes are kept."""

from collections.abc import Collection, Mapping
from typing import Final, Protocol

import msgspec

from tui_ledger.event_store.port import Head


class Bounds(msgspec.Struct, frozen=True):
    """How many keyframes there may be, and how large.

    Attributes:
        spacing: How many events lie between two keyframes at first; twice as many after each thinning, in
            which every other keyframe goes.
        most: How many keyframes there are at most.
        few: How many there may be however much they take.
        size: What more of them may take in any case, in bytes ...
        size_of_event: ... and for each event up to the last one: less than it takes in the log itself.
    """

    spacing: int = 1000
    most: int = 512
    few: int = 16
    size: int = 64 * 1024 * 1024
    size_of_event: int = 512

    def exceeded(self, count: int, size: int, position: int) -> bool:
        """Whether there are too many: `count`, which take `size` bytes, and the last is at `position`."""
        return count > self.most or (
            count > self.few and size > max(self.size, self.size_of_event * position)
        )


BOUNDS: Final = Bounds()
"""Those of a ledger in use: a million events have 500 keyframes, and 2,000 events from one to the next."""


class Span(msgspec.Struct, frozen=True):
    """Where a position lies among the keyframes; where there is none, position 0 stands for one.

    Attributes:
        before: The last keyframe at or below the position.
        last: The last of all. Every event up to here is known to be one that the view can fold.
        spacing: How many events there are from one keyframe to the next.
    """

    before: Head
    last: Head
    spacing: int


class KeyframeGone(Exception):
    """The keyframe is there no more: somebody has thinned them out, or thrown them away. Look again."""


class Keyframes(Protocol):
    """The documents of one view at some positions, at equal distances.

    What is kept is only what changed from one to the next, as JSON text: a view such as `statement`, which
    has a document for each event, takes no more room than once. So they are never more than what the events
    changed, nor than `Bounds.most` copies of the view; and where they take much room, than `Bounds.few`.

    Any number of processes read and write at the same time. Each method is all or nothing, also for a
    caller that is cancelled, and each says whether what it was asked is still so.

    All raise StorageError or LockedError where the disk fails them, and DamagedDocuments, after which
    `discard` helps: everything here can be made again from the log.
    """

    async def around(self, position: int) -> Span:
        """Where `position` lies."""

    async def load(self, at: Head, keys: Collection[str]) -> dict[str, str]:
        """Those documents of `keys` that existed at the keyframe `at`.

        Raises:
            KeyframeGone: it is none any more.
        """

    async def scan(self, at: Head, prefix: str) -> dict[str, str]:
        """The documents at the keyframe `at` whose key is `prefix` or begins with `prefix/`; all for an
        empty one.

        Raises:
            KeyframeGone: it is none any more.
        """

    async def add(self, span: Span, after: Head, changed: Mapping[str, str | None]) -> bool:
        """Add the keyframe `after`, which follows on `span.last`, with what changed in between.

        Args:
            span: As it was when the work began.
            after: The new keyframe.
            changed: The documents, None where there is none any more.

        Returns:
            False, and nothing is kept, if the last keyframe or the spacing is another by now.
        """

    async def discard(self) -> None:
        """Throw all of them away."""

    async def close(self) -> None:
        """Let go of the files."""
