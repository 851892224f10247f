"""Spending, items and books add up: over a long history, against sums that share no code with the views."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any, Final

import pytest

from tui_ledger.domain.commands import (
    CloseWallet,
    Command,
    CreateUser,
    DepositMoney,
    PurchaseItem,
    RefundPurchase,
    SendMoney,
    WithdrawMoney,
)
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.ledger import Ledger
from tui_ledger.query_side import projection
from tui_ledger.query_side.documents.memory import MemoryDocuments
from tui_ledger.query_side.documents.port import Lease
from tui_ledger.query_side.projection import Projection
from tui_ledger.query_side.view import Document, View
from tui_ledger.query_side.views import BUILT_IN

DECIMALS: Final = {"USD": 2, "JPY": 0, "BHD": 3}
WALLETS: Final = {"ann": "USD", "bob": "USD", "cyd": "USD", "ken": "JPY", "dina": "BHD"}
WARES: Final = ("sword", "sword/large", "100%", "剣", "caf\u00e9", "cafe\u0301", "\x1b[31mred", "x" * 200)
CATEGORIES: Final = ("", "arms", "other", "a/b")
MERCHANTS: Final = ("", "smithy", "world", "wallet/ann")


class History:
    """Commands of several wallets over four years, many of which are refused."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self._ledger = ledger
        self._random = Random(seed)
        self._purchases: list[tuple[str, str]] = []

    async def play(self, count: int) -> None:
        for wallet, currency in WALLETS.items():
            await self._ledger.execute(CreateUser(wallet=wallet, currency=currency))
            await self._ledger.execute(DepositMoney(wallet=wallet, amount="100000"))
        for _ in range(count):
            command = self._next()
            receipt = await self._ledger.execute(command)
            if receipt.accepted and isinstance(command, PurchaseItem):
                self._purchases.append((command.wallet, str(receipt.position)))
        await self._ledger.settle()

    def _next(self) -> Command:
        draw = self._random
        wallet = draw.choice(list(WALLETS))
        at = f"{draw.randint(2021, 2024)}-{draw.choice(('01-01', '06-15', '12-31'))}T23:59:59.999999Z"
        match draw.randrange(12):
            case 0:
                return DepositMoney(wallet=wallet, amount=self._amount(wallet, 90_000), at=at)
            case 1:
                return WithdrawMoney(wallet=wallet, amount=self._amount(wallet, 50_000), at=at)
            case 2 | 3 if self._purchases:
                wallet, purchase = draw.choice(self._purchases)
                part = None if draw.random() < 0.4 else self._amount(wallet, 2_000)
                return RefundPurchase(wallet=wallet, purchase=purchase, amount=part, at=at)
            case 4 | 5:
                to = draw.choice([*WALLETS, "nobody"])
                return SendMoney(wallet=wallet, to=to, amount=self._amount(wallet, 5_000), at=at)
            case 6:
                return CloseWallet(wallet=wallet, at=at)
            case _:
                return PurchaseItem(
                    wallet=wallet,
                    item=draw.choice(WARES),
                    price=self._amount(wallet, 3_000),
                    category=draw.choice(CATEGORIES),
                    merchant=draw.choice(MERCHANTS),
                    at=at,
                )

    def _amount(self, wallet: str, most: int) -> str:
        return text(self._random.randint(1, most), WALLETS[wallet])


class Sums:
    """The same totals from the JSON of the log, in plain integers."""

    def __init__(self, events: list[StoredEvent]) -> None:
        self.spent: Counter[tuple[str, str]] = Counter()
        self.sold: Counter[tuple[str, str]] = Counter()
        self.revenue: Counter[tuple[str, str]] = Counter()
        self.debits: Counter[str] = Counter()
        self.credits: Counter[str] = Counter()
        for event in events:
            data = json.loads(event.data)
            if "amount" in data:
                self._book(event.type, data)
            if event.type in ("ItemPurchased", "PurchaseRefunded"):
                self._sell(event, data)

    def _book(self, kind: str, data: Mapping[str, Any]) -> None:
        wallet, merchant = f"wallet/{data['wallet']}", f"merchant/{escaped(data.get('merchant', ''))}"
        giver, receiver = {
            "MoneyDeposited": ("world", wallet),
            "MoneyWithdrawn": (wallet, "world"),
            "ItemPurchased": (wallet, merchant),
            "PurchaseRefunded": (merchant, wallet),
            "TransferSent": (wallet, "in-flight"),
            "TransferReceived": ("in-flight", wallet),
            "TransferReturned": ("in-flight", wallet),
        }[kind]
        self.credits[f"{data['currency']}/{giver}"] += data["amount"]
        self.debits[f"{data['currency']}/{receiver}"] += data["amount"]

    def _sell(self, event: StoredEvent, data: Mapping[str, Any]) -> None:
        bought = event.type == "ItemPurchased"
        amount = data["amount"] if bought else -data["amount"]
        year = (event.occurred_at if bought else data["purchased_at"]).split("-")[0]
        item = (data["currency"], data["item"])
        self.sold[item] += bought
        self.revenue[item] += amount
        for key in (f"{year}/{data['currency']}", f"{year}/{data['currency']}/{data['wallet']}"):
            self.spent[key, data["category"]] += amount

    def spending(self) -> dict[str, Document]:
        documents: defaultdict[str, Document] = defaultdict(dict)
        for (key, category), amount in self.spent.items():
            documents[key][category] = amount
        return {
            key: {
                "total": text(sum(categories.values()), currency_of(key)),
                "categories": {name: text(amount, currency_of(key)) for name, amount in categories.items()},
            }
            for key, categories in documents.items()
        }

    def top_items(self) -> dict[str, Document]:
        return {
            f"{currency}/{escaped(item)}": {
                "item": item,
                "count": self.sold[currency, item],
                "revenue": text(amount, currency),
            }
            for (currency, item), amount in self.revenue.items()
        }

    def books(self) -> dict[str, Document]:
        return {
            key: {
                "debits": text(self.debits[key], key[:3]),
                "credits": text(self.credits[key], key[:3]),
                "balance": text(self.debits[key] - self.credits[key], key[:3]),
            }
            for key in self.debits.keys() | self.credits.keys()
        }


def text(minor: int, currency: str) -> str:
    return f"{Decimal(minor).scaleb(-DECIMALS[currency]):.{DECIMALS[currency]}f}"


def escaped(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F").replace("\x1b", "%1B")


def currency_of(key: str) -> str:
    return key.split("/")[1]


async def documents(ledger: Ledger, view: str) -> dict[str, Document | None]:
    return {answer.key: answer.document for answer in await ledger.documents(view)}


async def history(ledger: Ledger, seed: int, count: int) -> list[StoredEvent]:
    await History(ledger, seed).play(count)
    return [event async for event in ledger.events(follow=False)]


@pytest.mark.parametrize("seed", range(4))
async def test_every_document_is_what_the_log_adds_up_to(seed: int) -> None:
    async with Ledger.in_memory() as ledger:
        events = await history(ledger, seed, 800)
        kinds = {event.type for event in events}
        assert kinds >= {"PurchaseRefunded", "TransferSettled", "TransferReturned"}, "there is enough to add"
        sums = Sums(events)
        assert await documents(ledger, "spending") == sums.spending()
        assert await documents(ledger, "top_items") == sums.top_items()
        assert await documents(ledger, "books") == sums.books()
        assert (await ledger.verify()).ok


@pytest.mark.parametrize("view", BUILT_IN, ids=lambda view: view.name)
async def test_a_view_is_the_same_in_batches_of_any_size(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Ledger.in_memory(run_views=False) as ledger:
        events = await history(ledger, 5, 300)
    at_once = await projected(view, events, [len(events)])
    monkeypatch.setattr(projection, "CACHE", 3)  # so that most documents come out of their JSON again
    draw = Random(7)
    for sizes in ([1] * len(events), [draw.randint(1, 40) for _ in events]):
        assert await projected(view, events, sizes) == at_once
    assert at_once


async def projected(view: View, events: list[StoredEvent], sizes: list[int]) -> dict[str, Document]:
    """The documents, when so many events at a time are projected."""
    kept, lease = MemoryDocuments(), Lease("a test", "", 0, 0.0)
    await kept.claim(lease, None)
    worker = Projection(view, kept, lease.holder)
    await worker.begin(MemoryEventStore())
    rest = events
    for size in sizes:
        if rest:
            await worker.apply(rest[:size])
            rest = rest[size:]
    assert worker.state.checkpoint == len(events)
    return dict((await kept.scan())[1])
