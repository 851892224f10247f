"""`trace`: an event's journey, as a tree for people and as one object a line for programs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from tui_ledger.asked_for import as_read, asked_for
from tui_ledger.cli.event_lines import event_json, event_words
from tui_ledger.cli.output import say, say_json, say_table
from tui_ledger.cli.reading import say_reasons, view_json
from tui_ledger.clock import parse_timestamp
from tui_ledger.errors import IntegrityError
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.journey import Journey, Step
from tui_ledger.ledger import Ledger

_MARGIN: Final = 13  # cells left of the tree, for the mark and the time
_DEEPEST: Final = 20  # levels of the tree that are indented
_HAVE_EFFECTS: Final = ("TransferSent", "TransferReceived")


async def trace(path: Path, position: int, *, as_json: bool) -> int:
    """Print the journey that the event at `position` belongs to."""
    async with Ledger.open(path, run_views=False) as ledger:
        journey = await ledger.trace(position)
    if as_json:
        for hop in _hops(journey):
            say_json(hop)
    else:
        _say_steps(journey)
        _say_views(journey)
    return 0


def _hops(journey: Journey) -> Iterator[dict[str, Any]]:
    begun = journey.steps[0].events[0]
    for step in journey.steps:
        first, last = step.events[0], step.events[-1]
        yield {
            "hop": "command",
            "asked_by": step.asked_by,
            "caused_by": step.caused_by,
            "command_id": first.command_id,
            "correlation_id": first.correlation_id,
            "causation_id": first.causation_id,
            "content": as_read(first.content) if first.content is not None else None,
            "first": first.position,
            "last": last.position,
        }
        for event in step.events:
            asked, after = event.position == journey.asked, _seconds_between(begun, event)
            yield {"hop": "event", "asked": asked, "after": after, **_event_json(event)}
    for warning in journey.warnings:
        yield {"hop": "warning", "message": warning}
    for view in journey.views:
        applied, known = view.checkpoint >= journey.asked, journey.known_to(view)
        yield {"hop": "view", **view_json(view), "applied": applied, "up_to": known or None}


def _say_steps(journey: Journey) -> None:
    begun = journey.steps[0].events[0]
    causes = {step.caused_by for step in journey.steps}
    say(f"The journey of #{journey.asked} began at {begun.recorded_at}.")
    for step in journey.steps:
        indent = "  " * min(step.depth, _DEEPEST)
        say(" " * _MARGIN + indent + _asker(step))
        for event in step.events:
            mark = ">" if event.position == journey.asked else " "
            words = [f"#{event.position}", *_event_words(event, begun.correlation_id)]
            say(f"{mark} {_after(begun, event):>9}  {indent}{'  '.join(words)}")
            if event.type in _HAVE_EFFECTS and event.position not in causes and journey.complete:
                say(" " * _MARGIN + indent + f"  no effect of #{event.position} is on record yet")
    for warning in journey.warnings:
        say(warning)


def _say_views(journey: Journey) -> None:
    rows = []
    for view in journey.views:
        known = journey.known_to(view)
        applied = "yes" if known == journey.events[-1].position else f"up to #{known}" if known else "not yet"
        rows.append((view.view, applied, view.lag, view.state))
    say_table(("view", "applied", "lag", "state"), rows)
    say_reasons(journey.views)


def _asker(step: Step) -> str:
    """Who asked, and what for."""
    match step.asked_by:
        case "nobody":
            cause = f", though #{step.caused_by} is named as its cause" if step.caused_by else ""
            return f"NO COMMAND IS KNOWN: nobody asked for this{cause}"
        case "person":
            who = "a person asked"
        case "event":
            who = f"#{step.caused_by} called" if step.caused_by else "an event that is not here called"
            who += " for"
    what = asked_for(step)
    return f"{who}: {what}" if what is not None else f"{who} something that is not on record"


def _event_json(event: StoredEvent) -> dict[str, Any]:
    try:
        return event_json(event)
    except IntegrityError:
        return event_json(msgspec.structs.replace(event, data="{}")) | {"data": event.data}


def _event_words(event: StoredEvent, journey: str | None) -> list[str]:
    """What the event says, without the name of the journey: in a transfer that would be in each."""
    try:
        return event_words(event, known=journey)
    except IntegrityError:
        return [event.type, event.stream, event.data]


def _seconds_between(begun: StoredEvent, event: StoredEvent) -> float | None:
    """Seconds from one recording to the other; None if a forged row says no time."""
    try:
        return (parse_timestamp(event.recorded_at) - parse_timestamp(begun.recorded_at)).total_seconds()
    except ValueError:
        return None


def _after(begun: StoredEvent, event: StoredEvent) -> str:
    """`+1.3 ms`, `+12.5 s` or `+2:03:04`."""
    seconds = _seconds_between(begun, event)
    if seconds is None:
        return "?"
    sign, passed = "-" if seconds < 0 else "+", abs(seconds)
    if passed < 1:
        return f"{sign}{passed * 1000:.1f} ms"
    if passed < 60:
        return f"{sign}{passed:.1f} s"
    minutes, rest = divmod(int(passed), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{rest:02}"
