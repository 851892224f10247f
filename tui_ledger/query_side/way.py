"""The way from one position of the log to another, as one view sees it."""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from tui_ledger.domain.events import RecordedEvent
from tui_ledger.errors import IntegrityError, LedgerError, explain
from tui_ledger.event_store.port import EventStore, Head
from tui_ledger.query_side.folding import fold
from tui_ledger.query_side.slices import Slices
from tui_ledger.query_side.view import Document, View

_PAGE: Final = 500  # events that are read at once: making objects of the rows holds the event loop


class Step(msgspec.Struct, frozen=True, gc=False):
    """An event, and the keys of the documents that it touches."""

    event: RecordedEvent
    keys: tuple[str, ...]


class Way(msgspec.Struct, frozen=True):
    """The events between two positions that touch any document.

    Attributes:
        steps: These events, in order.
        end: The last event on the way, whether or not it touches one.
        failure: Why the way ends before its time: what comes next cannot be read.
    """

    steps: list[Step]
    end: Head
    failure: LedgerError | None = None


async def read_way(view: View, store: EventStore, base: Head, until: int, slices: Slices) -> Way:
    """The way of `view` from `base`, without it, to the event at `until`, which must exist."""
    steps: list[Step] = []
    end = base
    while end.position < until:
        page = await store.replay(end.position, min(_PAGE, until - end.position))
        for event in page.events:
            if event.position != end.position + 1:
                return Way(steps, end, _gap(end))
            try:
                keys = _keys(view, event)
            except IntegrityError as failure:
                return Way(steps, end, failure)
            if keys:
                steps.append(Step(event, keys))
            end = Head(event.position, event.hash)
            if slices.over():
                await slices.rest()
        if page.failure is not None:
            return Way(steps, end, _unreadable(*page.failure))
        if not page.events:
            return Way(steps, end, _gap(end))
    return Way(steps, end)


async def connected(steps: Sequence[Step], wanted: Callable[[str], bool], slices: Slices) -> list[Step]:
    """Those of `steps` that can have a part in what the wanted documents are at the end.

    An event may make of each of its documents something that depends on all of them. So, going back from
    the end, the documents of an event that touches a wanted one are wanted as well.
    """
    known: set[str] = set()
    chosen = []
    for step in reversed(steps):
        if any(key in known or wanted(key) for key in step.keys):
            known.update(step.keys)
            chosen.append(step)
        if slices.over():
            await slices.rest()
    chosen.reverse()
    return chosen


def fold_step(view: View, step: Step, documents: dict[str, Document | None]) -> dict[str, Document | None]:
    """Fold one step into `documents`, which has each of its keys, None where there is no document.

    Returns:
        What changed.

    Raises:
        IntegrityError: the view cannot fold it; nothing has changed.
    """
    try:
        return fold(view, step.event, step.keys, documents)
    except Exception as error:  # a view may be anybody's code
        raise _cannot_fold(view, step.event, error) from error


def _cannot_fold(view: View, event: RecordedEvent, error: Exception) -> IntegrityError:
    return IntegrityError(
        f"{view.name} ends before event #{event.position}, which it cannot fold: {explain(error)}"
    )


def _gap(end: Head) -> LedgerError:
    return IntegrityError(f"The log has a gap: there is no event #{end.position + 1}.")


def _unreadable(position: int, error: Exception) -> LedgerError:
    return error if isinstance(error, LedgerError) else IntegrityError(f"#{position}: {explain(error)}")


def _keys(view: View, event: RecordedEvent) -> tuple[str, ...]:
    try:
        return tuple(view.keys(event))
    except Exception as error:  # a view may be anybody's code
        raise _cannot_fold(view, event, error) from error
