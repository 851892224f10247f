"""An event from near, as lines: all that the log holds of it, and what stands around it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec
from textual.content import Content

from tui_ledger.asked_for import as_read, asked_for
from tui_ledger.content import say
from tui_ledger.domain.money import EXPONENTS, format_amount
from tui_ledger.event_store.upcasting import as_today
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.cells import fit

if TYPE_CHECKING:
    from tui_ledger.event_store.port import StoredEvent
    from tui_ledger.journey import Journey, Step

_LABEL: Final = 14  # cells
_LONGEST: Final = 2_000  # characters of a value that are shown
_SHORT: Final = 16  # digits of a hash that are shown first
_LABELS: Final = frozenset(
    {
        "asked_by",
        "command",
        "effects",
        "occurred",
        "recorded",
        "stream",
        "version",
        "before",
        "id",
        "hash",
        "stored",
    }
)
"""Rows whose names are words of the screen; all others are fields of the event."""


def picture(event: StoredEvent, journey: Journey) -> Content:
    """The event, with what caused it and what it caused in `journey`."""
    parts = (
        ("what", _what(event)),
        ("why", _why(event, journey)),
        ("when", [("occurred", event.occurred_at), ("recorded", event.recorded_at)]),
        ("where", _where(event)),
    )
    lines: list[Content] = []
    for name, rows in parts:
        lines.append(Content.styled(say(f"screen.event.{name}"), "bold $write"))
        lines += [_row(label, value) for label, value in rows]
        lines.append(Content(""))
    return Content("\n").join(lines[:-1])


def as_text(event: StoredEvent) -> str:
    """The event as JSON, to be copied."""
    fields = msgspec.structs.asdict(event)
    return json.dumps({**fields, "data": as_read(event.data)}, ensure_ascii=False, indent=2)


def _what(event: StoredEvent) -> Iterator[tuple[str, str]]:
    """The fields of the event as it reads today, and the stored ones if they are of an older schema."""
    today = as_today(event)
    data = as_read(today.data)
    if not isinstance(data, dict):
        yield "data", event.data
        return
    for name, value in data.items():
        yield name, _value(name, value, data)
    if (today.type, today.schema) != (event.type, event.schema):
        yield "stored", f"{event.type}, schema {event.schema}: {event.data}"


def _value(name: str, value: Any, data: dict[str, Any]) -> str:
    currency = data.get("currency")
    if name == "amount" and isinstance(value, int) and isinstance(currency, str) and currency in EXPONENTS:
        return say("screen.event.amount", major=format_amount(value, currency), minor=f"{value:,}")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _why(event: StoredEvent, journey: Journey) -> Iterator[tuple[str, str]]:
    step = next(one for one in journey.steps if event in one.events)
    yield "asked_by", _asked_by(step)
    if event.command_id is not None:
        yield "command", event.command_id
    effects = [one.events[0] for one in journey.steps if one.caused_by == event.position]
    if effects:
        yield "effects", ", ".join(f"#{one.position:,} {one.type}" for one in effects)


def _asked_by(step: Step) -> str:
    what = asked_for(step) or ""
    if step.asked_by == "nobody":
        return say("screen.event.nobody")
    if step.asked_by == "person":
        return what
    return say("screen.event.by_event", what=what, cause=f"{step.caused_by or 0:,}")


def _where(event: StoredEvent) -> Iterable[tuple[str, str]]:
    before = say("screen.event.first") if event.prev is None else f"#{event.prev:,}"
    return (
        ("stream", event.stream),
        ("version", f"{event.version:,}"),
        ("before", before),
        ("id", event.id),
        (
            "hash",
            say("screen.event.covers", hash=f"{event.hash[:_SHORT]}…", before=f"{event.position - 1:,}"),
        ),
    )


def _row(name: str, value: str) -> Content:
    """A line of a name and a value; a name that the screen has no word for is shown as it is."""
    label = say(f"screen.event.label.{name}") if name in _LABELS else name
    shown = safe_text(value[:_LONGEST])
    return Content.assemble((f"  {fit(label, _LABEL)}", "$quiet"), shown)
