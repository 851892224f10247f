"""A session in the app as a recording: all that its log tells, and what only the app knows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

import msgspec

from tui_ledger.command_side.streams import wallet_in
from tui_ledger.domain.wallet import WalletState
from tui_ledger.errors import InputError
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.query_side.status import ViewStatus
from tui_ledger.snapshot import Snapshot

STEPS: Final = 10_000
"""The most steps that a session is saved with."""

WALLETS: Final = 40
"""Of how many wallets at most, those of the last events, it is expected how they are at the end."""

_PAGE: Final = 1000


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody did and that left no event: a command that was refused, or an action.

    Attributes:
        after: The position of the last event before it.
        at: When it was.
        line: What was done, in the language of scenarios.
        code: Why the command was refused; None for an action.
        view: The view that the action is about, if it is about one.
    """

    after: int
    at: datetime
    line: str
    code: str | None = None
    view: str | None = None


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A session, from the first event of its ledger to the last.

    Attributes:
        events: The whole log.
        moments: What left no event, in order.
        views: How each view is that is on.
        wallets: How wallets are after the last event: those of the last events.
    """

    title: str
    events: Sequence[StoredEvent]
    moments: Sequence[Moment]
    views: Sequence[ViewStatus]
    wallets: Mapping[str, WalletState]


class History(Protocol):
    """As much of `Ledger` as a recording needs."""

    async def read(self, after: int = 0, limit: int = 1000) -> Sequence[StoredEvent]: ...

    async def truth(
        self, wallets: Iterable[str], *, as_of: datetime | int | None = None
    ) -> Mapping[str, WalletState]: ...

    def snapshot(self) -> Snapshot: ...


async def record(ledger: History, moments: Sequence[Moment], title: str) -> Recording:
    """What a session was, up to now.

    Raises:
        InputError: it has too many events.
        LedgerError: the ledger cannot be read.
    """
    events: list[StoredEvent] = []
    while page := await ledger.read(len(events), _PAGE):
        events += page
        if len(events) > STEPS:
            raise InputError(
                f"This ledger has more than {STEPS:,} events, the most that can be saved as a scenario.",
                "too_long",
            )
    last = dict.fromkeys(wallet_in(event.stream) for event in reversed(events))
    return Recording(
        title=title,
        events=events,
        moments=[moment for moment in moments if moment.after <= len(events)],
        views=ledger.snapshot().views,
        wallets=await ledger.truth(list(last)[:WALLETS], as_of=len(events)),
    )
