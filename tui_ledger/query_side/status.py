"""How a view is doing."""

from datetime import datetime
from typing import Literal

import msgspec

from tui_ledger.query_side.documents.port import State

ViewState = Literal["live", "catching_up", "failed", "crashed", "idle"]
"""`failed` by an event, `crashed` by an error of the worker's own, `idle` when no worker holds the lease."""


class ViewStatus(msgspec.Struct, frozen=True):
    """How far a view is and what its worker does.

    Attributes:
        checkpoint: The position of the last event that the view has taken in.
        lag: How many events it is behind the head; never negative.
        failed_at: The position of the event that stopped it, if one did.
        reason: What that event, or the worker's own error, said.
        lag_ms: How long ago the first event that is not applied yet was recorded, in milliseconds; 0 when
            none is waiting.
        delay: How long after its recording an event is applied, in seconds.
    """

    view: str
    checkpoint: int
    lag: int
    state: ViewState
    failed_at: int | None
    reason: str | None
    lag_ms: float
    delay: float


def status_of(
    view: str,
    state: State,
    head: int,
    *,
    held: bool,
    crash: str | None,
    waiting_since: datetime | None,
    now: datetime,
    delay: float,
) -> ViewStatus:
    """The status that follows from what is known of a view.

    Args:
        head: Asked after `state` was read.
        held: Whether a worker that lives holds the lease.
        crash: What the worker's own error said, while it lies.
        waiting_since: When the first event that is not applied yet was recorded.
    """
    lag = max(0, head - state.checkpoint)
    kind: ViewState
    if crash is not None:
        kind = "crashed"
    elif state.failed_at is not None:
        kind = "failed"
    elif not held:
        kind = "idle"
    else:
        kind = "catching_up" if lag else "live"
    waited = (now - waiting_since).total_seconds() * 1000 if lag and waiting_since else 0.0
    return ViewStatus(
        view=view,
        checkpoint=state.checkpoint,
        lag=lag,
        state=kind,
        failed_at=state.failed_at,
        reason=crash if crash is not None else state.reason,
        lag_ms=max(0.0, waited),
        delay=delay,
    )
