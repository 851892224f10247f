"""Reads what the read models show, and the truth beside it, one reading at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from tui_ledger.domain.money import format_amount
from tui_ledger.domain.wallet import NoWallet
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.documents import Documents, Progress
from tui_ledger.ui.event_line import EventLine, describe
from tui_ledger.ui.scene import BalanceRow, Moment, Picture, StatementRow, unread
from tui_ledger.ui.shelf import Shelf
from tui_ledger.ui.widgets.balances import BalancesTable
from tui_ledger.ui.widgets.views_pane import VIEWS

if TYPE_CHECKING:
    from tui_ledger.domain.wallet import WalletState
    from tui_ledger.event_store.port import StoredEvent
    from tui_ledger.ledger import Ledger
    from tui_ledger.query_side.answer import Answer
    from tui_ledger.ui.main_screen import MainScreen

WALLETS: Final = 500
"""The most wallets that are shown."""

LINES: Final = 200
"""The most lines of a statement that are shown."""

RECENT: Final = 100
"""How many wallets and items are remembered that the last events named."""

LAST: Final = 8
"""How many of the last events are remembered."""

BACKLOG: Final = 1000
"""How many new events are looked through at a time for the wallets that they touch."""


class Feed:
    """Makes pictures of the read models.

    A wish that comes while a reading is under way makes it read once more: nothing queues up, and the
    last picture is never older than the last wish.

    Attributes:
        wallet: The wallet whose statement is read: the one that was chosen, or last acted on; at first
            the one of the last event.
        shelf: What is looked at of the read models that are in sight one at a time.

    Args:
        ledger: The ledger.
        screen: Says which read models are in sight, which of the wallets, and how times are shown.
    """

    def __init__(self, ledger: Ledger, screen: MainScreen) -> None:
        self._ledger = ledger
        self._screen = screen
        self._last = Picture()
        self._documents = Documents(ledger)
        self.shelf = Shelf(self._documents)
        self._seen = 0
        self._recent: dict[str, None] = {}
        self._items: dict[str, None] = {}
        self._latest: deque[EventLine] = deque(maxlen=LAST)
        self.wallet = ""

    @property
    def items(self) -> tuple[str, ...]:
        """What was bought lately, where its name can be shown as it is."""
        return tuple(self._items)

    async def read(self, head: int, as_of: int | None, progress: Progress) -> Picture:
        """How things are now, the log being `head` events long at least, or how they were.

        Args:
            head: The position of the last event.
            as_of: The position of the moment; None for now.
            progress: Told how far the past is read.

        Raises:
            LedgerError: the ledger cannot be read.
        """
        await self._look_at_new_events(head)
        views = self._screen.in_sight
        await self._documents.look_at(as_of, sorted(views), progress)
        moment = None if as_of is None else await self._moment(as_of)
        if moment != self._last.moment:
            self._last = unread(moment)
        seen = views if moment else VIEWS  # of the past, only what is in sight: each view takes its time
        answers = await self._read("balances", seen, limit=WALLETS + 1)
        more = len(answers) > WALLETS
        shown = {one.key: _available(one) for one in answers[:WALLETS]}
        wallets = sorted({*shown, *(() if more or moment else self._recent)})
        top, height = self._screen.query_one(BalancesTable).in_sight
        acted = moment.wallet if moment is not None else ""
        wallet = self.wallet
        known = dict.fromkeys([*wallets[top : top + height], wallet, acted])
        truth = await self._ledger.truth(tuple(filter(None, known)))
        then = await self._read("balances", seen, acted, limit=1) if acted else []
        statement = await self._read("statement", seen, wallet, limit=LINES) if wallet else []
        own = next((view for view in views if view not in VIEWS), None)
        self._last = Picture(
            moment=moment,
            as_of=answers[0].as_of if answers else 0,
            head=answers[0].head if answers else head,
            balances=tuple(_row(one, shown.get(one), truth.get(one)) for one in wallets),
            more=more,
            acted=_row(acted, _available(then[0]), truth.get(acted)) if then else None,
            wallet=wallet,
            statement=tuple(_line(answer) for answer in statement),
            spending=await self.shelf.spending() if "spending" in views else self._last.spending,
            top_items=await self.shelf.top_items() if "top_items" in views else self._last.top_items,
            books=await self.shelf.books() if "books" in views else self._last.books,
            own=await self.shelf.own(own) if own else self._last.own,
            last=tuple(self._latest) if moment is None else (),
            read=frozenset(seen) - frozenset(self._documents.failures),
            failures=dict(self._documents.failures),
        )
        return self._last

    async def _read(
        self, view: str, seen: Collection[str], prefix: str = "", *, limit: int
    ) -> Sequence[Answer]:
        """The documents of a view that is among those `seen`; those of a prefix with the newest first."""
        if view not in seen:
            return []
        return await self._documents.read(view, prefix, limit=limit, newest_first=bool(prefix)) or []

    async def _moment(self, position: int) -> Moment:
        """What is known of the moment right after that event."""
        for event in await self._ledger.read(position - 1, 1):
            line = describe(event)
            return Moment(position, self._screen.time_of(line.occurred_at), line.type, line.wallet)
        return Moment(position)

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
            line = describe(event)
            self._latest.append(line)
            item = line.text if event.type == "ItemPurchased" else ""
            if item and safe_text(item) == item:
                self._items.pop(item, None)
                self._items[item] = None
        self.wallet = self.wallet or next(reversed(self._recent), "")
        for names in (self._recent, self._items):
            for name in list(names)[:-RECENT]:
                del names[name]


def _row(wallet: str, shown: str | None, state: WalletState | None) -> BalanceRow:
    truth = None
    if state is not None and not isinstance(state, NoWallet):
        truth = format_amount(state.available, state.currency)
    return BalanceRow(wallet, shown, truth)


def _available(answer: Answer) -> str:
    return str((answer.document or {}).get("available", ""))


def _line(answer: Answer) -> StatementRow:
    document = answer.document or {}
    return StatementRow(
        position=int(document.get("position", 0)),
        type=str(document.get("type", "")),
        text=str(document.get("text", "")),
        change=str(document.get("change", "")),
        balance=str(document.get("balance", "")),
    )
