"""One sentence, always true, about the most instructive thing on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from tui_ledger.safe_text import safe_text

if TYPE_CHECKING:
    from tui_ledger.query_side.status import ViewStatus
    from tui_ledger.ui.scene import Scene

BUSY: Final = 1.5
"""Events per second from which single events go by too fast to be talked about."""


class Sentence(msgspec.Struct, frozen=True):
    """The key of a sentence in `content`, what fills its blanks, and whether it is bad news."""

    key: str
    values: dict[str, str] = {}
    bad: bool = False


def explain(scene: Scene) -> Sentence:
    """What to say. Trouble comes first, then the story, then what a person just did, then what is late."""
    if scene.trouble is not None:
        return Sentence("explain.trouble", {"reason": safe_text(scene.trouble)}, bad=True)
    if not scene.opened:
        return Sentence("explain.opening", {"name": safe_text(scene.name)})
    for view in scene.views:
        if view.state in ("failed", "crashed") or (view.state == "idle" and view.lag):
            return _stopped(view)
    if scene.story is not None:
        return Sentence(scene.story)
    outcome = scene.outcome
    if outcome is not None and outcome.position is None and outcome.head == scene.head:
        return _refused(outcome.reason, scene.head)
    if scene.head == 0:
        return Sentence("explain.empty")
    behind = max(scene.views, key=lambda view: view.lag, default=None)
    if behind is None:
        return Sentence("explain.no_views")
    if scene.rate >= BUSY:
        return _busy(behind, scene)
    return _late(scene) if behind.lag else _current(scene)


def _stopped(view: ViewStatus) -> Sentence:
    values = {"view": view.view.upper(), "checkpoint": f"{view.checkpoint:,}"}
    if view.state == "failed":
        values["position"] = f"{view.failed_at or 0:,}"
        values["reason"] = safe_text(view.reason or "")
    return Sentence(f"explain.{view.state}", values, bad=view.state in ("failed", "crashed"))


def _refused(reason: str, head: int) -> Sentence:
    key = "explain.refused" if head else "explain.refused_empty"
    return Sentence(key, {"reason": safe_text(reason), "head": f"{head:,}"})


def _busy(behind: ViewStatus, scene: Scene) -> Sentence:
    values = {"rate": f"{scene.rate:.0f}", "view": behind.view.upper(), "lag": f"{behind.lag:,}"}
    return Sentence("explain.busy_late" if behind.lag else "explain.busy", values)


def _late(scene: Scene) -> Sentence:
    """Something is stored that a view does not show yet: name a wallet, if one shows it."""
    picture = scene.picture
    stale = next((one for one in picture.balances if one.stale), None)
    if stale is None or picture.as_of >= picture.head:
        behind = max(scene.views, key=lambda view: view.lag)
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
