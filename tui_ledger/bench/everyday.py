"""A log of what people do in ten years: of every kind of document there are many, and all of them change."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from tui_ledger.bench.history import Appends, deposit
from tui_ledger.clock import SystemClock
from tui_ledger.domain.commands import PurchaseItem, SendMoney
from tui_ledger.domain.events import ItemPurchased, TransferReceived, TransferSent, TransferSettled
from tui_ledger.event_store.port import Append

_BEGINNING: Final = datetime(2016, 1, 1, tzinfo=UTC)
_DECADE: Final = timedelta(days=3652)
_ITEMS: Final = 200
_CATEGORIES: Final = 10
_MERCHANTS: Final = 50

# The parts of what is done after everybody has begun; all else are purchases.
_TRANSFERS: Final = 0.1
_DEPOSITS: Final = 0.2


def everyday(wallets: Sequence[str], events: int, seed: int = 1) -> Iterator[Append]:
    """About `events` appends of an event each: all are paid, and then buy, are paid, and send, at random."""
    chance = random.Random(seed)  # noqa: S311 - to be repeatable, not secret
    calendar = _Calendar()
    appends = _Everyday(calendar)
    for name in wallets:
        yield appends.create(name)
        yield appends.deposit(name, 100_000_000)
    done = 2 * len(wallets)
    while done < events:
        calendar.turn_to(done / events)
        kind, wallet = chance.random(), chance.choice(wallets)
        some: tuple[Append, ...]
        if kind < _TRANSFERS:
            some = appends.send(wallet, chance.choice(wallets))
        elif kind < _TRANSFERS + _DEPOSITS:
            some = (appends.deposit(wallet),)
        else:
            some = (appends.choose(wallet, chance.randrange(_ITEMS)),)
        yield from some
        done += len(some)


class _Everyday(Appends):
    def choose(self, wallet: str, number: int) -> Append:
        """The append of a purchase, for a dollar, of the item of that number."""
        command = PurchaseItem(
            wallet=wallet,
            item=f"item {number}",
            price="1.00",
            category=f"category {number % _CATEGORIES}",
            merchant=f"shop {number % _MERCHANTS}",
        )
        event = ItemPurchased(wallet, command.item, 100, "USD", command.category, command.merchant)
        return self._append(command, event)

    def send(self, wallet: str, to: str) -> tuple[Append, ...]:
        """The appends of a dollar that is sent, received and settled."""
        sent = TransferSent(wallet, self._new_id(), to, 100, "USD", "lunch")
        received = TransferReceived(to, sent.transfer, wallet, 100, "USD", "lunch")
        return (
            self._append(SendMoney(wallet=wallet, to=to, amount="1.00", note="lunch"), sent),
            self._of_nobody(received),
            self._of_nobody(TransferSettled(wallet, sent.transfer)),
        )

    def _of_nobody(self, event: TransferReceived | TransferSettled) -> Append:
        append = self._append(deposit(event.wallet), event)
        return msgspec.structs.replace(append, command_id=None, content=None, correlation_id=None)


class _Calendar(SystemClock):
    """Stands at a day of ten years until it is turned."""

    def __init__(self) -> None:
        self._now = _BEGINNING

    def now(self) -> datetime:
        return self._now

    def turn_to(self, part: float) -> None:
        """Go to where `part` of the ten years is over."""
        self._now = _BEGINNING + _DECADE * part
