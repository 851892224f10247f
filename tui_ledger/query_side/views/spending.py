"""The view `spending`: what was spent in a year, by category; the yearly pie."""

from collections.abc import Iterable, MutableMapping
from typing import Final

from tui_ledger.domain.events import ItemPurchased, PurchaseRefunded, RecordedEvent
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.query_side.view import Document
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
