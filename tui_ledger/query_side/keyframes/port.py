"""What time travel asks of the place where a view's keyframes are kept."""

from collections.abc import Collection, Mapping
from typing import Final, Protocol

import msgspec

from tui_ledger.event_store.port import Head

SPACING: Final = 1000
"""How many events lie between two keyframes at first; twice as many after each thinning."""

MOST: Final = 512
"""How many keyframes a view has at most. When there are more, every other one goes."""

FEW: Final = 16
"""From how many keyframes on what they take counts too."""

SIZE: Final = 64 * 1024 * 1024
"""What they may take in any case, in bytes ..."""

SIZE_OF_EVENT: Final = 512
"""... and what for each event up to the last of them: less than the event itself takes in the log."""


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
    has a document for each event, takes no more room than once. So the bodies are no more than the events
    changed, nor more than `MOST` copies of the view. Besides, when they take more than `SIZE` and
    `SIZE_OF_EVENT` for each event, keyframes go until `FEW` are left.

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


def are_too_many(count: int, size: int, position: int) -> bool:
    """Whether every other keyframe has to go.

    Args:
        count: How many there are.
        size: What they take, in bytes.
        position: Where the last one is.
    """
    return count > MOST or (count > FEW and size > max(SIZE, SIZE_OF_EVENT * position))
