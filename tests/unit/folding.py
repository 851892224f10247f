"""Folding events into a view, one at a time, with a view's promises checked at each."""

import copy
from collections.abc import Iterable, Iterator

from tui_ledger.domain.events import Event, RecordedEvent
from tui_ledger.query_side.view import Document, View


def recorded(data: Event, position: int, occurred_at: str | None = None) -> RecordedEvent:
    """`data` as an event of a log in which every event is of one wallet."""
    moment = occurred_at or f"2026-01-{position % 28 + 1:02d}T00:00:00.000000Z"
    return RecordedEvent(
        position=position,
        stream=f"wallet/{data.wallet}",
        version=position,
        id=f"id-{position}",
        type=type(data).__name__,
        schema=1,
        data=data,
        occurred_at=moment,
        recorded_at=moment,
        command_id=None,
        correlation_id=None,
        causation_id=None,
        hash="",
    )


def folded(view: View, events: Iterable[Event | RecordedEvent]) -> dict[str, Document]:
    """The documents after `events`."""
    documents: dict[str, Document] = {}
    for documents in steps(view, events):  # noqa: B007 - those of the last step
        pass
    return documents


def steps(view: View, events: Iterable[Event | RecordedEvent]) -> Iterator[dict[str, Document]]:
    """The documents after each of `events`; each fold is given what its keys name, and nothing else."""
    documents: dict[str, Document] = {}
    for position, one in enumerate(events, start=1):
        event = one if isinstance(one, RecordedEvent) else recorded(one, position)
        keys = set(view.keys(event))
        given = {key: documents[key] for key in keys & documents.keys()}
        before = copy.deepcopy(given)
        handed = dict(given)
        view.fold(event, handed)
        assert given == before, "a fold changes no document in place"
        assert handed.keys() <= keys, "a fold writes only what its keys name"
        documents |= handed
        yield dict(documents)
