"""A manifest beside what the views say: what the tests of histories have in common."""

from collections.abc import Iterable
from typing import Any, Final

from tui_ledger.domain.events import RecordedEvent
from tui_ledger.domain.money import format_amount
from tui_ledger.query_side.view import Document, View
from tui_ledger.query_side.views.balances import Balances
from tui_ledger.query_side.views.books import Books
from tui_ledger.query_side.views.spending import Spending
from tui_ledger.query_side.views.top_items import TopItems

_VIEWS: Final[tuple[View, ...]] = (Balances(), Spending(), TopItems(), Books())


def documents(events: Iterable[RecordedEvent]) -> dict[str, dict[str, Document]]:
    """What each view has after `events`, folded one at a time."""
    found: dict[str, dict[str, Document]] = {view.name: {} for view in _VIEWS}
    for event in events:
        for view in _VIEWS:
            keys = list(view.keys(event))
            kept = found[view.name]
            given = {key: kept[key] for key in keys if key in kept}
            view.fold(event, given)
            kept.update(given)
    return found


def check(manifest: dict[str, Any], views: dict[str, dict[str, Document]]) -> None:
    """Check that the views say what the manifest does."""
    assert {key: doc for key, doc in views["spending"].items() if key.count("/") == 1} == manifest["spending"]
    assert views["top_items"] == manifest["top_items"]
    assert views["books"] == manifest["books"]
    balances = {
        name: {
            "wallet": name,
            "owner": wallet["owner"],
            "currency": wallet["currency"],
            "posted": wallet["balance"],
            "pending": format_amount(0, wallet["currency"]),
            "available": wallet["balance"],
            "state": wallet["state"],
        }
        for name, wallet in manifest["balances"].items()
    }
    assert views["balances"] == balances
