"""An event's journey as lines: who asked, and how long each part of the way took, as a waterfall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

import msgspec
from textual.content import Content

from tui_ledger.asked_for import asked_for
from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.cells import fit
from tui_ledger.ui.event_line import describe

if TYPE_CHECKING:
    from tui_ledger.hops import Hops
    from tui_ledger.journey import Journey, Step

_LABEL: Final = 16  # cells
_TIME: Final = 12
_DEEPEST: Final = 6
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"


class Timing(msgspec.Struct, frozen=True):
    """What is known in this process of the way of one step's events.

    Attributes:
        hops: The moments; None if they are not kept here.
        drawn: The moment at which this screen showed the last of them; None if that was not seen.
    """

    hops: Hops | None
    drawn: float | None


def picture(journey: Journey, timings: Mapping[int, Timing], width: int) -> Content:
    """The journey, in lines of at most `width` cells.

    Args:
        journey: What belongs together.
        timings: By the position of a step's first event.
        width: In cells.
    """
    begun = min((timing.hops.received for timing in timings.values() if timing.hops), default=0.0)
    ended = max((end for timing in timings.values() for *_, end in _hops(timing)), default=begun)
    lines: list[Content] = []
    for step in journey.steps:
        lines += _step(step, journey.asked, timings.get(step.events[0].position), begun, ended, width)
        lines.append(Content(""))
    lines += [Content.styled(safe_text(warning), "$warning") for warning in journey.warnings]
    waiting = [view for view in journey.views if view.checkpoint < journey.events[-1].position]
    for view in waiting:
        text = say("screen.trace.waiting", view=safe_text(view.view), checkpoint=f"{view.checkpoint:,}")
        lines.append(Content.styled(text, "$warning"))
    if not waiting and journey.views:
        lines.append(Content.styled(say("screen.trace.everywhere"), "$success"))
    return Content("\n").join(lines)


def _step(
    step: Step, asked: int, timing: Timing | None, begun: float, ended: float, width: int
) -> Iterator[Content]:
    indent = "  " * min(step.depth, _DEEPEST)
    yield Content.assemble(indent, (_who(step), "bold $write"))
    for event in step.events:
        line = describe(event)
        mark = "▶ " if event.position == asked else "  "
        words = f"#{event.position:,}  {line.type}  {line.wallet}  {line.amount}  {line.text}"
        text = safe_text(words, limit=max(10, width - len(indent) - 2))
        yield Content.assemble(indent, (mark + text, "bold $truth" if mark.strip() else "$truth"))
    if timing is None or timing.hops is None:
        stamp = safe_text(step.events[-1].recorded_at)
        yield Content.assemble(indent, (f"  {say('screen.trace.recorded', time=stamp)}", "$quiet"))
        return
    room = max(8, width - len(indent) - _LABEL - _TIME - 4)
    for label, since, moment in _hops(timing):
        bar = _bar(since - begun, moment - begun, ended - begun, room)
        time = f"{(moment - begun) * 1000:,.1f} ms".rjust(_TIME)
        name = fit(label, _LABEL)
        yield Content.assemble(indent, "  ", (name, "$quiet"), time, "  ", (bar, "$read"))


def _hops(timing: Timing) -> Iterator[tuple[str, float, float]]:
    """What each hop is called, when it began and when it ended, as far as that is known.

    Up to the bus they come one after the other; from there the views and the screen go their own ways.
    """
    hops = timing.hops
    if hops is None:
        return
    since = hops.received
    for name in ("received", "decided", "durable", "published"):
        moment: float | None = getattr(hops, name)
        if moment is not None:
            yield say(f"screen.trace.{name}"), since, moment
            since = moment
    for name, moment in (*hops.applied.items(), (say("screen.trace.drawn"), timing.drawn)):
        if moment is not None:
            yield name, since, moment


def _who(step: Step) -> str:
    """Who asked, and what for."""
    what = asked_for(step)
    values = {"what": safe_text(what or say("screen.trace.unknown")), "cause": f"{step.caused_by or 0:,}"}
    if step.asked_by == "event" and step.caused_by is None:
        return say("screen.trace.asked_by.lost", **values)
    return say(f"screen.trace.asked_by.{step.asked_by}", **values)


def _bar(start: float, end: float, whole: float, room: int) -> str:
    """A bar from `start` to `end`, of `room` cells for the `whole`; the shortest is an eighth of a cell."""
    if whole <= 0:
        return ""
    first = int(start / whole * room * 8)
    last = max(first + 1, round(end / whole * room * 8))
    blanks, begin = divmod(first, 8)
    length = last - first
    if begin + length <= 8:
        return " " * blanks + _EIGHTHS[min(8, max(1, length))]
    full, rest = divmod(last - (blanks + 1) * 8, 8)
    head = "█" if begin < 4 else "▐"
    return " " * blanks + head + "█" * full + (_EIGHTHS[rest] if rest else "")
