"""The view with a bug: it goes wrong at one event, and only there, until it is repaired."""

from typing import Final

import pytest

from tests.unit.folding import folded
from tui_ledger.domain.events import Event, ItemPurchased, PurchaseRefunded
from tui_ledger.query_side.view import as_repaired
from tui_ledger.query_side.views.returns import Returns

BOUGHT: Final = ItemPurchased("moyin", "sword", 20_000, "USD", "arms", "smithy")
MOMENT: Final = "2024-06-01T12:00:00.000000Z"


def refunded(amount: int) -> Event:
    return PurchaseRefunded("moyin", amount, "USD", "an id", "sword", "arms", "smithy", MOMENT)


def test_what_came_back_is_set_against_what_is_kept() -> None:
    assert folded(Returns(), [BOUGHT, refunded(4_000)]) == {
        "USD/sword": {"item": "sword", "kept": "160.00", "returned": "40.00", "returned_per_kept": 25}
    }


def test_an_item_that_came_back_altogether_divides_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        folded(Returns(), [BOUGHT, refunded(4_000), refunded(16_000)])


def test_the_repaired_view_has_no_rate_there_and_the_same_ones_elsewhere() -> None:
    view = as_repaired(Returns(), True)
    events = [BOUGHT, refunded(4_000), refunded(16_000), BOUGHT]
    assert folded(view, events[:2]) == folded(Returns(), events[:2])
    assert folded(view, events[:3])["USD/sword"]["returned_per_kept"] is None
    assert folded(view, events)["USD/sword"]["returned_per_kept"] == 100


def test_it_is_as_it_was_until_somebody_wants_it_repaired() -> None:
    view = Returns()
    assert as_repaired(view, False) is view
    assert view.bug.endswith("it divides by zero.")
