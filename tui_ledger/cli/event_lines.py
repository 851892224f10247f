"""An event of the log as one line, for a program and for a person."""

import json
from typing import Any

import msgspec

from tui_ledger.domain.money import EXPONENTS, format_amount
from tui_ledger.errors import IntegrityError
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.event_store.upcasting import as_today


def event_json(event: StoredEvent) -> dict[str, Any]:
    """The event as `--json` prints it; also one of a type that this program does not know.

    Raises:
        IntegrityError: its data is no JSON object.
    """
    return {
        "position": event.position,
        "stream": event.stream,
        "version": event.version,
        "id": event.id,
        "type": event.type,
        "schema": event.schema,
        "data": _data(event),
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "command_id": event.command_id,
        "correlation_id": event.correlation_id,
        "causation_id": event.causation_id,
        "hash": event.hash,
    }


def event_line(event: StoredEvent) -> str:
    """The event for a person: `#2  2026-01-31T12:00:00Z  MoneyDeposited  moyin  10.00 USD  source="shop"`.

    Raises:
        IntegrityError: its data is no JSON object.
    """
    return "  ".join([f"#{event.position}", f"{event.occurred_at[:19]}Z", *event_words(event)])


def event_words(event: StoredEvent, *, known: str | None = None) -> list[str]:
    """What the event says, in words: `MoneyDeposited  `, `moyin`, `10.00 USD`, `source="shop"`.

    Args:
        event: The event.
        known: A value that needs no mention, as what is empty needs none.

    Raises:
        IntegrityError: its data is no JSON object.
    """
    event = as_today(event)
    data = _data(event)
    wallet = data.pop("wallet", event.stream)
    words = [f"{event.type:<16}", str(wallet)]
    currency = data.get("currency")
    if isinstance(currency, str) and currency in EXPONENTS and isinstance(data.get("amount"), int):
        words.append(f"{format_amount(data.pop('amount'), data.pop('currency'))} {currency}")
    words += [
        f"{name}={json.dumps(value, ensure_ascii=False)}"
        for name, value in data.items()
        if value != "" and (known is None or value != known)
    ]
    return words


def _data(event: StoredEvent) -> dict[str, Any]:
    try:
        return msgspec.json.decode(event.data, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise IntegrityError(
            f"The data of event #{event.position} is no JSON object; tui-ledger verify says more."
        ) from None
