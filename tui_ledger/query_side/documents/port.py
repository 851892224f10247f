"""What the query side asks of the place where a view is kept. Every one passes the same contract suite."""

from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

from tui_ledger.errors import IntegrityError
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.query_side.view import Document


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


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept about a view besides its documents.

    Attributes:
        view: The view's name; empty while nothing is kept.
        version: The view's version that the documents are of.
        generation: Counts how often the documents were begun anew.
        checkpoint: The position of the last event that is in the documents.
        anchor: That event's hash, which tells the log that the documents were made from.
        failed_at: The position of the event that stopped the view, with the `reason`.
    """

    view: str = ""
    version: int = 0
    generation: int = 0
    checkpoint: int = 0
    anchor: str = GENESIS.hash
    failed_at: int | None = None
    reason: str | None = None
    lease: Lease | None = None


class DamagedDocuments(IntegrityError):
    """What is kept cannot be read. It is derived, so that a worker throws it away and begins anew."""


class Documents(Protocol):
    """The documents of one view.

    Any number of processes read; the holder of the lease writes. Each method is all or nothing, also for
    a caller that is cancelled, and each that reads sees one moment: documents and checkpoint agree.

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

    async def open(self) -> None:
        """Get ready to write, for the first time or again. What is damaged is thrown away first."""

    async def discard(self) -> None:
        """Throw away everything that is kept, lease and all; `open` begins anew."""

    async def load(self, generation: int, keys: Iterable[str]) -> dict[str, Document]:
        """Those documents of `keys` that exist in `generation`."""

    async def commit(
        self, holder: str, before: State, after: State, documents: Mapping[str, Document | None]
    ) -> bool:
        """Write the documents (None: there is none any more) and the checkpoint in one transaction.

        Returns:
            False, and nothing is written, if `holder` does not hold the lease, or generation and checkpoint
            are not those of `before`.
        """

    async def begin_anew(self, holder: str, before: State, view: str, version: int) -> bool:
        """Begin a new, empty generation at checkpoint 0. False as for `commit`."""

    async def claim(self, lease: Lease, instead_of: Lease | None) -> bool:
        """Take the lease if `instead_of` still has it (None: nobody); else False."""

    async def beat(self, holder: str, heartbeat: float) -> bool:
        """Say that the holder lives. False if the lease is another's by now."""

    async def release(self, holder: str) -> None:
        """Let go of the lease, if `holder` has it."""

    async def close(self) -> None:
        """Let go of the files."""
