"""What the handler knows of each wallet: its events, folded, up to some version."""

from collections import OrderedDict
from typing import Final

import msgspec

from tui_ledger.command_side.submission import Submission
from tui_ledger.command_side.turns import Turns
from tui_ledger.domain.wallet import WalletState, fold, initial_state
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import Append, Appended, EventStore

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

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.turns = Turns()
        self.history: History | None = None
        self._stored = History(0, None, initial_state())
        self._line = object()

    async def load(self, store: EventStore) -> History:
        """The history to decide on."""
        if self.history is None:
            self.history = await _advance(self._stored, self.stream, store)
        return self.history

    def submit(self, append: Append, ahead: History, submission: Submission, store: EventStore) -> None:
        """Hand `append` to the store, and go on from `ahead`, which it will make true, or not."""
        line = self._line
        self.history = ahead

        def settled(outcome: Appended | Exception) -> None:
            submission.settle(outcome)
            if submission.stored:
                self._stored = ahead
            elif self._line is line:
                # Whatever was decided after it names its last event, so that all of that is void too.
                self._line = object()
                self.history = None
                self.turns.decide_again()

        store.submit(append, settled)

    async def renew(self, store: EventStore) -> bool:
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
        self.history = await _advance(before, self.stream, store)
        return self.history is not before

    @property
    def idle(self) -> bool:
        """Whether it can be forgotten without harm."""
        submission = self.history.submission if self.history else None
        return self.turns.idle and (submission is None or submission.settled)


class Wallets:
    """The wallets that were used last."""

    def __init__(self) -> None:
        self._wallets: OrderedDict[str, Wallet] = OrderedDict()

    def __getitem__(self, wallet: str) -> Wallet:
        found = self._wallets.get(wallet)
        if found is None:
            self._forget_oldest()
            found = self._wallets[wallet] = Wallet(stream_of(wallet))
        else:
            self._wallets.move_to_end(wallet)
        return found

    def _forget_oldest(self) -> None:
        if len(self._wallets) >= _WALLETS_KEPT:
            oldest = next(iter(self._wallets))
            if self._wallets[oldest].idle:
                del self._wallets[oldest]


def stream_of(wallet: str) -> str:
    """The stream that holds a wallet's events."""
    return f"wallet/{wallet}"


async def _advance(history: History, stream: str, store: EventStore) -> History:
    stored = await store.read_stream(stream, after=history.version)
    if not stored:
        return history
    state = fold(map(decode, stored), history.state)
    return History(stored[-1].version, stored[-1].id, state)
