"""Logs to measure on, made through the store alone: as the command side would make them, only sooner."""

import asyncio
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from tui_ledger.clock import Clock, SystemClock, timestamp
from tui_ledger.command_side.histories import stream_of
from tui_ledger.domain.commands import Command, CreateUser, DepositMoney, PurchaseItem
from tui_ledger.domain.events import Event, ItemPurchased, MoneyDeposited, UserCreated
from tui_ledger.event_store.codec import encode
from tui_ledger.event_store.port import Append, EventStore, NewEvent
from tui_ledger.ids import Uuid7Source

_TOGETHER: Final = 1000  # appends that wait at once: the store makes batches of them


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

    def _append(self, command: Command, event: Event) -> Append:
        stream = stream_of(command.wallet)
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


async def fill(store: EventStore, appends: Iterator[Append]) -> None:
    """Append all of `appends`, many at once, in their order."""
    while some := list(islice(appends, _TOGETHER)):
        await asyncio.gather(*map(store.append, some))
