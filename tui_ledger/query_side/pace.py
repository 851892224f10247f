"""When an event is due in a view that is made to lag."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tui_ledger.clock import parse_timestamp
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.query_side.documents.port import Settings

RESOLUTION: Final = 1e-6
"""Seconds that two moments may be apart and yet be one: the resolution of the log's timestamps."""

_SCATTER: Final = 2_654_435_761
"""Multiplied with it, positions scatter over the 32-bit numbers (Knuth, TAOCP 6.4)."""


def recorded_at(event: StoredEvent) -> datetime | None:
    """When the log took the event in; None if a forged row says no time."""
    try:
        return parse_timestamp(event.recorded_at)
    except ValueError:
        return None


def lateness(event: StoredEvent, settings: Settings) -> float:
    """How many seconds after its recording an event is to be taken in.

    The jitter of an event follows from its position alone, so that it is the same for whoever asks.
    """
    return settings.delay + settings.jitter * (event.position * _SCATTER % 2**32 / 2**32)


def due_after(event: StoredEvent, arrived_at: datetime, late: float) -> float:
    """Seconds from an event's arrival at the worker until it is due, at `late` seconds after its recording.

    What was recorded longer ago is due at once, so that catching up never dawdles. A recording that seems
    to lie in the future (the clock was set back) waits for the delay, and no longer.
    """
    recorded = recorded_at(event)
    if recorded is None:
        return 0.0
    return min(late, max(0.0, (recorded - arrived_at).total_seconds() + late))


def count_due(batch: Sequence[StoredEvent], arrived_at: datetime, elapsed: float, settings: Settings) -> int:
    """How many events at the front of `batch` are due, `elapsed` seconds after it arrived.

    None is taken in before the one that it follows, however late that is.
    """
    if settings.delay == settings.jitter == 0:
        return len(batch)
    for count, event in enumerate(batch):
        if due_after(event, arrived_at, lateness(event, settings)) > elapsed + RESOLUTION:
            return count
    return len(batch)
