"""What the log already has of what an import brings."""

from functools import partial
from typing import Final

from tui_ledger.command_side.streams import stream_of
from tui_ledger.domain.events import TransferReceived, TransferReturned, TransferSent, TransferSettled
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import EventStore, StoredEvent
from tui_ledger.exchange.checking import Candidate, Known, ids_of
from tui_ledger.exchange.thin_wallets import ThinWallets
from tui_ledger.threads import in_thread

_PAGE: Final = 100


class LogLookup:
    """Looks in the log for what a batch of candidates refers to."""

    def __init__(self, store: EventStore, wallets: ThinWallets) -> None:
        self._store = store
        self._wallets = wallets

    async def known(self, batch: list[Candidate]) -> Known:
        """What the log has of `batch`; the wallets of which it has something are loaded, if they were not."""
        event_ids, command_ids = ids_of(batch)
        events = {event.id: event for event in await self._store.find_events(event_ids)}
        new = [one for one in batch if one.id not in events]
        if not new:
            return Known(events, frozenset())
        await self._load({one.data.wallet for one in new} | _senders(new))
        await self._load(self._recipients(new))
        return Known(events, await self._store.known_commands(command_ids))

    async def _load(self, wallets: set[str]) -> None:
        for wallet in self._wallets.accounts.missing(wallets):
            after = 0
            while page := await self._store.read_stream_page(stream_of(wallet), after, _PAGE):
                await in_thread(partial(self._take_in, page))
                after = page[-1].position

    def _take_in(self, page: list[StoredEvent]) -> None:
        for stored in page:
            event = decode(stored)
            self._wallets.take_in(event, self._wallets.state_before(event.data))
        self._wallets.write()

    def _recipients(self, batch: list[Candidate]) -> set[str]:
        """The wallets that must not, or must, have received what comes to its end in the batch."""
        sent = {one.data.transfer: one.data.to for one in batch if isinstance(one.data, TransferSent)}
        found = set()
        for one in batch:
            if isinstance(one.data, TransferSettled | TransferReturned):
                way = self._wallets.ways.find(one.data.transfer)
                found.add(way.recipient if way else sent.get(one.data.transfer, one.data.wallet))
        return found


def _senders(batch: list[Candidate]) -> set[str]:
    return {one.data.sender for one in batch if isinstance(one.data, TransferReceived)}
