"""What a person can wish of a view's worker, wherever that worker runs."""

from typing import Final, Literal

import msgspec

Moment = Literal["before", "after"]
"""Around the write of a batch: `before` nothing of it is written yet, `after` all of it is."""


class Wish(msgspec.Struct, frozen=True, tag=True):
    """Something to be done once, by whoever holds the view's lease."""


class Change(Wish, frozen=True, omit_defaults=True):
    """Other settings: see `Settings`. What is None stays as it is."""

    paused: bool | None = None
    delay: float | None = None
    jitter: float | None = None
    apart: bool | None = None
    repaired: bool | None = None


class Step(Wish, frozen=True):
    """Take in one event more, and be paused."""


class Seek(Wish, frozen=True):
    """Go to a position, forwards or back, and be paused there."""

    position: int


class Crash(Wish, frozen=True):
    """Crash at the next write."""

    when: Moment


class Restart(Wish, frozen=True):
    """Begin again as a new process would, also while still waiting after a crash."""


class Rebuild(Wish, frozen=True):
    """Make the documents anew, beside those that are being read."""


class Park(Wish, frozen=True):
    """Leave out the event at which the view failed, and go on without it."""


class Retry(Wish, frozen=True):
    """Try again where the view failed; what was parked comes in where it belongs, so the view is rebuilt."""


AnyWish = Change | Step | Seek | Crash | Restart | Rebuild | Park | Retry


class WishOnRecord(msgspec.Struct, frozen=True):
    """A wish that nobody has answered yet.

    Attributes:
        wish: None if this program does not know what it is.
        made_at: In seconds since the epoch. Nobody fulfils a wish that its owner has long forgotten.
    """

    id: int
    wish: AnyWish | None
    made_at: float


_decoder: Final[msgspec.json.Decoder[AnyWish]] = msgspec.json.Decoder(AnyWish)


def encode_wish(wish: AnyWish) -> str:
    """As text, to be kept."""
    return msgspec.json.encode(wish).decode()


def decode_wish(text: str) -> AnyWish | None:
    """The wish that `text` says; None if it says none, or one of a newer program."""
    try:
        return _decoder.decode(text)
    except msgspec.DecodeError:
        return None
