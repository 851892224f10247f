"""Which events a few words let pass, and finding them from the end of the log backwards."""

from collections.abc import Sequence

import pytest

from tui_ledger.event_store.port import StoredEvent
from tui_ledger.ui.event_filter import EventFilter
from tui_ledger.ui.event_line import EventLine
from tui_ledger.ui.matches import STEP, Matches

LINE = EventLine(
    7, "2026-01-31T12:00:00.000000Z", "ItemPurchased", "ann", "−20.00", "Sword 剣 of [b]steel[/b]"
)


@pytest.mark.parametrize(
    "text",
    [
        "ann", "ANN", "purchased", "sword", "剣", "[b]steel", "−20", "#7", "sword ann", "ann sword",
        "wallet:ann", "type:item", "wallet:ann type:purchased steel", "!bob", "! wallet:bob", "  ann  ",
    ],
)  # fmt: skip
def test_every_word_is_found_wherever_it_stands(text: str) -> None:
    wanted = EventFilter.parse(text)
    assert wanted is not None
    assert wanted.lets_pass(LINE)


@pytest.mark.parametrize(
    "text", ["bob", "ann bob", "wallet:an", "type:sent", "!ann", "!wallet:ann sword", "#77"]
)
def test_one_word_that_is_not_there_is_enough(text: str) -> None:
    wanted = EventFilter.parse(text)
    assert wanted is not None
    assert not wanted.lets_pass(LINE)


@pytest.mark.parametrize("text", ["", "   ", "!", " ! "])
def test_no_word_lets_everything_pass(text: str) -> None:
    assert EventFilter.parse(text) is None


def stored(position: int) -> StoredEvent:
    wallet = "ann" if position % 10 == 0 else "bob"
    return StoredEvent(
        position, f"wallet/{wallet}", position, None, "id", "MoneyDeposited", 1,
        f'{{"wallet":"{wallet}","amount":100,"currency":"USD","source":""}}', None,
        "2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.000000Z", None, None, None, "",
    )  # fmt: skip


class Log:
    """A log of as many events as it is told, which notes what is read of it."""

    def __init__(self, head: int) -> None:
        self.head = head
        self.read_after: list[int] = []

    async def read(self, after: int, limit: int) -> Sequence[StoredEvent]:
        self.read_after.append(after)
        return [stored(position) for position in range(after + 1, min(after + limit, self.head) + 1)]


def ann() -> EventFilter:
    wanted = EventFilter.parse("wallet:ann")
    assert wanted is not None
    return wanted


async def test_the_last_events_are_looked_through_first() -> None:
    log = Log(3 * STEP)
    matches = Matches(ann(), log.head)
    assert await matches.search(log.read, log.head) == STEP // 10
    assert [matches[0], matches[len(matches) - 1]] == [2 * STEP + 10, 3 * STEP]
    assert (matches.left, matches.is_done(log.head)) == (2 * STEP, False)


async def test_every_event_is_looked_through_once() -> None:
    log = Log(3 * STEP + 7)
    matches = Matches(ann(), log.head)
    while not matches.is_done(log.head):
        await matches.search(log.read, log.head)
    assert [matches[index] for index in range(len(matches))] == list(range(10, log.head + 1, 10))
    assert len(set(log.read_after)) == len(log.read_after) == 4


async def test_what_comes_meanwhile_is_looked_through_before_what_is_old() -> None:
    log = Log(2 * STEP)
    matches = Matches(ann(), log.head)
    await matches.search(log.read, log.head)
    known = len(matches)
    log.head += 20
    assert await matches.search(log.read, log.head) == 0, "nothing before what was known"
    assert len(matches) == known + 2
    assert matches[len(matches) - 1] == log.head


async def test_the_line_of_a_position_is_that_of_the_next_match_if_it_is_none_itself() -> None:
    log = Log(100)
    matches = Matches(ann(), log.head)
    await matches.search(log.read, log.head)
    assert [matches.index_of(position) for position in (1, 10, 11, 100, 101)] == [0, 0, 1, 9, 10]
