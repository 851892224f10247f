"""The middle pane: the log as a list."""

from datetime import UTC, datetime

import pytest

from tests.ui.stage import Stage, on_stage, plain
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.ui.event_columns import columns
from tui_ledger.ui.event_line import describe, short_time
from tui_ledger.ui.event_pages import PAGE, PAGES, EventPages
from tui_ledger.ui.widgets.event_stream import EventStream


def stream_of(stage: Stage) -> EventStream:
    return stage.app.screen.query_one(EventStream)


def positions(stage: Stage) -> list[str]:
    stream = stream_of(stage)
    return [stage.line(stream, y).split()[0] for y in range(stream.size.height)]


async def fill(stage: Stage, count: int) -> None:
    await stage.execute("create ann", *(f"deposit ann {n}" for n in range(1, count)))
    await stage.tick()


async def test_an_event_shows_where_when_what_whose_how_much_and_the_writers_own_words() -> None:
    async with on_stage() as stage:
        await stage.execute("create moyin owner=Moyin", "deposit moyin 1000", 'buy moyin "shield 盾" 300')
        await stage.tick()
        line = stage.line(stream_of(stage), 2)
        assert line.split() == ["3", "00:00:00", "ItemPurchased", "moyin", "−300.00", "shield…"]


async def test_the_end_stays_in_sight_until_somebody_scrolls_up() -> None:
    async with on_stage() as stage:
        await fill(stage, 100)
        assert positions(stage)[-1] == "100"
        await stage.pilot.press("2", "up")
        await stage.pilot.wait_for_animation()
        before = positions(stage)
        await stage.execute("deposit ann 1", "deposit ann 2")
        await stage.tick()
        assert positions(stage) == before
        assert "+2 new" in plain(stream_of(stage)._border_subtitle)
        await stage.pilot.press("end")
        await stage.tick()
        assert positions(stage)[-1] == "102"
        assert "following" in plain(stream_of(stage)._border_subtitle)


async def test_f_holds_the_list_still() -> None:
    async with on_stage() as stage:
        await fill(stage, 50)
        await stage.pilot.press("f")
        await stage.execute("deposit ann 1")
        await stage.tick()
        assert positions(stage)[-1] == "50"
        await stage.pilot.press("f")
        await stage.tick()
        assert positions(stage)[-1] == "51"


def stored(position: int, kind: str = "MoneyDeposited", data: str | None = None) -> StoredEvent:
    text = '{"wallet":"ann","amount":100,"currency":"USD","source":""}' if data is None else data
    return StoredEvent(
        position, "wallet/ann", position, None, "id", kind, 1, text, None,
        "2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.000000Z", None, None, None, "",
    )  # fmt: skip


async def test_a_million_events_are_read_by_the_page_and_only_where_somebody_looks() -> None:
    head = 1_000_000
    asked: list[int] = []

    async def read(after: int, limit: int) -> list[StoredEvent]:
        asked.append(after)
        return [stored(position) for position in range(after + 1, min(after + limit, head) + 1)]

    async with on_stage() as stage:
        stream = stream_of(stage)
        stream.connect(read)
        stream.head = head
        await stream.settled()
        await stage.pilot.pause()
        assert positions(stage)[-1] == "1,000,000"
        assert len(asked) <= 3
        for place in range(0, head, head // 20):
            stream.scroll_to(y=place, animate=False)
            await stage.pilot.pause()
            await stream.settled()
        assert positions(stage)[0] == f"{head - head // 20 + 1:,}"
        assert len(stream._pages) <= PAGES
        assert len(asked) <= 3 * 22


async def test_a_page_that_is_not_there_yet_is_drawn_as_a_placeholder() -> None:
    async with on_stage() as stage:
        await fill(stage, 10)
        stream = stream_of(stage)
        stream._pages = EventPages()
        assert stage.line(stream, 0) == "1 …"


@pytest.mark.parametrize("data", ["", "[]", "{}", '{"amount":1e3}', '{"amount":1,"currency":"XXX"}', "{"])
def test_an_event_that_this_program_does_not_understand_still_has_a_line(data: str) -> None:
    line = describe(stored(7, "SomethingNew", data))
    assert (line.position, line.type, line.wallet, line.amount) == (7, "SomethingNew", "wallet/ann", "")


@pytest.mark.parametrize(
    ("stamp", "shown"),
    [
        ("2026-05-01T12:04:51.000000Z", "12:04:51"),
        ("2026-01-31T12:04:51.000000Z", "31 Jan  "),
        ("2016-01-31T12:04:51.000000Z", "Jan 2016"),
        ("nonsense", "   ?    "),
    ],
)
def test_a_time_takes_eight_cells_and_is_a_date_when_it_was_not_today(stamp: str, shown: str) -> None:
    assert short_time(stamp, datetime(2026, 5, 1, 20, tzinfo=UTC), UTC) == shown


@pytest.mark.parametrize("width", [*range(16, 80, 3), 120, 199])
@pytest.mark.parametrize("head", [0, 99, 48_213, 1_000_000])
def test_the_columns_never_take_more_than_there_is(width: int, head: int) -> None:
    taken = [column for column in columns(width, head) if column]
    assert all(column >= 0 for column in columns(width, head))
    assert sum(taken) + len(taken) - 1 <= max(width, 16 + len(f"{head:,}"), 18)


def test_a_page_is_larger_than_any_screen() -> None:
    assert PAGE > 100
