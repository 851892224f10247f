"""The view `returns`: how much of what was paid for an item came back. It has a bug, to learn from."""

from collections.abc import Iterable, MutableMapping
from typing import Final

from tui_ledger.domain.events import ItemPurchased, PurchaseRefunded, RecordedEvent
from tui_ledger.query_side.view import Document, View
from tui_ledger.query_side.views.amounts import check_positive, to_minor, to_text
from tui_ledger.query_side.views.segments import segment


class Returns:
    """A document for each currency and item: `USD/sword`.

    `kept` is what the shop could keep, `returned` what it paid back, and `returned_per_kept` how many cents
    came back for each 100 that were kept.

    The bug: once all that was ever paid for an item has come back, the last one divides by zero, and the
    event makes the view fail. `repaired`, the view says null there.
    """

    name: Final = "returns"
    version: Final = 1
    bug: Final = "Where nothing is kept, it divides by zero."

    def __init__(self, *, has_bug: bool = True) -> None:
        self._has_bug = has_bug

    def repaired(self) -> View:
        """The view without the bug."""
        return Returns(has_bug=False)

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
                kept, returned = check_positive(data.amount), 0
            case PurchaseRefunded():
                kept, returned = -check_positive(data.amount), data.amount
            case _:
                return
        [key] = self.keys(event)
        before = documents.get(key)
        if before is not None:
            kept += to_minor(before["kept"], data.currency)
            returned += to_minor(before["returned"], data.currency)
        rate = None if kept == 0 and not self._has_bug else 100 * returned // kept
        documents[key] = {
            "item": data.item,
            "kept": to_text(kept, data.currency),
            "returned": to_text(returned, data.currency),
            "returned_per_kept": rate,
        }
