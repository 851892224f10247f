"""The view `spending`: what was spent in a year, by category; the yearly pie."""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Final

from tui_ledger.domain.events import ItemPurchased, PurchaseRefunded, RecordedEvent
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.event_store.port import Fact
from tui_ledger.query_side.view import Document, Gathering
from tui_ledger.query_side.views.amounts import check_positive, to_minor, to_text
from tui_ledger.query_side.views.segments import segment


class Spending:
    """A document for each year and currency, `2024/USD`, and in it for each wallet, `2024/USD/moyin`.

    The year is that of the purchase, in UTC. What is refunded counts in that year too, whenever it was paid
    back: the pie of a year shows what stayed spent. A category stays at zero once all of it came back. What
    was bought without a category is under the empty name, since any word could be somebody's category.
    """

    name: Final = "spending"
    version: Final = 1

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        match event.data:
            case ItemPurchased():
                year = _year(event.occurred_at)
            case PurchaseRefunded():
                year = _year(event.data.purchased_at)
            case _:
                return ()
        everybody = f"{year}/{segment(event.data.currency)}"
        return everybody, f"{everybody}/{segment(event.data.wallet)}"

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        data = event.data
        match data:
            case ItemPurchased():
                spent = check_positive(data.amount)
            case PurchaseRefunded():
                spent = -check_positive(data.amount)
            case _:
                return
        for key in self.keys(event):
            documents[key] = _spent(key, documents.get(key), data.category, spent, data.currency)

    def gather(self) -> Gathering:
        return SpendingSums()


class SpendingSums:
    """See `Gathering`: what was spent by year, currency, wallet and category."""

    def __init__(self) -> None:
        self._wallets: dict[_Place, dict[str, int]] = {}
        self._all: dict[tuple[str, str], dict[str, int]] = {}  # every category, as they come, at zero
        self._lowest: dict[_Place, dict[str, int]] = {}  # where something was paid back
        self._by_key: dict[str, tuple[str, dict[str, int], dict[str, int]]] = {}

    def __len__(self) -> int:
        return len(self._wallets)

    def add(self, facts: Iterable[Fact]) -> None:
        wallets = self._wallets
        for fact in facts:
            data = fact.data
            if isinstance(data, ItemPurchased):
                place = (fact.occurred_at[:5], data.currency, data.wallet)
                amount = data.amount
            elif isinstance(data, PurchaseRefunded):
                place = (data.purchased_at[:5], data.currency, data.wallet)
                amount = -data.amount
            else:
                continue
            if data.amount <= 0:
                check_positive(data.amount)
            categories = wallets.get(place)
            if categories is None:
                categories = wallets[place] = {}
            category = data.category
            before = categories.get(category)
            if before is None:
                self._all.setdefault(place[:2], {})[category] = before = 0
            spent = categories[category] = before + amount
            if amount < 0:
                lowest = self._lowest.setdefault(place, {})
                lowest[category] = min(lowest.get(category, 0), spent)

    def keys(self) -> Iterator[str]:
        for place, categories in self._wallets.items():
            moment, currency, wallet = place
            lowest = self._lowest.get(place, {})
            everybody = f"{_year(moment)}/{segment(currency)}"
            if everybody not in self._by_key:
                self._by_key[everybody] = (currency, dict(self._all[moment, currency]), {})
                yield everybody
            _, sums, depths = self._by_key[everybody]
            _add(sums, categories)
            _add(depths, lowest)
            own = f"{everybody}/{segment(wallet)}"
            self._by_key[own] = (currency, categories, lowest)
            yield own

    def fold(self, key: str, document: Document | None) -> Document:
        currency, sums, lowest = self._by_key[key]
        total = sum(sums.values())
        categories = {}
        if document is not None:
            total += to_minor(document["total"], currency)
            categories = dict(document["categories"])
        for category, spent in sums.items():
            before = to_minor(categories[category], currency) if category in categories else 0
            if before + lowest.get(category, 0) < 0:
                raise ImpossibleEvent(f"more of a category may be paid back in {key} than was spent on it")
            categories[category] = to_text(before + spent, currency)
        return {"total": to_text(total, currency), "categories": categories}


_Place = tuple[str, str, str]
"""How a time begins, `2024-`; a currency; a wallet."""


def _add(sums: dict[str, int], more: Mapping[str, int]) -> None:
    for category, spent in more.items():
        sums[category] = sums.get(category, 0) + spent


def _spent(key: str, before: Document | None, category: str, spent: int, currency: str) -> Document:
    total = of_category = spent
    categories = {}
    if before is not None:
        total += to_minor(before["total"], currency)
        categories = before["categories"]
        if category in categories:
            of_category += to_minor(categories[category], currency)
    if of_category < 0:
        raise ImpossibleEvent(f"more of a category is paid back in {key} than was spent on it")
    return {
        "total": to_text(total, currency),
        "categories": {**categories, category: to_text(of_category, currency)},
    }


def _year(moment: str) -> str:
    year = moment[:4]
    if not (year.isascii() and year.isdecimal() and moment[4:5] == "-"):
        raise ImpossibleEvent(f"{moment!r} is no time at which something was bought")
    return year
