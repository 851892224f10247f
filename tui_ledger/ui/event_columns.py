"""How a line of the event stream is laid out, and which kind of event looks how."""

from typing import Final

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
