"""Choosing an event in the list, seeing it from near, its journey, and only some of them."""

import pytest
from textual.widgets import Static

from tests.ui.stage import Stage, on_stage, plain
from tests.ui.test_event_stream import stored
from tui_ledger.event_store.port import Append, Expected, NewEvent, StoredEvent
from tui_ledger.ui.event_filter import EventFilter
from tui_ledger.ui.matches import STEP
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.filter_prompt import FilterPrompt
from tui_ledger.ui.widgets.inspection import Inspection


def stream_of(stage: Stage) -> EventStream:
    return stage.app.main.query_one(EventStream)


def positions(stage: Stage) -> list[str]:
    stream = stream_of(stage)
    lines = [stage.line(stream, y) for y in range(stream.size.height)]
    return [line.split()[0] for line in lines if line.strip()]


def window(stage: Stage) -> str:
    """What the window over the screen says."""
    assert isinstance(stage.app.screen, Inspection)
    return str(stage.app.screen.query_one(Static).render())


async def press(stage: Stage, *keys: str) -> None:
    for key in keys:
        await stage.pilot.press(key)
        if len(key) > 1 or key in "ty":  # other letters are typed
            await stage.tick()
    await stream_of(stage).settled()
    await stage.pilot.pause()


async def fill(stage: Stage) -> None:
    """Seven events: two wallets, a deposit, a transfer to its end, and a deposit."""
    await stage.execute(
        "create ann", "create bob", "deposit ann 100 source=salary", "send ann bob 30 note=lunch"
    )
    await stage.ledger.settle()
    await stage.execute("deposit bob 7")
    await stage.tick()


# Choosing


async def test_up_chooses_the_last_event_and_down_below_it_follows_again() -> None:
    async with on_stage() as stage:
        await fill(stage)
        stream = stream_of(stage)
        await press(stage, "2", "up")
        assert (stream.cursor, stream.following) == (7, False)
        await press(stage, "up", "up")
        assert stream.cursor == 5
        await press(stage, "home")
        assert stream.cursor == 1
        await press(stage, "pagedown")
        assert stream.cursor == 7
        await press(stage, "down")
        assert (stream.cursor, stream.following) == (0, True)


async def test_a_chosen_event_stays_in_sight() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", *(f"deposit ann {n}" for n in range(1, 200)))
        await stage.tick()
        await press(stage, "2", *["pageup"] * 3)
        assert str(stream_of(stage).cursor) in positions(stage)
        await press(stage, "home")
        assert positions(stage)[0] == "1"


# From near


async def test_enter_shows_all_that_the_log_holds_of_an_event() -> None:
    async with on_stage() as stage:
        await fill(stage)
        await press(stage, "2", "up", "up", "up", "up", "enter")
        text = window(stage)
        for part in ("ann", "30.00   (stored as 3,000", "lunch", "send ann bob 30 note=lunch", "wallet/ann",
                     "#5 TransferReceived", "the hash of #3", "#3"):  # fmt: skip
            assert part in text, part
        assert "#4 · TransferSent" in plain(stage.app.screen.query_one("#inspection").border_title)


async def test_arrows_lead_to_the_neighbours_and_the_list_keeps_the_last_one() -> None:
    async with on_stage() as stage:
        await fill(stage)
        await press(stage, "2", "up", "enter", "left", "left")
        assert "#5" in plain(stage.app.screen.query_one("#inspection").border_title)
        await press(stage, "escape")
        assert not isinstance(stage.app.screen, Inspection)
        assert stream_of(stage).cursor == 5


async def test_y_copies_the_event_and_nothing_else_does() -> None:
    async with on_stage() as stage:
        await fill(stage)
        await press(stage, "2", "up", "enter")
        assert not stage.app.clipboard
        await press(stage, "y")
        assert '"type": "MoneyDeposited"' in stage.app.clipboard


async def test_an_event_that_nobody_asked_for_says_so() -> None:
    async with on_stage() as stage:
        await fill(stage)
        forged = NewEvent(
            "forged", "MoneyDeposited", 1,
            '{"wallet":"bob","amount":9900,"currency":"USD","source":"[@click=app.quit]gift"}',
            "2026-01-01T00:00:00.000000Z",
        )  # fmt: skip
        store = stage.ledger._parts.store
        await store.append(Append(stream="wallet/bob", expected=Expected.EXISTS, events=(forged,)))
        await stage.tick()
        await press(stage, "2", "up", "enter")
        assert "nobody: no command is known" in window(stage)
        assert "[@click=app.quit]gift" in window(stage)


# The journey


async def test_t_shows_each_hop_of_the_journey_with_its_milliseconds() -> None:
    async with on_stage() as stage:
        await fill(stage)
        await press(stage, "2", "home", "down", "down", "down", "t")
        text = window(stage)
        for part in ("A person asked: send ann bob 30 note=lunch", "#4 called for: receive bob",
                     "#5 called for: settle ann", "safe on disk", "balances", "0.0 ms",
                     "Every read model has applied it"):  # fmt: skip
            assert part in text, part


async def test_a_view_that_is_late_is_missing_in_the_journey_and_named() -> None:
    async with on_stage() as stage:
        await stage.ledger.worker("balances").delay(3)
        await stage.execute("create ann")
        await stage.tick()
        await press(stage, "2", "up", "t")
        assert "balances has not applied it yet: it is at #0" in window(stage)
        await press(stage, "escape")
        await stage.advance(3)
        await press(stage, "t")
        assert "3,000.0 ms" in window(stage)


# Only some of them


async def test_a_filter_follows_what_is_typed_and_escape_takes_it_back() -> None:
    async with on_stage() as stage:
        await fill(stage)
        await press(stage, "2", "slash", *"bob")
        assert isinstance(stage.app.screen, FilterPrompt)
        assert positions(stage) == ["2", "4", "5", "7"]
        await press(stage, "escape")
        assert len(positions(stage)) == 7


@pytest.mark.slow
async def test_a_filter_stays_and_lets_new_events_in_that_fit() -> None:
    async with on_stage() as stage:
        await fill(stage)
        await press(stage, "2", "slash", *"type:deposit", "enter")
        assert positions(stage) == ["3", "7"]
        assert "/ type:deposit: 2" in plain(stream_of(stage)._border_subtitle)
        await stage.execute("deposit ann 5", "buy ann tea 1")
        await stage.tick()
        await press(stage)
        assert positions(stage) == ["3", "7", "8"]
        await press(stage, "up", "left", "enter")
        assert "#8 · MoneyDeposited" in plain(stage.app.screen.query_one("#inspection").border_title)
        await press(stage, "left")
        assert "#7 ·" in plain(stage.app.screen.query_one("#inspection").border_title)


@pytest.mark.slow
async def test_a_filter_that_nothing_fits_says_so() -> None:
    async with on_stage() as stage:
        await fill(stage)
        await press(stage, "2", "slash", *"nothing", "enter")
        assert "No event fits" in stage.line(stream_of(stage), 1)


@pytest.mark.slow
async def test_an_event_that_the_filter_hides_is_shown_when_somebody_wants_to_see_it() -> None:
    async with on_stage() as stage:
        await fill(stage)
        stream = stream_of(stage)
        await press(stage, "2", "slash", *"wallet:bob", "enter")
        stream.show(3)
        await press(stage)
        assert (stream.wanted, stream.cursor) == (None, 3)


async def test_a_long_log_is_searched_in_small_steps_from_its_end() -> None:
    head = 20 * STEP
    asked: list[tuple[int, int]] = []

    async def read(after: int, limit: int) -> list[StoredEvent]:
        asked.append((after, limit))
        return [stored(position) for position in range(after + 1, min(after + limit, head) + 1)]

    async with on_stage() as stage:
        stream = stream_of(stage)
        stream.connect(read)
        stream.head = head
        await stream.settled()
        asked.clear()
        stream.wanted = EventFilter.parse("#777")
        await stage.pilot.pause()
        await stream.settled()
        assert positions(stage) == ["777", *(f"{position:,}" for position in range(7770, 7780))]
        searched = [one for one in asked if one[1] == STEP]
        assert searched == [(after, STEP) for after in range(head - STEP, -1, -STEP)]
