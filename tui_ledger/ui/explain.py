"""One sentence, always true, about the most instructive thing on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tui_ledger import content
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.view_words import percent

if TYPE_CHECKING:
    from tui_ledger.query_side.status import ViewStatus
    from tui_ledger.ui.scene import Moment, Picture, Scene

BUSY: Final = 1.5
"""Events per second from which single events go by too fast to be talked about."""


@dataclass(frozen=True)
class Sentence(content.Sentence):
    """A sentence of `content`, and what goes with it.

    Attributes:
        bad: Whether it is bad news.
        view: The read model that it is about, if it is about one, by its name.
        hints: What can be done about it, by the names that `view_steering` has; `explain.hint.<name>` are
            the words. `see` is to look at the event.
    """

    bad: bool = False
    view: str = ""
    hints: tuple[str, ...] = ()


_BROKEN: Final = ("failed", "crashed")
_HINTS: Final = {"failed": ("park", "rebuild", "see"), "crashed": ("crash",), "paused": ("pause",)}


def explain(scene: Scene) -> Sentence:
    """What to say. Trouble comes first, then the past, where it is viewed; then the story, then what a person
    just did, then what is late.
    """
    if scene.trouble is not None:
        return Sentence("explain.trouble", {"reason": safe_text(scene.trouble)}, bad=True)
    if not scene.opened:
        return Sentence("explain.opening", {"name": safe_text(scene.name)})
    if scene.picture.moment is not None:
        return _past(scene, scene.picture.moment)
    return _standing(scene) or _told(scene) or _refused(scene) or _running(scene)


def _past(scene: Scene, moment: Moment) -> Sentence:
    """What the moment is: its last event, what that wallet had then, and what it has now."""
    wallet = safe_text(moment.wallet, limit=24)
    values = {
        "position": f"{moment.position:,}",
        "type": safe_text(moment.type),
        "wallet": wallet,
        "new": f"{scene.head - moment.position:,}",
    }
    if moment.read is not None:
        return Sentence("explain.past_reading", values)
    row = scene.picture.acted
    if row is None or row.shown is None or row.truth is None:
        return Sentence("explain.past", values)
    values |= {"then": row.shown, "now": row.truth}
    return Sentence("explain.past_changed" if row.stale else "explain.past_same", values)


def _standing(scene: Scene) -> Sentence | None:
    """A view that nobody works on."""
    for view in sorted(scene.views, key=lambda view: view.state not in _BROKEN):
        stands = view.state in ("idle", "paused") and view.lag
        if stands or view.state == "rebuilding" or view.state in _BROKEN:
            values = {
                "view": view.view.upper(),
                "checkpoint": f"{view.checkpoint:,}",
                "position": f"{view.failed_at or 0:,}",
                "reason": safe_text(view.reason or "").rstrip("."),
                "percent": f"{percent(view)}",
            }
            key, bad = f"explain.{view.state}", view.state in _BROKEN
            return Sentence(key, values, bad, view.view, _HINTS.get(view.state, ()))
    return None


def _told(scene: Scene) -> Sentence | None:
    """What the story says."""
    return Sentence(scene.story) if scene.story is not None else None


def _refused(scene: Scene) -> Sentence | None:
    """The command that was just refused, as long as nothing has happened since."""
    outcome, head = scene.outcome, scene.head
    if outcome is None or outcome.position is not None or outcome.head != head:
        return None
    key = "explain.refused" if head else "explain.refused_empty"
    return Sentence(key, {"reason": outcome.refusal, "head": f"{head:,}"})


def _running(scene: Scene) -> Sentence:
    """How the read models do."""
    if scene.head == 0:
        return Sentence("explain.empty")
    behind = max(scene.views, key=lambda view: view.lag, default=None)
    if behind is None:
        return Sentence("explain.no_views")
    if scene.rate >= BUSY:
        return _busy(behind, scene)
    return _late(behind, scene.picture) if behind.lag else _current(scene)


def _busy(behind: ViewStatus, scene: Scene) -> Sentence:
    values = {"rate": f"{scene.rate:.0f}", "view": behind.view.upper(), "lag": f"{behind.lag:,}"}
    return Sentence("explain.busy_late" if behind.lag else "explain.busy", values)


def _late(behind: ViewStatus, picture: Picture) -> Sentence:
    """Something is stored that a view does not show yet: name a wallet, if one shows it."""
    stale = next((one for one in picture.balances if one.stale), None)
    if stale is None or picture.as_of >= picture.head:
        values = {
            "view": behind.view.upper(),
            "checkpoint": f"{behind.checkpoint:,}",
            "head": f"{behind.checkpoint + behind.lag:,}",
        }
        return Sentence("explain.late", values)
    values = {
        "head": f"{picture.head:,}",
        "checkpoint": f"{picture.as_of:,}",
        "wallet": safe_text(stale.wallet),
        "shown": stale.shown or "",
        "truth": stale.truth or "",
    }
    key = "explain.late_wallet" if stale.shown is not None else "explain.late_unknown"
    return Sentence(key, values)


def _current(scene: Scene) -> Sentence:
    values = {"head": f"{scene.head:,}"}
    outcome = scene.outcome
    if outcome is None or outcome.position is None:
        return Sentence("explain.current", values)
    values["position"] = f"{outcome.position:,}"
    if any(view.delay for view in scene.views):
        return Sentence("explain.caught_up", values)
    return Sentence("explain.caught_up_at_once", values)
