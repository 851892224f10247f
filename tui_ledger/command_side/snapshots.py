"""Snapshots: what long wallets came to, kept in files so that their events need not all be folded again.

They are derived: any of them may be deleted at any time, and one that is damaged, or does not belong to
the log as it is, is not believed. So a snapshot saves time, and never changes a result.
"""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
from rpds import HashTrieMap, HashTrieSet

from tui_ledger.derived_file import read_derived, write_derived
from tui_ledger.domain.commands import is_wallet_id
from tui_ledger.domain.wallet import OpenWallet, Purchase
from tui_ledger.errors import LedgerError
from tui_ledger.event_store.port import EventStore, StoredEvent

FORMAT: Final = 1
"""Counts up with every change of what is in a file, and of what `evolve` makes of an event."""

FIRST: Final = 1000
"""From how many events on a wallet gets a snapshot; folding fewer takes no time that anybody notices."""

_STEPS: Final = 4
_PREFIX: Final = "snapshot-"
_LARGEST: Final = 2**28


class Snapshot(msgspec.Struct, frozen=True):
    """The state that an event left; `id` and `hash` are that event's."""

    stream: str
    version: int
    position: int
    id: str
    hash: str
    state: OpenWallet

    def is_of(self, event: StoredEvent) -> bool:
        """Whether `event` is the one that it was made after, in this very log."""
        anchor = (self.stream, self.version, self.position, self.id, self.hash)
        return anchor == (event.stream, event.version, event.position, event.id, event.hash)


class Snapshots:
    """The snapshots of one ledger, a file for each wallet that has one.

    Args:
        folder: Where the files are; made with the first of them.
        store: The log that they are of.
    """

    def __init__(self, folder: Path, store: EventStore) -> None:
        self._folder = folder
        self._store = store
        self._tasks: set[asyncio.Task[None]] = set()
        # Most wallets have none, and then nobody need look for it each time.
        self._known = {path.stem.removeprefix(_PREFIX) for path in folder.glob(f"{_PREFIX}*.json")}

    async def find(self, wallet: str) -> Snapshot | None:
        """The snapshot of `wallet` as it was written; the reader checks whether it is of this log."""
        if wallet not in self._known:
            return None
        return await asyncio.to_thread(_read, wallet, self._path(wallet))

    async def all(self) -> list[Snapshot]:
        """Every snapshot that can be read."""
        found = [await self.find(wallet) for wallet in sorted(self._known)]
        return [snapshot for snapshot in found if snapshot is not None]

    def offer(self, state: OpenWallet, position: int) -> None:
        """Write a snapshot of the state that the event at `position` left, sometime."""
        task = asyncio.create_task(self._write(state, position), name=f"snapshot of {state.wallet}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Finish what was offered."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _write(self, state: OpenWallet, position: int) -> None:
        # What prevents it prevents nothing else: the next reader folds the events.
        with suppress(LedgerError):
            events = await self._store.read(after=position - 1, limit=1)
            if events and is_wallet_id(state.wallet):  # a forged event may name it like a path
                event = events[0]
                snapshot = Snapshot(event.stream, event.version, position, event.id, event.hash, state)
                await asyncio.to_thread(lambda: write_derived(self._path(state.wallet), _encode(snapshot)))
                self._known.add(state.wallet)

    def _path(self, wallet: str) -> Path:
        return self._folder / f"{_PREFIX}{wallet}.json"


def next_due(version: int) -> int:
    """At which version a wallet that has a snapshot of `version` gets the next one.

    The steps grow with the wallet, as the cost of a snapshot does.
    """
    return version + max(FIRST, version // _STEPS)


class _File(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a file: the snapshot, with plain maps."""

    format: int
    stream: str
    version: int
    position: int
    id: str
    hash: str
    wallet: str
    owner: str
    currency: str
    posted: int
    pending: int
    purchases: dict[str, Purchase]
    sent: dict[str, int]
    received: list[str]


_decoder: Final = msgspec.json.Decoder(_File)


def _read(wallet: str, path: Path) -> Snapshot | None:
    content = read_derived(path, _LARGEST)
    if content is None:
        return None
    try:
        file = _decoder.decode(content)
    except msgspec.DecodeError:
        return None
    if file.format != FORMAT or file.wallet != wallet:
        return None
    state = OpenWallet(
        file.wallet,
        file.owner,
        file.currency,
        file.posted,
        file.pending,
        HashTrieMap(file.purchases),
        HashTrieMap(file.sent),
        HashTrieSet(file.received),
    )
    return Snapshot(file.stream, file.version, file.position, file.id, file.hash, state)


def _encode(snapshot: Snapshot) -> bytes:
    state = snapshot.state
    return msgspec.json.encode(
        _File(
            format=FORMAT,
            stream=snapshot.stream,
            version=snapshot.version,
            position=snapshot.position,
            id=snapshot.id,
            hash=snapshot.hash,
            wallet=state.wallet,
            owner=state.owner,
            currency=state.currency,
            posted=state.posted,
            pending=state.pending,
            purchases=dict(state.purchases.items()),
            sent=dict(state.sent.items()),
            received=list(state.received),
        )
    )
