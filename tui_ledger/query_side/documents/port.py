"""What the query side asks of the place where a view is kept. Every one passes the same contract suite."""

from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

from tui_ledger.errors import IntegrityError
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.query_side.view import Document
from tui_ledger.query_side.wishes import AnyWish, Change, WishOnRecord


class Lease(msgspec.Struct, frozen=True):
    """Who may write a view.

    Attributes:
        holder: The worker, by an id that no other has.
        host: The machine, or container, in which `pid` means something.
        pid: The worker's process.
        heartbeat: When the holder last said that it lives, in seconds since the epoch.
    """

    holder: str
    host: str
    pid: int
    heartbeat: float


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How whoever holds the lease is to go about it. They outlive every worker.

    Attributes:
        paused: Whether no event is taken in until a person wants it again.
        delay: Seconds after its recording at which an event is taken in.
        jitter: Seconds by which it is late besides, at most; another time for each event.
        apart: Whether the checkpoint is written after the documents, in a transaction of its own. That is
            wrong, and there to show why: a crash between the two counts events twice.
        repaired: Whether a view that has a bug for teaching is to be without it.
    """

    paused: bool = False
    delay: float = 0.0
    jitter: float = 0.0
    apart: bool = False
    repaired: bool = False

    def changed(self, change: Change) -> "Settings":
        """These settings with `change`."""
        return msgspec.structs.replace(self, **as_mapping(change))


def as_mapping(change: Change) -> dict[str, bool | float]:
    """What changes, by the names of the settings."""
    return {name: value for name, value in msgspec.structs.asdict(change).items() if value is not None}


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """The documents of a view as they were made from the first event on, and how far that has come.

    Attributes:
        view: The view's name; empty while nothing is kept.
        version: The view's version that the documents are of.
        generation: Its number. A later one has a higher one.
        checkpoint: The position of the last event that is in the documents.
        anchor: That event's hash, which tells the log that the documents were made from.
        failed_at: The position of the event at which the view failed, with the `reason`.
        parked: The positions of the events that were left out.
        until: Where a generation that is being built takes the place of the one that is read.
    """

    view: str = ""
    version: int = 0
    generation: int = 0
    checkpoint: int = 0
    anchor: str = GENESIS.hash
    failed_at: int | None = None
    reason: str | None = None
    parked: tuple[int, ...] = ()
    until: int = 0


class State(Generation, frozen=True, kw_only=True):
    """The generation that is read, and what is kept of the view besides.

    Attributes:
        building: The generation that is being built beside it.
        crash: Why the last worker crashed, until one holds the lease again.
    """

    lease: Lease | None = None
    crash: str | None = None
    settings: Settings = Settings()
    building: Generation | None = None

    @property
    def underway(self) -> Generation:
        """The generation that events are being folded into."""
        return self.building or self

    def trying_again(self) -> "State":
        """The state as if the view had not failed."""
        return self.moved(msgspec.structs.replace(self.underway, failed_at=None, reason=None), serve=False)

    def moved(self, after: Generation, *, serve: bool) -> "State":
        """The state once `after` is committed as what is under way, and read from now on if `serve`."""
        if self.building is not None and not serve:
            return msgspec.structs.replace(self, building=after)
        moved = {field.name: getattr(after, field.name) for field in msgspec.structs.fields(Generation)}
        return msgspec.structs.replace(self, **moved, building=None)


class DamagedDocuments(IntegrityError):
    """What is kept cannot be read. It is derived, so that a worker throws it away and begins anew."""


class Documents(Protocol):
    """The documents of one view.

    Any number of processes read and make wishes; the holder of the lease writes. Each method is all or
    nothing, also for a caller that is cancelled, and each that reads sees one moment: documents and
    checkpoint agree.

    All raise StorageError or LockedError where the disk fails them, and DamagedDocuments.
    """

    async def state(self) -> State:
        """What is kept besides the documents; the bare `State()` while nothing is kept yet."""

    async def read(self, key: str) -> tuple[State, Document | None]:
        """The document under `key`, and the state that goes with it."""

    async def scan(
        self, prefix: str = "", *, limit: int | None = None, newest_first: bool = False
    ) -> tuple[State, list[tuple[str, Document]]]:
        """The documents whose key is `prefix` or begins with `prefix/`; all of them for an empty one.

        They come in the order of their keys' code points, or, `newest_first`, in the reverse of it.
        """

    async def keys(self, beginning: str, limit: int) -> list[str]:
        """The first keys that begin so, wherever in them that ends, in the order of their code points."""

    async def open(self) -> None:
        """Get ready to write, for the first time or again. What is damaged is thrown away first."""

    async def discard(self) -> None:
        """Throw away everything that is kept, lease, settings and all; `open` begins anew."""

    async def sweep(self) -> bool:
        """Throw away some of what belongs to no generation any more; whether there may be more of it."""

    async def load(self, generation: int, keys: Iterable[str]) -> dict[str, Document]:
        """Those documents of `keys` that exist in `generation`."""

    async def commit(
        self,
        holder: str,
        before: Generation,
        after: Generation,
        documents: Mapping[str, Document | None],
        *,
        serve: bool = False,
    ) -> bool:
        """Write documents (None: there is none any more) and checkpoint of a generation in one transaction.

        Args:
            serve: Let it be the one that is read from now on.

        Returns:
            False, and nothing is written, if `holder` does not hold the lease, or the generation of `before`
            has another checkpoint, or is gone.
        """

    async def begin(self, holder: str, before: State, new: Generation, *, beside: bool) -> bool:
        """Begin a generation with the view, version, position, parked events and end that `new` says.

        Its number is given here. Another one that was being built is given up.

        Args:
            before: What is read so far.
            beside: Whether that goes on being read; else the new one is read at once, empty as it is.

        Returns:
            False, and nothing is begun, if `holder` does not hold the lease, or what is read is not at the
            checkpoint of `before`.
        """

    async def claim(self, lease: Lease, instead_of: Lease | None) -> bool:
        """Take the lease if `instead_of` still has it (None: nobody); else False."""

    async def beat(self, holder: str, heartbeat: float) -> bool:
        """Say that the holder lives. False if the lease is another's by now."""

    async def release(self, holder: str, crash: str | None = None) -> None:
        """Let go of the lease, if `holder` has it, and say why if it was by a crash.

        Said again without a reason, the crash is over.
        """

    async def change(self, change: Change) -> None:
        """Change settings; the others stay as they are."""

    async def wish(self, wish: AnyWish, made_at: float) -> int:
        """Put a wish on record. Returns its id."""

    async def wishes(self) -> list[WishOnRecord]:
        """The wishes that nobody has answered, in the order in which they were made."""

    async def answer(self, wish_id: int, refusal: str = "") -> None:
        """Say that a wish was fulfilled, or why it was not."""

    async def answered(self, wish_id: int) -> str | None:
        """What was answered: "" when it was fulfilled, None while it was not answered."""

    async def withdraw(self, wish_id: int) -> None:
        """Take back a wish that was not answered."""

    async def touched(self) -> bool:
        """Whether somebody else may have written since this was last asked. It costs next to nothing."""

    async def close(self) -> None:
        """Let go of the files."""
