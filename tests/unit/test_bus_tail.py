"""The ring of recent events that spares subscribers the store."""

import pytest

from tui_ledger.event_bus.tail import Tail
from tui_ledger.event_store.port import StoredEvent


def events(*positions: int) -> list[StoredEvent]:
    return [
        StoredEvent(at, "wallet/moyin", at, None, "", "", 1, "{}", None, "", "", None, None, None, "")
        for at in positions
    ]


@pytest.fixture
def tail() -> Tail:
    return Tail(4)


def positions(tail: Tail, after: int, limit: int = 1000) -> list[int]:
    return [event.position for event in tail.read(after, limit)]


def test_an_empty_tail_has_nothing_to_give(tail: Tail) -> None:
    assert positions(tail, after=0) == []


def test_it_keeps_as_many_of_the_last_events_as_it_has_room_for(tail: Tail) -> None:
    tail.add(events(1, 2, 3))
    tail.add(events(4, 5, 6))
    assert positions(tail, after=2) == [3, 4, 5, 6]
    assert positions(tail, after=4) == [5, 6]
    assert positions(tail, after=6) == []


def test_it_gives_nothing_to_who_would_miss_an_event(tail: Tail) -> None:
    tail.add(events(1, 2, 3, 4, 5, 6))
    assert positions(tail, after=1) == []


def test_it_gives_no_more_than_the_limit(tail: Tail) -> None:
    tail.add(events(1, 2, 3, 4, 5, 6))
    assert positions(tail, after=2, limit=3) == [3, 4, 5]


def test_after_a_gap_it_begins_anew(tail: Tail) -> None:
    tail.add(events(1, 2, 3))
    tail.add(events(5, 6))
    assert positions(tail, after=2) == []
    assert positions(tail, after=4) == [5, 6]


def test_an_event_that_comes_again_or_too_late_pushes_nothing_out(tail: Tail) -> None:
    tail.add(events(3, 4, 5))
    tail.add(events(4, 5))
    tail.add(events(1, 2))
    assert positions(tail, after=2) == [3, 4, 5]
