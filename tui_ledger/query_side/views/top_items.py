"""The view `top_items`: how often each item was bought, and what it brought in."""

from collections.abc import Iterable, Iterator, MutableMapping
from typing import Final

from tui_ledger.domain.events import ItemPurchased, PurchaseRefunded, RecordedEvent
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.event_store.port import Fact
from tui_ledger.query_side.view import Document, Gathering
from tui_ledger.query_side.views.amounts import check_positive, to_minor, to_text
from tui_ledger.query_side.views.segments import segment


class TopItems:
    """A document for each currency and item: `USD/sword`.

    `count` is how often the item was bought, and `revenue` what is left of that after refunds. A refund does
    not lower the count: it says how much was paid back, and not whether that was the whole price, a discount
    or one of three instalments. An item that came back every time stays, with its count and no revenue,
    which is what a shop wants to know of it.
    """

    name: Final = "top_items"
    version: Final = 1

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        match event.data:
            case ItemPurchased() | PurchaseRefunded():
                return (f"{segment(event.data.currency)}/{segment(event.data.item)}",)
            case _:
                return ()

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        data = event.data
        match data:
            case ItemPurchased():
                sold, revenue = 1, check_positive(data.amount)
            case PurchaseRefunded():
                sold, revenue = 0, -check_positive(data.amount)
            case _:
                return
        [key] = self.keys(event)
        before = documents.get(key)
        if before is not None:
            sold += before["count"]
            revenue += to_minor(before["revenue"], data.currency)
        if revenue < 0:
            raise ImpossibleEvent(f"more is paid back for {key} than was ever paid for it")
        documents[key] = {"item": data.item, "count": sold, "revenue": to_text(revenue, data.currency)}

    def gather(self) -> Gathering:
        return ItemSums()


class ItemSums:
    """See `Gathering`: what was sold and what was paid for it, by currency and item."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], list[int]] = {}  # sold, revenue, and the lowest that it was
        self._by_key: dict[str, tuple[str, str, list[int]]] = {}

    def __len__(self) -> int:
        return len(self._items)

    def add(self, facts: Iterable[Fact]) -> None:
        items = self._items
        for fact in facts:
            data = fact.data
            if not isinstance(data, ItemPurchased | PurchaseRefunded):
                continue
            amount = check_positive(data.amount)
            sums = items.get((data.currency, data.item))
            if sums is None:
                sums = items[data.currency, data.item] = [0, 0, 0]
            if isinstance(data, ItemPurchased):
                sums[0] += 1
                sums[1] += amount
            else:
                sums[1] -= amount
                sums[2] = min(sums[2], sums[1])

    def keys(self) -> Iterator[str]:
        for (currency, item), sums in self._items.items():
            key = f"{segment(currency)}/{segment(item)}"
            self._by_key[key] = (currency, item, sums)
            yield key

    def fold(self, key: str, document: Document | None) -> Document:
        currency, item, (sold, revenue, lowest) = self._by_key[key]
        if document is not None:
            before = to_minor(document["revenue"], currency)
            sold, revenue, lowest = sold + document["count"], revenue + before, lowest + before
        if lowest < 0:
            raise ImpossibleEvent(f"more may be paid back for {key} than was ever paid for it")
        return {"item": item, "count": sold, "revenue": to_text(revenue, currency)}
