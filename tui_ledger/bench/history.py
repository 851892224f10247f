"""Logs to measure on, made through the store alone: as the command side would make them, only sooner."""

import asyncio
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from tui_ledger.clock import Clock, SystemClock, timestamp
from tui_ledger.command_side.streams import stream_of
from tui_ledger.domain.commands import Command, CreateUser, DepositMoney, PurchaseItem
from tui_ledger.domain.events import Event, ItemPurchased, MoneyDeposited, UserCreated
from tui_ledger.event_store.codec import encode
from tui_ledger.event_store.port import Append, EventStore, NewEvent
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ids import Uuid7Source
from tui_ledger.ledger import create_ledger
from tui_ledger.ledger_folder import LedgerFolder

_TOGETHER: Final = 1000  # appends that wait at once: the store makes batches of them

_PAID: Final = 0.34  # the part of what happens in a decade that is no purchase
_CATEGORIES: Final = ("", "books", "drinks", "food", "games", "rent", "tools", "travel")


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

    def buy(self, command: PurchaseItem, cents: int, occurred_at: str) -> Append:
        """The append of a purchase for so many cents, at that time."""
        names = (command.category, command.merchant)
        event = ItemPurchased(command.wallet, command.item, cents, "USD", *names)
        return self._append(command, event, occurred_at)

    def _append(self, command: Command, event: Event, occurred_at: str | None = None) -> Append:
        stream = stream_of(command.wallet)
        version, after = self._last.get(stream, (0, None))
        command_id, event_id = self._new_id(), self._new_id()
        moment = occurred_at or timestamp(self._clock.now())
        new = NewEvent(event_id, type(event).__name__, event.schema, encode(event), moment)
        self._last[stream] = (version + 1, event_id)
        return Append(
            stream=stream,
            expected=version,
            after=after,
            events=(new,),
            command_id=command_id,
            content=command.content(),
            correlation_id=command_id,
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


def decade(wallets: Iterable[str], events: int, seed: int = 1) -> Iterator[Append]:
    """At least `events` appends: wallets open, are paid, and buy for ten years, two times in three."""
    appends, random = Appends(), Random(seed)  # noqa: S311 - to be repeatable, not secret
    names = list(wallets)
    for name in names:
        yield appends.create(name)
    for name in names:
        yield appends.deposit(name, 10_000_000)
    rest = max(events - 2 * len(names), 0)
    for number in range(rest):
        name = random.choice(names)
        if random.random() < _PAID:
            yield appends.deposit(name, random.randint(100, 100_000))
        else:
            cents = random.randint(100, 10_000)
            command = PurchaseItem(
                wallet=name,
                item=f"item {random.randint(1, 200)}",
                price=f"{cents // 100}.{cents % 100:02}",
                category=random.choice(_CATEGORIES),
                merchant=f"shop {random.randint(1, 50)}",
            )
            moment = f"{2016 + number * 10 // rest}-{number % 12 + 1:02}-15T12:00:00.000000Z"
            yield appends.buy(command, cents, moment)


async def decade_at(path: Path, wallets: int, events: int) -> int:
    """Make a ledger at `path` with a `decade` in it; returns how many events that are."""
    create_ledger(path)
    async with open_store(LedgerFolder(path).log) as store:
        await fill(store, decade(wallet_names(max(min(wallets, events // 4), 1)), events))
        return (await store.head()).position


async def fill(store: EventStore, appends: Iterator[Append]) -> None:
    """Append all of `appends`, many at once, in their order."""
    while some := list(islice(appends, _TOGETHER)):
        await asyncio.gather(*map(store.append, some))
