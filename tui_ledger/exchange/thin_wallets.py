"""The wallets that an import touches, in bounded memory: of each only what the event at hand refers to."""

import sqlite3
from typing import Final

from msgspec.structs import replace
from rpds import HashTrieMap, HashTrieSet

from tui_ledger.domain.events import (
    Event,
    ItemPurchased,
    PurchaseRefunded,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
)
from tui_ledger.domain.wallet import (
    ClosedWallet,
    Happened,
    NoWallet,
    OpenWallet,
    Purchase,
    WalletState,
    evolve,
    initial_state,
)
from tui_ledger.exchange.staged_rows import Account, Bought, StagedRows, Way

_NO_PURCHASES: Final["HashTrieMap[str, Purchase]"] = HashTrieMap()
_NOTHING_SENT: Final["HashTrieMap[str, int]"] = HashTrieMap()
_NOTHING_RECEIVED: Final["HashTrieSet[str]"] = HashTrieSet()

_Transferred = TransferSent | TransferReceived | TransferSettled | TransferReturned


class ThinWallets:
    """What wallets have come to, in three tables.

    A state that it gives has no purchases and no transfers but the one that the event is about, so that a
    wallet of a million events takes no more memory than a new one. To that event it is as good as the whole.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.accounts = StagedRows(connection, Account)
        self.purchases = StagedRows(connection, Bought)
        self.ways = StagedRows(connection, Way)

    def create(self) -> None:
        """Make the tables."""
        for rows in (self.accounts, self.purchases, self.ways):
            rows.create()

    def write(self) -> None:
        """Write what has changed."""
        for rows in (self.accounts, self.purchases, self.ways):
            rows.write()

    def state_before(self, event: Event) -> WalletState:
        """The state of the event's wallet, with what the event refers to."""
        account = self.accounts.find(event.wallet)
        if account is None:
            return initial_state()
        received = self._received(event)
        if account.closed:
            return ClosedWallet(account.wallet, account.owner, account.currency, account.posted, received)
        return OpenWallet(
            account.wallet,
            account.owner,
            account.currency,
            account.posted,
            account.pending,
            self._purchases(event),
            self._sent(event),
            received,
        )

    def take_in(self, event: Happened, before: WalletState) -> None:
        """Let an event have happened, which was recorded behind all that was taken in of its wallet.

        Args:
            event: The event.
            before: The state before it, see `state_before`.

        Raises:
            ImpossibleEvent: it does not fit that state at all.
        """
        after = evolve(before, event)
        self._keep(after)
        data = event.data
        match data:
            case ItemPurchased():
                bought = Bought(
                    event.id,
                    data.wallet,
                    data.item,
                    data.amount,
                    data.category,
                    data.merchant,
                    event.occurred_at,
                    0,
                )
                self.purchases.put(event.id, bought)
            case PurchaseRefunded():
                purchase = self.purchases.find(data.purchase)
                if purchase is not None:
                    refunded = replace(purchase, refunded=purchase.refunded + data.amount)
                    self.purchases.put(purchase.id, refunded)
            case TransferSent() | TransferReceived() | TransferSettled() | TransferReturned():
                self._take_in_transfer(event.id, data)

    def _keep(self, state: WalletState) -> None:
        if not isinstance(state, NoWallet):
            closed = isinstance(state, ClosedWallet)
            pending = 0 if isinstance(state, ClosedWallet) else state.pending
            account = Account(state.wallet, state.owner, state.currency, state.posted, pending, closed)
            self.accounts.put(state.wallet, account)

    def _take_in_transfer(self, event_id: str, data: _Transferred) -> None:
        way = self.ways.find(data.transfer)
        match data:
            case TransferSent():
                received = None if way is None else way.received
                way = Way(
                    data.transfer,
                    data.wallet,
                    data.to,
                    data.amount,
                    data.currency,
                    data.note,
                    event_id,
                    received,
                    ended=False,
                )
            case TransferReceived():
                sent = None if way is None else way.sent
                ended = way is not None and way.ended
                way = Way(
                    data.transfer,
                    data.sender,
                    data.wallet,
                    data.amount,
                    data.currency,
                    data.note,
                    sent,
                    event_id,
                    ended,
                )
            case _ if way is not None:
                way = replace(way, ended=True)
        if way is not None:
            self.ways.put(data.transfer, way)

    def _purchases(self, event: Event) -> "HashTrieMap[str, Purchase]":
        if isinstance(event, PurchaseRefunded):
            row = self.purchases.find(event.purchase)
            if row is not None and row.wallet == event.wallet:
                purchase = Purchase(
                    row.item, row.amount, row.category, row.merchant, row.purchased_at, row.refunded
                )
                return HashTrieMap({row.id: purchase})
        return _NO_PURCHASES

    def _sent(self, event: Event) -> "HashTrieMap[str, int]":
        if isinstance(event, TransferSent | TransferSettled | TransferReturned):
            way = self.ways.find(event.transfer)
            if way is not None and way.sender == event.wallet and way.sent is not None and not way.ended:
                return HashTrieMap({way.transfer: way.amount})
        return _NOTHING_SENT

    def _received(self, event: Event) -> "HashTrieSet[str]":
        if isinstance(event, TransferReceived):
            way = self.ways.find(event.transfer)
            if way is not None and way.recipient == event.wallet and way.received is not None:
                return HashTrieSet([event.transfer])
        return _NOTHING_RECEIVED
