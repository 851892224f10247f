"""Reads what the read models show, and the truth beside it, one reading at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from tui_ledger.domain.money import format_amount
from tui_ledger.domain.wallet import NoWallet
from tui_ledger.ui.scene import BalanceRow, Picture, StatementRow

if TYPE_CHECKING:
    from tui_ledger.domain.wallet import WalletState
    from tui_ledger.event_store.port import StoredEvent
    from tui_ledger.ledger import Ledger
    from tui_ledger.query_side.answer import Answer

WALLETS: Final = 500
"""The most wallets that are shown."""

LINES: Final = 200
"""The most lines of a statement that are shown."""

RECENT: Final = 100
"""How many wallets are remembered that the log knows and the view perhaps not yet."""

BACKLOG: Final = 1000
"""How many new events are looked through at a time for the wallets that they touch."""


class Feed:
    """Makes pictures of the read models.

    A wish that comes while a reading is under way makes it read once more: nothing queues up, and the
    last picture is never older than the last wish.

    Attributes:
        wallet: The wallet that was chosen; empty: the last one that an event touched.
    """

    def __init__(self, ledger: Ledger, in_sight: Callable[[], tuple[int, int]]) -> None:
        self._ledger = ledger
        self._in_sight = in_sight
        self._seen = 0
        self._recent: dict[str, None] = {}
        self._last_touched = ""
        self.wallet = ""

    @property
    def wallets(self) -> tuple[str, ...]:
        """Wallets that events have touched lately."""
        return tuple(self._recent)

    async def read(self, head: int) -> Picture:
        """How things are now, the log being `head` events long at least.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        await self._look_at_new_events(head)
        answers = await self._ledger.documents("balances", limit=WALLETS + 1)
        more = len(answers) > WALLETS
        shown = {one.key: str((one.document or {}).get("available", "")) for one in answers[:WALLETS]}
        wallets = sorted({*shown, *(() if more else self._recent)})
        top, height = self._in_sight()
        truth = await self._ledger.truth(wallets[top : top + height])
        wallet = self.wallet or self._last_touched
        statement = await self._ledger.documents("statement", wallet, limit=LINES, newest_first=True) if wallet else []
        return Picture(
            as_of=answers[0].as_of if answers else 0,
            head=answers[0].head if answers else head,
            balances=tuple(_row(one, shown.get(one), truth.get(one)) for one in wallets),
            more=more,
            wallet=wallet,
            statement=tuple(_line(answer) for answer in statement),
        )

    async def _look_at_new_events(self, head: int) -> None:
        """Remember which wallets the new events touched: a view that is late does not know them all."""
        if head <= self._seen:
            return
        events: Sequence[StoredEvent] = await self._ledger.read(max(self._seen, head - BACKLOG), BACKLOG)
        for event in events:
            wallet = event.stream.removeprefix("wallet/")
            self._recent.pop(wallet, None)
            self._recent[wallet] = None
            self._seen = event.position
            self._last_touched = wallet
        for wallet in list(self._recent)[:-RECENT]:
            del self._recent[wallet]


def _row(wallet: str, shown: str | None, state: WalletState | None) -> BalanceRow:
    truth = None
    if state is not None and not isinstance(state, NoWallet):
        truth = format_amount(state.posted, state.currency)
    return BalanceRow(wallet, shown, truth)


def _line(answer: Answer) -> StatementRow:
    document = answer.document or {}
    return StatementRow(
        position=int(document.get("position", 0)),
        type=str(document.get("type", "")),
        text=str(document.get("text", "")),
        change=str(document.get("change", "")),
        balance=str(document.get("balance", "")),
    )
