"""What the tests of time travel have in common: histories, views of all kinds, and what is true of them."""

import random
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from typing import Final

import msgspec

from tests.integration.transferring import Bank
from tui_ledger.command_side.truth import replay
from tui_ledger.domain.events import RecordedEvent, TransferReceived, UserCreated, WalletClosed
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import EventStore, StoredEvent
from tui_ledger.query_side.keyframes.port import Bounds
from tui_ledger.query_side.view import Document, View
from tui_ledger.query_side.views import BUILT_IN
from tui_ledger.testing import VirtualClock

SMALL: Final = Bounds(spacing=4, most=6, few=2)
"""Keyframes so near to one another, and so few, that a short history has more than there may be."""

WALLETS: Final = ("ann", "bob", "cy", "dan")

_VERBS: Final = (
    *("deposit {0} 50",) * 3,
    *("buy {0} {2} 7 id={3} category={2}s",) * 3,
    *("send {0} {1} 11",) * 4,
    "withdraw {0} 3",
    "refund {0} {4} amount=2",
    "create {0}",
)


class Contacts:
    """Who has money that has passed through whose hands: a document for each open wallet, and none after.

    What a wallet's document becomes depends on another's, and so on the whole past of that one; and a
    document goes when its wallet closes.
    """

    name: Final = "contacts"
    version: Final = 1

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        match event.data:
            case UserCreated() | WalletClosed():
                return (event.data.wallet,)
            case TransferReceived():
                return event.data.wallet, event.data.sender
            case _:
                return ()

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        match event.data:
            case UserCreated(wallet=wallet):
                documents[wallet] = {"knows": [wallet], "since": event.position}
            case WalletClosed(wallet=wallet):
                del documents[wallet]
            case TransferReceived(wallet=wallet, sender=sender):
                both = {*documents[wallet]["knows"], *documents[sender]["knows"]}
                documents[wallet] = {**documents[wallet], "knows": sorted(both)}


VIEWS: Final[tuple[View, ...]] = (*BUILT_IN, Contacts())
"""Every kind of view: with a document for each event, with few that often change, with some that go."""


async def history(seed: int, commands: int = 60) -> MemoryEventStore:
    """A log of what some people did at random, with transfers that end later than they began."""
    dice = random.Random(seed)
    clock = VirtualClock()
    store = MemoryEventStore(clock)
    bank = Bank(store, clock)
    await bank.do(*(f"create {wallet}" for wallet in WALLETS[:3]))
    await bank.do(*(f"deposit {wallet} 100" for wallet in WALLETS[:3]))
    open_transfers: list[StoredEvent] = []
    bought: list[str] = ["nothing"]
    for number in range(commands):
        wallet, other = dice.sample(WALLETS, 2)
        item = dice.choice(("sword", "shield", "剣/盾"))
        line = dice.choice(_VERBS).format(wallet, other, item, f"b{number}", dice.choice(bought))
        [receipt] = await bank.do(line)
        if receipt.accepted and line.startswith("buy"):
            bought.append(f"b{number}")
        if receipt.accepted and line.startswith("send"):
            open_transfers += await bank.store.read(receipt.position - 1, limit=1)
        if open_transfers and dice.random() < 0.3:
            await bank.steps().complete(open_transfers.pop(dice.randrange(len(open_transfers))))
        if number == commands * 2 // 3:
            await _close("bob", bank, open_transfers)
    return store


async def _close(wallet: str, bank: Bank, open_transfers: list[StoredEvent]) -> None:
    while open_transfers:
        await bank.steps().complete(open_transfers.pop())
    balance = (await replay(wallet, bank.store))[-1].balance
    await bank.do(f"withdraw {wallet} {balance}", f"close {wallet}")


async def truth(view: View, store: EventStore) -> list[Mapping[str, Document]]:
    """All documents of `view` as of each position, by a plain fold."""
    documents: dict[str, Document] = {}
    moments = [dict(documents)]
    for event in map(decode, await store.read(limit=100_000)):
        keys = tuple(view.keys(event))
        if keys:
            touched = {key: documents.pop(key) for key in keys if key in documents}
            view.fold(event, touched)
            documents |= touched
        moments.append(dict(documents))
    decoded: list[Mapping[str, Document]] = msgspec.json.decode(msgspec.json.encode(moments))
    return decoded


def all_keys(moments: Sequence[Mapping[str, Document]]) -> list[str]:
    """Every key under which there ever was a document."""
    return sorted(set().union(*moments))
