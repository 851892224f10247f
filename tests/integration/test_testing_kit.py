"""The kit for whole ledgers: `settle`, which waits for all of it or says what is wrong, and the fixtures."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.integration.evolving import record
from tests.integration.playing import STORY, play
from tui_ledger.command_side.transfer_steps import TransferSteps
from tui_ledger.domain.command_language import parse
from tui_ledger.domain.events import MoneyDeposited
from tui_ledger.event_store.codec import encode
from tui_ledger.event_store.port import Append, Expected, NewEvent, StoredEvent
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.query_side.documents.sqlite import SqliteDocuments
from tui_ledger.testing import CountingIds, VirtualClock, breathe, settle

TRANSFERS = ("create ann", "create bob", "deposit ann 100", "send ann bob 30", "send ann nobody 5")
DEPOSITED = MoneyDeposited("moyin", 1, "USD", "")
EVER = 3600.0
"""Seconds that no test has: what ends earlier does so by itself."""


@pytest.fixture(autouse=True)
def two_views(monkeypatch: pytest.MonkeyPatch) -> None:
    """New ledgers have two views, which is enough to tell views apart."""
    monkeypatch.setattr("tui_ledger.ledger.BUILT_IN_NAMES", ("balances", "statement"))


@pytest.fixture(params=["memory", "disk"])
async def either(
    request: pytest.FixtureRequest, tmp_path: Path, clock: VirtualClock
) -> AsyncIterator[Ledger]:
    """An empty ledger of each kind."""
    path = tmp_path / "either"
    opened = (
        Ledger.in_memory(clock=clock, views=("balances", "statement"))
        if request.param == "memory"
        else Ledger.open(path, create=True, clock=clock)
    )
    async with opened as ledger:
        yield ledger


def lines_of(error: pytest.ExceptionInfo[AssertionError]) -> list[str]:
    return str(error.value).splitlines()


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute(statement)


# What has settled


async def test_views_are_at_the_head_and_transfers_have_ended(either: Ledger) -> None:
    await play(either, *TRANSFERS)
    await settle(either, within=EVER)
    snapshot = await either.status()
    assert snapshot.head == 8
    assert [(view.state, view.checkpoint) for view in snapshot.views] == [("live", 8), ("live", 8)]
    assert (snapshot.transfers.checkpoint, snapshot.transfers.in_flight) == (8, 0)


async def test_the_clock_is_advanced_to_when_the_last_event_is_due_and_no_further(
    either: Ledger, clock: VirtualClock
) -> None:
    await either.worker("balances").delay(1.5)
    await either.worker("statement").delay(0.7)
    await play(either, *TRANSFERS)
    await clock.advance(1.0)
    await play(either, "deposit bob 1")
    await settle(either, clock, within=EVER)
    assert clock.monotonic() == 2.5
    await settle(either, clock, within=EVER)
    assert clock.monotonic() == 2.5


async def test_no_time_passes_where_nobody_needs_it(either: Ledger, clock: VirtualClock) -> None:
    for number in range(20):
        await play(either, f"create w{number}")
        await settle(either, clock, within=EVER)
    assert clock.monotonic() == 0


async def test_a_disk_that_takes_its_time_moves_no_clock(
    ledger_on_disk: Ledger, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = SqliteDocuments.commit
    to_come = ["deposit moyin 1"] * 12

    async def commit_late(documents: SqliteDocuments, *what: Any, **how: Any) -> bool:
        await asyncio.sleep(0.1)
        if to_come:
            await play(ledger_on_disk, to_come.pop())
        return await commit(documents, *what, **how)

    await settle(ledger_on_disk, clock, within=EVER)
    monkeypatch.setattr(SqliteDocuments, "commit", commit_late)
    await play(ledger_on_disk, to_come.pop())
    await settle(ledger_on_disk, clock, within=EVER)
    assert not to_come
    assert clock.monotonic() == 0
    await ledger_on_disk.worker("balances").delay(1.5)
    await play(ledger_on_disk, "deposit moyin 1")
    await settle(ledger_on_disk, clock, within=EVER)
    assert clock.monotonic() == 1.5


async def test_no_time_passes_while_a_transfer_is_on_its_way(
    ledger: Ledger, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = TransferSteps.complete

    async def complete_late(steps: TransferSteps, sent: StoredEvent) -> None:
        await asyncio.sleep(0.1)
        await complete(steps, sent)

    monkeypatch.setattr(TransferSteps, "complete", complete_late)
    await ledger.worker("balances").delay(1.5)
    await play(ledger, *TRANSFERS)
    await settle(ledger, clock, within=EVER)
    assert {event.recorded_at for event in await ledger.read()} == {"2026-01-01T00:00:00.000000Z"}
    assert clock.monotonic() == 1.5


async def test_whoever_else_sleeps_wakes_at_their_moment_meanwhile(
    ledger: Ledger, clock: VirtualClock
) -> None:
    async def buy_later() -> None:
        await clock.sleep(1.0)
        await play(ledger, "buy moyin shield 300")

    await ledger.worker("balances").delay(1.5)
    await play(ledger, *STORY[:-1])
    buying = asyncio.create_task(buy_later())
    await breathe()
    await settle(ledger, clock, within=EVER)
    assert buying.done()
    assert clock.monotonic() == 2.5


async def test_a_view_that_has_to_be_made_anew_gets_the_time_for_it(
    ledger_path: Path, clock: VirtualClock
) -> None:
    change(ledger_path / "views" / "balances.db", "UPDATE documents SET body = 'no document'")
    async with Ledger.open(ledger_path, clock=clock) as ledger:
        await play(ledger, "deposit moyin 1")
        await settle(ledger, clock, within=EVER)
        answer = await ledger.query("balances", "moyin")
    assert answer.document is not None
    assert answer.document["posted"] == "501.00"


async def test_views_that_somebody_else_runs_are_waited_for(ledger_path: Path, clock: VirtualClock) -> None:
    async with (
        Ledger.open(ledger_path, clock=clock) as theirs,
        Ledger.open(ledger_path, clock=clock, run_views=False) as mine,
    ):
        await settle(theirs, within=EVER)
        await theirs.worker("balances").delay(0.05)
        await play(mine, "deposit moyin 1")
        await settle(mine, clock, within=EVER)
        assert (await mine.query("balances", "moyin")).as_of == 5


async def test_views_that_nobody_runs_may_be_at_the_head_all_the_same(ledger_path: Path) -> None:
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        await settle(ledger, within=EVER)


# What has not, and why


async def test_a_late_view_on_a_clock_that_stands_still_is_named(ledger: Ledger, clock: VirtualClock) -> None:
    await ledger.worker("balances").delay(1.5)
    await play(ledger, "create moyin", "deposit moyin 1")
    with pytest.raises(AssertionError) as caught:
        await settle(ledger, within=0.05)
    assert lines_of(caught) == [
        "not settled within 0.05 s; the log ends at #2",
        "  balances is catching_up at #0, 2 behind and late by 1.5 s:"
        " if time is virtual, settle(ledger, clock) lets it pass",
        *[f"  {view} is live at #2, 0 behind" for view in ("statement", "spending", "top_items", "books")],
        "  transfers are at #2, 0 on their way",
    ]
    assert clock.monotonic() == 0


async def test_the_clock_of_something_else_does_not_help_and_hangs_nobody(ledger: Ledger) -> None:
    await ledger.worker("balances").delay(1.5)
    await play(ledger, "create moyin")
    with pytest.raises(AssertionError) as caught:
        await settle(ledger, VirtualClock(), within=0.05)
    assert lines_of(caught)[1] == "  balances is catching_up at #0, 1 behind"


async def test_a_view_that_failed_is_said_at_once_with_the_reason(ledger_path: Path) -> None:
    async with open_store(ledger_path / "events.db") as store:
        await record(store, "Money\x1b[2J", 1, "{}", wallet="moyin")
    async with Ledger.open(ledger_path) as ledger:
        with pytest.raises(AssertionError) as caught:
            await settle(ledger, within=EVER)
        await ledger.settle()  # asks for less
    assert lines_of(caught)[0] == "this cannot settle; the log ends at #5"
    assert lines_of(caught)[1].startswith("  balances is failed at #4, 1 behind: Event #5 ")
    assert r"Money\u001b[2J" in lines_of(caught)[1]


async def test_a_view_that_crashed_is_said_at_once_even_if_there_is_nothing_to_do(tmp_path: Path) -> None:
    create_ledger(tmp_path / "ledger")
    change(tmp_path / "ledger" / "views" / "statement.db", "CREATE TABLE recipes (cake TEXT)")
    async with Ledger.open(tmp_path / "ledger") as ledger:
        with pytest.raises(AssertionError, match=r"statement is crashed at #0, 0 behind: .*another program"):
            await settle(ledger, within=EVER)


async def test_a_view_that_nobody_runs_is_said_at_once(ledger_path: Path) -> None:
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        await play(ledger, "deposit moyin 1")
        with pytest.raises(AssertionError) as caught:
            await settle(ledger, within=EVER)
    assert lines_of(caught) == [
        "this cannot settle; the log ends at #5",
        "  balances is idle at #4, 1 behind: nobody runs it",
        "  statement is idle at #4, 1 behind: nobody runs it",
    ]


async def test_a_transfer_that_cannot_end_is_said_at_once_with_the_reason(ledger_path: Path) -> None:
    async with Ledger.open(ledger_path, run_views=False) as ledger:
        await play(ledger, "send moyin ann 1")
        sent = (await ledger.read())[-1]
    async with open_store(ledger_path / "events.db") as store:
        in_the_way = NewEvent("d-1", "MoneyDeposited", 1, encode(DEPOSITED), sent.occurred_at)
        await store.append(
            Append(
                stream=sent.stream,
                expected=Expected.EXISTS,
                events=(in_the_way,),
                command_id=f"{sent.id}:transfer",
                content="something else",
            )
        )
    async with Ledger.open(ledger_path) as ledger:
        with pytest.raises(AssertionError) as caught:
            await settle(ledger, within=EVER)
    problem, balances, _, transfers = lines_of(caught)
    assert problem == "this cannot settle; the log ends at #6"
    assert balances == "  balances is live at #6, 0 behind"
    assert transfers.startswith("  transfers are at #6, 1 on their way: The transfer of event #5 cannot end")


async def test_whoever_gives_up_settling_leaves_nothing_behind(ledger: Ledger, clock: VirtualClock) -> None:
    await ledger.worker("balances").delay(1.5)
    await play(ledger, "create moyin")
    await breathe()
    before = asyncio.all_tasks()
    with pytest.raises(AssertionError):
        await settle(ledger, VirtualClock(), within=0.01)
    settling = asyncio.create_task(settle(ledger, clock, within=EVER))
    await breathe()
    settling.cancel()
    await asyncio.wait({settling})
    await breathe()
    assert settling.cancelled()
    assert asyncio.all_tasks() == before


# The fixtures


async def test_a_ledger_is_the_same_in_every_run(ledger: Ledger) -> None:
    await play(ledger, *STORY)
    async with Ledger.in_memory(clock=VirtualClock(), new_id=CountingIds()) as another_run:
        await play(another_run, *STORY)
        assert await ledger.read() == await another_run.read()
    first = (await ledger.read())[0]
    assert first.recorded_at == "2026-01-01T00:00:00.000000Z"
    assert first.command_id == "00000000-0000-7001-8000-000000000000"


async def test_a_ledger_on_disk_is_that_of_the_folder_on_the_same_clock(
    ledger_on_disk: Ledger, ledger_path: Path, clock: VirtualClock
) -> None:
    await clock.advance(60)
    await play(ledger_on_disk, "deposit moyin 1")
    async with Ledger.open(ledger_path, run_views=False) as reopened:
        types = [event.type for event in await reopened.read()]
        assert types == ["UserCreated", "MoneyDeposited", "ItemPurchased", "ItemPurchased", "MoneyDeposited"]
        last = (await reopened.read())[-1]
    assert last.recorded_at == "2026-01-01T00:01:00.000000Z"
    assert last.command_id == "00000000-0000-7001-8000-000000000000"
    refused = await ledger_on_disk.execute(parse("create moyin"))
    assert refused.code == "wallet_exists"
