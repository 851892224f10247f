"""The keys that hold up, break and mend a read model: each stands for a line of the scenario language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from tui_ledger.simulation.actions import Surroundings, parse_action
from tui_ledger.simulation.performer import Performer
from tui_ledger.ui.delays import next_delay

if TYPE_CHECKING:
    from tui_ledger.clock import Clock
    from tui_ledger.ledger import Ledger
    from tui_ledger.query_side.status import ViewStatus

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


async def do(line: str, view: str, ledger: Ledger, clock: Clock) -> None:
    """Do what `line` says to `view`.

    Raises:
        LedgerError: the worker refuses, or the view's file cannot be written.
    """
    around = Surroundings(views=(view,), addable=(), load=_nothing_to_load)
    await Performer(ledger, 0, clock).act((parse_action(line, around),))


def _delay(view: ViewStatus, seconds: float) -> str:
    jitter = f" {view.jitter:g}" if view.jitter else ""
    return f"delay {view.view} {seconds:g}{jitter}"


def _nothing_to_load(word: str) -> NoReturn:
    raise ValueError(f"no key loads {word}")
