"""The six keys that matter in each pane: those in the footer. All others are in the help and the palette."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.binding import ActiveBinding
    from textual.widget import Widget

SIX: Final = {
    "line": ("bar.send", "bar.complete", "bar.earlier", "bar.leave"),
    "dial-board": ("dials.choose", "dials.turn", "dials.back", "dials.normal", "dials.close", "screen.help"),
    "results": (
        "results.open",
        "results.edit",
        "screen.command",
        "screen.dials",
        "screen.help",
        "screen.quit",
    ),
    "stream": (
        "stream.open",
        "stream.trace",
        "stream.filter",
        "screen.command",
        "screen.help",
        "screen.quit",
    ),
    "spending": (
        "spending.year",
        "spending.currency",
        "view.late",
        "screen.dials",
        "screen.help",
        "screen.quit",
    ),
    "TimeLine": ("time.move", "time.page", "time.changes", "screen.help", "screen.quit"),
    "LargeBoard": ("large.leave", "screen.help", "screen.quit"),
    "views": ("view.pause", "view.late", "view.crash", "screen.dials", "screen.help", "screen.quit"),
}
"""The ids of bindings, by the id or the kind of the widget that has the keys, or of one around it."""

_NOW: Final = "time.now"  # there in the past only, and then what matters most
_ELSEWHERE: Final = ("screen.command", "screen.help", "screen.quit")


def in_footer(found: Mapping[str, ActiveBinding], focused: Widget | None) -> dict[str, ActiveBinding]:
    """`found`, by keys, of which only those are shown that matter where the keys are, in their order."""
    ancestors = focused.ancestors_with_self if focused is not None else ()
    names = (name for one in ancestors for name in (one.id, type(one).__name__))
    wanted = next((SIX[name] for name in names if name in SIX), _ELSEWHERE)
    if any(one.binding.id == _NOW for one in found.values()):
        wanted = (_NOW, *(name for name in wanted if name != _NOW))[:6]

    def place(key: str) -> int:
        name = found[key].binding.id
        return wanted.index(name) if name in wanted else len(wanted)

    return {
        key: found[key]._replace(binding=replace(found[key].binding, show=place(key) < len(wanted)))
        for key in sorted(found, key=place)
    }
