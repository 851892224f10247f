"""The view `top_items`: how often each item was bought, and what it brought in."""

from collections.abc import Iterable, MutableMapping
from typing import Final

from tui_ledger.domain.events import ItemPurchased, PurchaseRefunded, RecordedEvent
from tui_ledger.domain.wallet import ImpossibleEvent
from tui_ledger.query_side.view import Document
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
