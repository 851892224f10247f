"""How a view is doing."""

from datetime import datetime
from typing import Literal

import msgspec

from tui_ledger.query_side.documents.port import State

ViewState = Literal["live", "catching_up", "paused", "failed", "crashed", "rebuilding", "idle"]
"""`paused` by a person, `failed` by an event, `crashed` by an error of the worker's own, `rebuilding` while
the documents are made anew beside those that are read, `idle` when no worker holds the lease."""


class ViewStatus(msgspec.Struct, frozen=True):
    """How far a view is and what its worker does.

    Attributes:
        checkpoint: The position of the last event that the view has taken in.
        lag: How many events it is behind the head; never negative.
        failed_at: The position of the event at which it failed, if it did.
        reason: What that event, or the worker's own error, said; or which events are parked.
        lag_ms: How long ago the first event that is not applied yet was recorded, in milliseconds; 0 when
            none is waiting.
        delay: How long after its recording an event is applied, in seconds ...
        jitter: ... and how much longer at most.
        parked: The positions of the events that the view goes on without. It is incomplete.
        rebuilt: While the documents are made anew: up to which event they are ...
        rebuilt_until: ... and at which event they take the place of those that are read.
        apart: Whether the checkpoint is kept apart from the documents, which is wrong and there for teaching.
        repaired: Whether a view that has a bug for teaching is without it.
    """

    view: str
    checkpoint: int
    lag: int
    state: ViewState
    failed_at: int | None
    reason: str | None
    lag_ms: float
    delay: float
    jitter: float = 0.0
    parked: tuple[int, ...] = ()
    rebuilt: int | None = None
    rebuilt_until: int | None = None
    apart: bool = False
    repaired: bool = False


def status_of(
    view: str,
    state: State,
    head: int,
    *,
    held: bool,
    waiting_since: datetime | None,
    now: datetime,
    gathered: int = 0,
) -> ViewStatus:
    """The status that follows from what is known of a view.

    Args:
        head: Asked after `state` was read.
        held: Whether a worker that lives holds the lease.
        waiting_since: When the first event that is not applied yet was recorded.
        gathered: Up to which event a worker has come that is on its way to its next commit.
    """
    lag = max(0, head - state.checkpoint)
    waited = (now - waiting_since).total_seconds() * 1000 if lag and waiting_since else 0.0
    return ViewStatus(
        view=view,
        checkpoint=state.checkpoint,
        lag=lag,
        state=view_state(state, lag, held=held),
        failed_at=state.underway.failed_at,
        reason=_reason(state),
        lag_ms=max(0.0, waited),
        delay=state.settings.delay,
        jitter=state.settings.jitter,
        parked=state.parked,
        rebuilt=max(state.building.checkpoint, gathered) if state.building is not None else None,
        rebuilt_until=state.building.until if state.building is not None else None,
        apart=state.settings.apart,
        repaired=state.settings.repaired,
    )


def view_state(state: State, lag: int, *, held: bool) -> ViewState:
    """The word for how a view is doing. What a person has to know first comes first."""
    if state.crash is not None:
        return "crashed"
    if state.underway.failed_at is not None:
        return "failed"
    if state.settings.paused:
        return "paused"
    if not held:
        return "idle"
    if state.building is not None:
        return "rebuilding"
    return "catching_up" if lag else "live"


def _reason(state: State) -> str | None:
    if state.crash is not None:
        return state.crash
    if state.underway.failed_at is not None:
        return state.underway.reason
    if state.parked:
        return f"It goes on without {', '.join(f'#{position}' for position in state.parked)}, parked."
    return None
