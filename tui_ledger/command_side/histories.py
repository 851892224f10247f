"""What the handler knows of each wallet: its events, folded, up to some version."""

from collections import OrderedDict
from typing import Final

import msgspec

from tui_ledger.command_side.snapshots import FIRST, Snapshots, next_due
from tui_ledger.command_side.streams import stream_of
from tui_ledger.command_side.submission import Submission
from tui_ledger.command_side.turns import Turns
from tui_ledger.domain.wallet import OpenWallet, WalletState, fold, initial_state
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import Append, Appended, EventStore, StoredEvent

_WALLETS_KEPT: Final = 10_000


class History(msgspec.Struct, frozen=True):
    """A wallet's state at a version, and the id of the event that made it so.

    `submission` is the append that leads here, if it is this process's: until that is stored the history
    is tentative, and a command that is decided on it stands or falls with it.
    """

    version: int
    last_id: str | None
    state: WalletState
    submission: Submission | None = None


class Wallet:
    """One wallet's place: commands on it are decided in turn, each on what the ones before will leave."""

    def __init__(self, wallet: str, store: EventStore, snapshots: Snapshots | None) -> None:
        self.stream = stream_of(wallet)
        self.turns = Turns()
        self.history: History | None = None
        self._wallet = wallet
        self._store = store
        self._snapshots = snapshots
        self._snapshot_due = FIRST
        self._stored: History | None = None
        self._line = object()

    async def load(self) -> History:
        """The history to decide on."""
        if self.history is None:
            self.history = await (self._advance(self._stored) if self._stored else self._begin())
        return self.history

    def submit(self, append: Append, ahead: History, submission: Submission) -> None:
        """Hand `append` to the store, and go on from `ahead`, which it will make true, or not."""
        line = self._line
        self.history = ahead

        def settled(outcome: Appended | Exception) -> None:
            submission.settle(outcome)
            if isinstance(outcome, Appended) and not outcome.duplicate:
                self._stored = ahead
                if ahead.version >= self._snapshot_due:
                    self._snapshot(ahead, outcome.last)
            elif self._line is line:
                # Whatever was decided after it names its last event, so that all of that is void too.
                self._line = object()
                self.history = None
                self.turns.decide_again()

        self._store.submit(append, settled)

    async def renew(self) -> bool:
        """Wait until the history is stored, and take in what others have appended.

        Returns:
            Whether anything may be different now, and is worth another decision.
        """
        before = self.history
        if before is None:
            return True
        if before.submission is not None:
            await before.submission.wait()
            if self.history is before:
                self.history = msgspec.structs.replace(before, submission=None)
            return True
        self.history = await self._advance(before)
        return self.history is not before

    @property
    def idle(self) -> bool:
        """Whether it can be forgotten without harm."""
        submission = self.history.submission if self.history else None
        return self.turns.idle and (submission is None or submission.settled)

    async def _begin(self) -> History:
        """The history of what is in the log, from the last snapshot on if there is one to believe."""
        snapshot = await self._snapshots.find(self._wallet) if self._snapshots else None
        if snapshot is not None:
            events = await self._store.read_stream_from(snapshot.position)
            if events and snapshot.is_of(events[0]):
                self._snapshot_due = next_due(snapshot.version)
                return self._folded(History(snapshot.version, snapshot.id, snapshot.state), events[1:])
        return await self._advance(History(0, None, initial_state()))

    async def _advance(self, history: History) -> History:
        return self._folded(history, await self._store.read_stream(self.stream, after=history.version))

    def _folded(self, history: History, stored: list[StoredEvent]) -> History:
        if not stored:
            return history
        last = stored[-1]
        history = History(last.version, last.id, fold(map(decode, stored), history.state))
        if history.version >= self._snapshot_due:
            self._snapshot(history, last.position)
        return history

    def _snapshot(self, history: History, position: int) -> None:
        self._snapshot_due = next_due(history.version)
        if self._snapshots is not None and isinstance(history.state, OpenWallet):
            self._snapshots.offer(history.state, position)


class Wallets:
    """The wallets that were used last."""

    def __init__(self, store: EventStore, snapshots: Snapshots | None) -> None:
        self._store = store
        self._snapshots = snapshots
        self._wallets: OrderedDict[str, Wallet] = OrderedDict()

    def __getitem__(self, wallet: str) -> Wallet:
        found = self._wallets.get(wallet)
        if found is None:
            self._forget_oldest()
            found = self._wallets[wallet] = Wallet(wallet, self._store, self._snapshots)
        else:
            self._wallets.move_to_end(wallet)
        return found

    def _forget_oldest(self) -> None:
        if len(self._wallets) >= _WALLETS_KEPT:
            oldest = next(iter(self._wallets))
            if self._wallets[oldest].idle:
                del self._wallets[oldest]
