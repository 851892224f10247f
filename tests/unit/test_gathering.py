"""What a view gathers from many events is what comes of folding them one by one; if in doubt it refuses."""

from random import Random
from typing import Final, TypeVar

import msgspec
import pytest

from tests.unit.folding import folded, recorded
from tui_ledger.domain.events import (
    Event,
    ItemPurchased,
    MoneyDeposited,
    MoneyWithdrawn,
    PurchaseRefunded,
    RecordedEvent,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
    UserCreated,
    WalletClosed,
)
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.query_side.view import Document, Gatherer
from tui_ledger.query_side.views import BUILT_IN

GATHERERS: Final = [view for view in BUILT_IN if isinstance(view, Gatherer)]
T = TypeVar("T")

TIMES: Final = ("2024-12-31T23:59:59.999999Z", "2025-01-01T00:00:00.000000Z")
WALLETS: Final = ("ann", "bob", "a/b")


class Histories:
    """Histories of few wallets; nearly all of what happens in them can have happened."""

    def __init__(self, seed: int, mistakes: float) -> None:
        self._random = Random(seed)
        self._mistakes = mistakes
        self._bought: list[ItemPurchased] = []
        self._under_way: list[TransferSent] = []

    def history(self, length: int) -> list[RecordedEvent]:
        created: list[Event] = [UserCreated(wallet, "", "USD") for wallet in WALLETS]
        events = [*created, *(self._next() for _ in range(length))]
        return [recorded(event, n, _moment(event)) for n, event in enumerate(events, start=1)]

    def _next(self) -> Event:
        wallet, amount = self._pick(*WALLETS), self._random.randint(1, 10_000)
        currency = "USD"
        if self._random.random() < self._mistakes:
            mistakes: list[Event] = [
                UserCreated(wallet, "", "USD"),
                WalletClosed(wallet, ""),
                MoneyDeposited("nobody", 1, "USD", ""),
                MoneyDeposited(wallet, 1, "EUR", ""),
                ItemPurchased(wallet, "tea", 0, "USD", "", ""),
                ItemPurchased(wallet, "tea", 1, "XXX", "", ""),
                PurchaseRefunded(wallet, 10**9, "USD", "", "tea", "food", "", self._pick(*TIMES)),
                PurchaseRefunded(wallet, 1, "USD", "", "tea", "food", "", "long ago"),
                TransferReturned(wallet, "t", 10**9, "USD", ""),
                TransferReceived(wallet, "t", "nobody", 1, "USD", ""),
            ]
            return self._random.choice(mistakes)
        kind = self._random.randrange(8)
        if kind == 0 and self._bought:
            bought = self._bought.pop()
            rest = (bought.item, bought.category, "", _moment(bought))
            return PurchaseRefunded(bought.wallet, bought.amount, currency, "", *rest)
        if kind == 1 and self._under_way:
            sent = self._under_way.pop()
            if sent.note:
                return TransferReturned(sent.wallet, "t", sent.amount, currency, "closed")
            return TransferReceived(sent.to, "t", sent.wallet, sent.amount, currency, "")
        if kind == 2:
            self._under_way.append(
                TransferSent(wallet, "t", self._pick(*WALLETS), amount, currency, self._pick("", "x"))
            )
            return self._under_way[-1]
        if kind == 3:
            quiet: list[Event] = [
                TransferSettled(wallet, "t"),
                MoneyWithdrawn(wallet, amount, currency, ""),
            ]
            return self._random.choice(quiet)
        if kind == 4:
            return MoneyDeposited(wallet, amount, currency, "")
        item, category = self._pick("tea", "剣", "a/b"), self._pick("food", "", "arms", "pets", "toys")
        self._bought.append(ItemPurchased(wallet, item, amount, currency, category, ""))
        return self._bought[-1]

    def _pick(self, *choice: T) -> T:
        return self._random.choice(choice)


@pytest.mark.parametrize("view", GATHERERS, ids=lambda view: view.name)
@pytest.mark.parametrize("mistakes", [0, 0.005, 0.1])
def test_gathered_in_any_batches_is_folded_one_by_one(view: Gatherer, mistakes: float) -> None:
    gathered_all = refused = 0
    for seed in range(30):
        random = Random(seed)
        events = Histories(seed, mistakes).history(60)
        documents: dict[str, Document] = {}
        start = 0
        while start < len(events):
            end = start + random.randint(1, 30)
            try:
                after = _gathered(view, events[start:end], documents)
            except Exception:
                refused += 1
                break
            # Who has gathered has folded them one by one: an impossible event would raise here.
            one_by_one = folded(view, events[:end])
            assert after == one_by_one
            assert _text(after) == _text(one_by_one)
            documents, start = after, end
        else:
            gathered_all += 1
    assert (refused > 0) == (mistakes > 0)
    assert gathered_all > 0 or mistakes == 0.1


REFUND: Final = PurchaseRefunded("ann", 5, "USD", "", "tea", "food", "shop", TIMES[0])
PURCHASE: Final = ItemPurchased("ann", "tea", 5, "USD", "food", "shop")
SENT: Final = TransferSent("ann", "t", "bob", 5, "USD", "")
RETURNED: Final = TransferReturned("ann", "t", 5, "USD", "")
RECEIVED: Final = TransferReceived("bob", "t", "ann", 5, "USD", "")


@pytest.mark.parametrize(
    ("name", "events"),
    [
        ("spending", [REFUND, PURCHASE]),
        ("top_items", [REFUND, PURCHASE]),
        ("books", [REFUND, PURCHASE]),
        ("books", [RETURNED, SENT]),
        ("balances", [RETURNED, SENT]),
        ("balances", [RECEIVED, SENT]),
        ("balances", [SENT, WalletClosed("ann", ""), RECEIVED]),
        ("balances", [WalletClosed("ann", ""), PURCHASE]),
        ("balances", [MoneyDeposited("ann", 5, "EUR", "")]),
        ("balances", [UserCreated("ann", "", "USD")]),
    ],
)
def test_what_only_comes_right_in_the_end_is_refused(name: str, events: list[Event]) -> None:
    [view] = (view for view in GATHERERS if view.name == name)
    created = [recorded(UserCreated(wallet, "", "USD"), n) for n, wallet in enumerate(("ann", "bob"), 1)]
    happened = [recorded(event, n, TIMES[0]) for n, event in enumerate(events, start=3)]
    with pytest.raises(ImpossibleEvent):
        folded(view, created + happened)
    with pytest.raises(ImpossibleEvent):
        _gathered(view, happened, folded(view, created))
    with pytest.raises(ImpossibleEvent):
        _gathered(view, created + happened, {})


@pytest.mark.parametrize("view", GATHERERS, ids=lambda view: view.name)
def test_a_damaged_document_is_refused(view: Gatherer) -> None:
    events = Histories(1, 0).history(60)
    damaged = {
        key: {name: "1.0" if isinstance(value, str) else value for name, value in document.items()}
        for key, document in folded(view, events).items()
    }
    with pytest.raises(Exception, match=r"1\.0|currency"):
        _gathered(view, [recorded(event.data, event.position) for event in events[3:]], damaged)


def test_every_view_of_sums_gathers() -> None:
    assert {view.name for view in GATHERERS} == {"balances", "books", "spending", "top_items"}


def _gathered(
    view: Gatherer, events: list[RecordedEvent], before: dict[str, Document]
) -> dict[str, Document]:
    gathering = view.gather()
    half = len(events) // 2
    gathering.add(events[:half])
    gathering.add(events[half:])
    keys = list(gathering.keys())
    assert len(set(keys)) == len(keys)
    return before | {key: gathering.fold(key, before.get(key)) for key in keys}


def _text(documents: dict[str, Document]) -> dict[str, bytes]:
    return {key: msgspec.json.encode(document) for key, document in documents.items()}


def _moment(event: Event) -> str:
    return TIMES[isinstance(event, ItemPurchased) and event.category == "food"]
