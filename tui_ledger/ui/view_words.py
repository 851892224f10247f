"""How a read model is doing, in words: the same wherever the screen says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui_ledger.content import say

if TYPE_CHECKING:
    from tui_ledger.query_side.status import ViewStatus


STYLES: Final = {
    "failed": "bold $error",
    "crashed": "bold $error",
    "paused": "bold $warning",
    "rebuilding": "bold $warning",
    "behind": "bold $warning",
    "incomplete": "bold $warning",
    "idle": "$quiet",
    "current": "$success",
}
"""How each condition looks; those that need somebody come first."""


def condition(view: ViewStatus) -> str:
    """What to say of a view: its state, and where that is fine, whether it is at the head, and complete."""
    if view.state in ("live", "catching_up"):
        return "behind" if view.lag else "incomplete" if view.parked else "current"
    return view.state


def say_condition(view: ViewStatus) -> str:
    """A glyph and words for how a view is doing."""
    key = condition(view)
    if key == "paused" and view.rebuilt is not None:
        key = "paused_rebuilding"
    return say(
        f"screen.view.{key}",
        position=f"{view.failed_at or 0:,}",
        lag=f"{view.lag:,}",
        age=_duration(view.lag_ms),
        parked=", ".join(f"#{position:,}" for position in view.parked[:3]),
        percent=percent(view),
    )


def percent(view: ViewStatus) -> int:
    """How much of a view has been made anew, of a hundred; 0 where nothing is."""
    return 100 * (view.rebuilt or 0) // max(1, view.rebuilt_until or 0)


def progress_bar(view: ViewStatus, width: int) -> tuple[str, str]:
    """How much of a view has been made anew, and how much not yet: together a bar of `width` cells."""
    done = min(width, percent(view) * width // 100)
    return "━" * done, "─" * (width - done)


def _duration(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < 9_950 else f"{milliseconds / 1000:,.0f} s"
