"""What a line of the event stream says about an event."""

from datetime import datetime, tzinfo
from typing import Any, Final

import msgspec

from tui_ledger.clock import parse_timestamp
from tui_ledger.content import say
from tui_ledger.domain.money import EXPONENTS, format_amount
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.event_store.upcasting import as_today

_SIGNS: Final = {
    "MoneyDeposited": "+",
    "PurchaseRefunded": "+",
    "TransferReceived": "+",
    "TransferReturned": "+",
    "MoneyWithdrawn": "−",
    "ItemPurchased": "−",
    "TransferSent": "−",
}
_ROUTES: Final = {"to": "→", "from": "←"}
_OWN_TEXT: Final = ("item", "source", "destination", "note", "reason", "owner")


class EventLine(msgspec.Struct, frozen=True, gc=False):
    """An event as a person reads it. `text` is what somebody wrote, and not made safe yet."""

    position: int
    occurred_at: str
    type: str
    wallet: str
    amount: str
    text: str


def describe(event: StoredEvent) -> EventLine:
    """The line of any event, also one of a type or with data that this program does not know."""
    event = as_today(event)
    try:
        data: Any = msgspec.json.decode(event.data)
    except msgspec.DecodeError:
        data = None
    fields: dict[str, Any] = data if isinstance(data, dict) else {}
    text = next((fields[name] for name in _OWN_TEXT if fields.get(name)), "")
    route = next((f"{arrow} {fields[name]}" for name, arrow in _ROUTES.items() if fields.get(name)), "")
    return EventLine(
        position=event.position,
        occurred_at=event.occurred_at,
        type=event.type,
        wallet=str(fields.get("wallet", event.stream)),
        amount=_amount(event.type, fields),
        text=" ".join(part for part in (route, str(text)) if part),
    )


def short_time(stamp: str, now: datetime, zone: tzinfo | None) -> str:
    """`stamp` in eight cells: the time if it is of today, else the date. Zone None is this machine's."""
    try:
        moment = parse_timestamp(stamp).astimezone(zone)
        today = now.astimezone(zone)
    except (ValueError, OverflowError):
        return "   ?    "
    if moment.date() == today.date():
        return f"{moment:%H:%M:%S}"
    month = say("screen.date.months").split()[moment.month - 1]
    key = "screen.date.day" if moment.year == today.year else "screen.date.month"
    return say(key, day=f"{moment:%d}", month=month, year=f"{moment.year:04}").ljust(8)


def full_time(stamp: str, now: datetime, zone: tzinfo | None) -> str:
    """`stamp` to the second if it is of today, else date and time to the minute; empty if it is no time."""
    try:
        moment = parse_timestamp(stamp).astimezone(zone)
        today = now.astimezone(zone)
    except (ValueError, OverflowError):
        return ""
    if moment.date() == today.date():
        return f"{moment:%H:%M:%S}"
    return f"{moment.date().isoformat()} {moment:%H:%M}"


def _amount(kind: str, fields: dict[str, Any]) -> str:
    amount, currency = fields.get("amount"), fields.get("currency")
    if isinstance(amount, int) and isinstance(currency, str) and currency in EXPONENTS:
        return _SIGNS.get(kind, "") + format_amount(amount, currency)
    return ""
