"""Logs to measure on, made through the store alone: as the command side would make them, only sooner."""

import asyncio
import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from tui_ledger.clock import Clock, SystemClock, timestamp
from tui_ledger.command_side.histories import stream_of
from tui_ledger.domain.commands import Command, CreateUser, DepositMoney, PurchaseItem, SendMoney
from tui_ledger.domain.events import (
    Event,
    ItemPurchased,
    MoneyDeposited,
    TransferReceived,
    TransferSent,
    TransferSettled,
    UserCreated,
)
from tui_ledger.event_store.codec import encode
from tui_ledger.event_store.port import Append, EventStore, NewEvent
from tui_ledger.ids import Uuid7Source

_TOGETHER: Final = 1000  # appends that wait at once: the store makes batches of them

_BEGINNING: Final = datetime(2016, 1, 1, tzinfo=UTC)
_DECADE: Final = timedelta(days=3652)
_ITEMS: Final = 200
_CATEGORIES: Final = 10
_MERCHANTS: Final = 50


class Appends:
    """Makes appends of one event each, in their order: with ids, and with the version they find."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._new_id = Uuid7Source(self._clock)
        self._last: dict[str, tuple[int, str | None]] = {}

    def create(self, wallet: str) -> Append:
        """The append that opens `wallet`."""
        return self._append(open_wallet(wallet), UserCreated(wallet, "", "USD"))

    def deposit(self, wallet: str, amount: int = 1000) -> Append:
        """The append of a deposit of `amount` cents."""
        command = deposit(wallet, amount)
        return self._append(command, MoneyDeposited(wallet, amount, "USD", command.source))

    def purchase(self, wallet: str) -> Append:
        """The append of a purchase for a dollar."""
        command = purchase(wallet)
        event = ItemPurchased(wallet, command.item, 100, "USD", command.category, command.merchant)
        return self._append(command, event)

    def choose(self, wallet: str, item: int) -> Append:
        """The append of a purchase of the item of that number, for a dollar."""
        command = PurchaseItem(
            wallet=wallet,
            item=f"item-{item:03}",
            price="1.00",
            category=f"category-{item % _CATEGORIES}",
            merchant=f"merchant-{item % _MERCHANTS:02}",
        )
        event = ItemPurchased(wallet, command.item, 100, "USD", command.category, command.merchant)
        return self._append(command, event)

    def send(self, wallet: str, to: str) -> tuple[Append, Append, Append]:
        """The appends of a dollar that is sent, received and settled."""
        sent = TransferSent(wallet, self._new_id(), to, 100, "USD", "lunch")
        return (
            self._append(SendMoney(wallet=wallet, to=to, amount="1.00", note="lunch"), sent),
            self._append(None, TransferReceived(to, sent.transfer, wallet, 100, "USD", "lunch")),
            self._append(None, TransferSettled(wallet, sent.transfer)),
        )

    def _append(self, command: Command | None, event: Event) -> Append:
        stream = stream_of(event.wallet)
        version, after = self._last.get(stream, (0, None))
        command_id, event_id = self._new_id(), self._new_id()
        occurred_at = timestamp(self._clock.now())
        new = NewEvent(event_id, type(event).__name__, event.schema, encode(event), occurred_at)
        self._last[stream] = (version + 1, event_id)
        return Append(
            stream=stream,
            expected=version,
            after=after,
            events=(new,),
            command_id=command_id if command else None,
            content=command.content() if command else None,
            correlation_id=command_id if command else None,
        )


def wallet_names(count: int) -> list[str]:
    """The names of `count` wallets."""
    return [f"caller-{number:04}" for number in range(count)]


def open_wallet(wallet: str) -> CreateUser:
    """The command that every wallet begins with."""
    return CreateUser(wallet=wallet)


def deposit(wallet: str, amount: int = 1000) -> DepositMoney:
    """The command that most benchmarks send; `amount` is in cents."""
    return DepositMoney(wallet=wallet, amount=f"{amount // 100}.{amount % 100:02}", source="Nakamura Trading")


def purchase(wallet: str) -> PurchaseItem:
    """A purchase for a dollar."""
    return PurchaseItem(wallet=wallet, item="coffee", price="1.00", category="drinks", merchant="Kissa")


def interleaved(wallets: Iterable[str], events: int) -> Iterator[Append]:
    """At least `events` appends: each wallet opens, and then all are paid in turn."""
    appends = Appends()
    names = list(wallets)
    for name in names:
        yield appends.create(name)
    for number in range(events - len(names)):
        yield appends.deposit(names[number % len(names)])


def one_busy_wallet(wallet: str, events: int) -> Iterator[Append]:
    """A wallet that opens, is paid once, and then buys: its state knows every purchase."""
    appends = Appends()
    yield appends.create(wallet)
    yield appends.deposit(wallet, 100_000_000)
    for _ in range(events - 2):
        yield appends.purchase(wallet)


def everyday(wallets: Sequence[str], events: int, seed: int = 1) -> Iterator[Append]:
    """About `events` appends over ten years: everyone is paid, buys, and sends to others, at random."""
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    clock = _Calendar()
    appends = Appends(clock)
    for name in wallets:
        yield appends.create(name)
        yield appends.deposit(name, 100_000_000)
    done = 2 * len(wallets)
    while done < events:
        clock.turn_to(done / events)
        wallet, other = chance.sample(wallets, 2)
        kind = chance.random()
        some: tuple[Append, ...]
        if kind < 0.1:
            some = appends.send(wallet, other)
        elif kind < 0.3:
            some = (appends.deposit(wallet),)
        else:
            some = (appends.choose(wallet, chance.randrange(_ITEMS)),)
        yield from some
        done += len(some)


class _Calendar(SystemClock):
    """Stands at a day of ten years until it is turned."""

    def __init__(self) -> None:
        self._now = _BEGINNING

    def now(self) -> datetime:
        return self._now

    def turn_to(self, part: float) -> None:
        self._now = _BEGINNING + _DECADE * part


async def fill(store: EventStore, appends: Iterator[Append]) -> None:
    """Append all of `appends`, many at once, in their order."""
    while some := list(islice(appends, _TOGETHER)):
        await asyncio.gather(*map(store.append, some))
