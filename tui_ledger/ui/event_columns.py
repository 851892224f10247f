"""How a line of the event stream is laid out, and which kind of event looks how."""

from collections.abc import Callable
from typing import Final

from rich.style import Style

from tui_ledger.ui.cells import Cell, fit
from tui_ledger.ui.event_line import EventLine

STYLES: Final = {
    "UserCreated": "event--opened",
    "WalletClosed": "event--closed",
    "MoneyDeposited": "event--in",
    "PurchaseRefunded": "event--in",
    "TransferReceived": "event--in",
    "TransferReturned": "event--in",
    "MoneyWithdrawn": "event--out",
    "TransferSent": "event--out",
    "ItemPurchased": "event--bought",
}
"""The component class of a type's events; others are `event--other`."""


def columns(width: int, head: int) -> tuple[int, int, int, int, int, int]:
    """How wide position, time, type, wallet, amount and text are in `width` cells; 0: there is no room.

    What a narrow screen goes without is first the text or the time, then both, then the amount.
    """
    number = max(2, len(f"{head:,}"))
    time, kind, wallet, amount, text = 0, 16, 6, 8, 0
    spare = width - number - kind - wallet - amount - 3
    if spare < 0:
        kind = max(4, min(kind, width - number - wallet - 2))
        return number, 0, kind, max(0, width - number - kind - 2), 0, 0
    if spare >= 9:
        time, spare = 8, spare - 9
    if spare >= 6:
        text = min(9, spare - 1)
        spare -= text + 1
    more_amount = min(2, spare)
    more_wallet = min(6, spare - more_amount)
    left = spare - more_amount - more_wallet
    return number, time, kind, wallet + more_wallet, amount + more_amount, text and text + left


def cells(
    line: EventLine, width: int, head: int, style: Callable[[str], Style], time_of: Callable[[str], str]
) -> list[Cell]:
    """A line of the list in `width` cells.

    Args:
        line: The event.
        width: How much room there is.
        head: The position of the last event, for which there is room, too.
        style: How a component class looks.
        time_of: A time in eight cells.
    """
    kind = style(STYLES.get(line.type, "event--other"))
    number, time, type_width, wallet, amount, text = columns(width, head)
    text -= max(0, len(line.amount) - amount) if amount else 0  # an amount is never cut
    return [
        (fit(f"{line.position:,}", number, right=True), style("event--position")),
        (fit(time_of(line.occurred_at), time), style("event--time")),
        (fit(line.type, type_width), kind),
        (fit(line.wallet, wallet), style("event--wallet")),
        (fit(line.amount, max(amount, len(line.amount)) if amount else 0, right=True), kind),
        (fit(line.text, text), style("event--text")),
    ]
