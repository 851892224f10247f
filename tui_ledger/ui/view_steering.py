"""The keys that hold up, break and mend a read model: each stands for a line of the scenario language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui_ledger.content import say
from tui_ledger.ui.delays import next_delay

if TYPE_CHECKING:
    from tui_ledger.ledger import Ledger
    from tui_ledger.query_side.status import ViewStatus
    from tui_ledger.ui.doer import Doer, Operator

LATE: Final = 3.0
"""How late one key makes a read model, in seconds."""


def line_for(how: str, view: ViewStatus) -> str | None:
    """What to do to `view`, as a scenario would say it; None if there is nothing to be done.

    Args:
        how: `pause` (or go on), `step`, `back`, `crash` (or restart), `crash_before`, `rebuild`, `late` (or
            not any more), `later`, `sooner`, `park` (or retry).
        view: How it is now.
    """
    name = view.view
    match how:
        case "pause":
            return f"view {'resume' if view.state == 'paused' else 'pause'} {name}"
        case "step" | "rebuild":
            return f"view {how} {name}"
        case "back":
            return f"view seek {name} {view.checkpoint - 1}" if view.checkpoint else None
        case "crash":
            return f"view restart {name}" if view.state == "crashed" else f"view crash {name} after"
        case "crash_before":
            return f"view crash {name} before"
        case "late":
            return _delay(view, 0.0 if view.delay == LATE else LATE)
        case "later":
            seconds = next_delay(view.delay, 1)
            return None if seconds is None else _delay(view, seconds)
        case "sooner":
            seconds = next_delay(view.delay, -1)
            return None if seconds is None else _delay(view, seconds)
        case "park":
            return f"view {'park' if view.state == 'failed' else 'retry'} {name}"
    raise ValueError(f"there is nothing to do by the name of {how}")


class ViewSteering:
    """Does to read models of `ledger` what keys say."""

    def __init__(self, ledger: Ledger, doer: Doer, operator: Operator) -> None:
        self._ledger = ledger
        self._doer = doer
        self._operator = operator

    async def steer(self, how: str, view: str) -> None:
        """Do that to `view`, if there is anything to be done; see `line_for`."""
        views = self._ledger.snapshot().views
        status = next((one for one in views if one.view == view), None)
        line = line_for(how, status) if status is not None else None
        if line is not None and await self._doer.does(line, view):
            self._operator.set_by_hand(view, line)
            if line.startswith("view crash"):
                self._operator.tell(say("screen.controls.armed", view=view.upper()))

    async def seek(self, view: str, position: int) -> None:
        """Have `view` go to `position`, and be paused there."""
        line = f"view seek {view} {position}"
        if await self._doer.does(line, view):
            self._operator.set_by_hand(view, line)
            self._operator.tell(say("dials.seek.done", view=view.upper(), position=f"{position:,}"))


def _delay(view: ViewStatus, seconds: float) -> str:
    jitter = f" {view.jitter:g}" if view.jitter else ""
    return f"delay {view.view} {seconds:g}{jitter}"
