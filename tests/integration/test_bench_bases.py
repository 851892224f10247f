"""What the benchmarks measure is what they say: so many events, on the disk, and none for nothing."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tui_ledger.bench import eventsourcing_library, pipeline, raw_sqlite
from tui_ledger.bench.history import (
    Appends,
    decade,
    decade_at,
    deposit,
    fill,
    interleaved,
    one_busy_wallet,
    wallet_names,
)
from tui_ledger.bench.port import Setup
from tui_ledger.bench.projecting import check_projected, longest_pause, projecting
from tui_ledger.domain.wallet import OpenWallet
from tui_ledger.errors import LedgerError
from tui_ledger.event_store.port import Append
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.query_side.views.balances import Balances

FULL = 2


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(folder=tmp_path)


def test_raw_is_synced_at_every_commit_and_holds_a_version_once(tmp_path: Path) -> None:
    with closing(raw_sqlite.connect(tmp_path / "raw.db")) as connection:
        columns = "stream, version, id, type, data, occurred_at"
        row = f"INSERT INTO events ({columns}) VALUES ('a', 1, '', '', '', '')"
        connection.execute(row)

        assert connection.execute("PRAGMA synchronous").fetchone() == (FULL,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert not connection.in_transaction
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            connection.execute(row)


def test_raw_writes_each_event_once(tmp_path: Path, setup: Setup) -> None:
    appends = list(interleaved(["a", "b"], 9))

    sample = raw_sqlite.measure(tmp_path / "raw.db", appends, setup)

    assert (sample.events, len(sample.latencies)) == (9, 9)
    with closing(sqlite3.connect(tmp_path / "raw.db")) as connection:
        stored = connection.execute(
            "SELECT stream, version, id, data FROM events ORDER BY position"
        ).fetchall()
    assert stored == [
        (append.stream, append.expected, append.events[0].id, append.events[0].data) for append in appends
    ]


def test_the_library_saves_each_deposit_and_syncs_like_all_others(tmp_path: Path, setup: Setup) -> None:
    pytest.importorskip("eventsourcing")
    path = tmp_path / "es.db"

    sample = eventsourcing_library.measure(path, wallet_names(3), 7, setup)

    assert sample.events == 7
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM stored_events").fetchone() == (3 + 7,)
        # It leaves this as it is, and so it is what SQLite has for everyone.
        assert connection.execute("PRAGMA synchronous").fetchone() == (FULL,)


async def test_the_pipeline_is_a_ledger_with_a_wallet_for_each_caller(tmp_path: Path, setup: Setup) -> None:
    sample = await pipeline.measure_pipeline(tmp_path / "ledger", 3, 4, setup)

    assert (sample.events, len(sample.latencies)) == (12, 12)
    async with Ledger.open(tmp_path / "ledger", run_views=False) as ledger:
        assert (await ledger.verify()).ok
        assert (await ledger.head()).position == 3 + 12
        assert {len(await ledger.replay(wallet)) for wallet in wallet_names(3)} == {1 + 4}


async def test_the_pipeline_goes_on_where_a_preloaded_log_ends(tmp_path: Path, setup: Setup) -> None:
    path = tmp_path / "ledger"
    create_ledger(path)
    async with open_store(LedgerFolder(path).log) as store:
        await fill(store, interleaved(wallet_names(3), 10))

    await pipeline.measure_pipeline(path, 3, 2, setup, preloaded=True)

    async with Ledger.open(path, run_views=False) as ledger:
        assert (await ledger.verify()).ok
        assert (await ledger.head()).position == 10 + 3 + 6


async def test_the_store_alone_takes_appends_that_name_what_they_follow(tmp_path: Path, setup: Setup) -> None:
    sample = await pipeline.measure_store(tmp_path / "events.db", 3, 4, setup)

    assert (sample.events, len(sample.latencies)) == (12, 12)
    async with open_store(tmp_path / "events.db") as store:
        assert (await store.head()).position == 3 + 12


async def test_exec_stores_the_whole_file(tmp_path: Path, setup: Setup) -> None:
    sample = await pipeline.measure_exec(tmp_path / "ledger", 3, 10, setup)

    assert sample.events == 10
    async with Ledger.open(tmp_path / "ledger", run_views=False) as ledger:
        assert (await ledger.head()).position == 3 + 10


async def test_refused_commands_are_no_measurement(
    tmp_path: Path, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "deposit", lambda _: deposit("nobody"))

    with pytest.raises(LedgerError, match=r"^4 events were to be stored and 0 are, so"):
        await pipeline.measure_pipeline(tmp_path / "ledger", 2, 2, setup)


async def test_a_preloaded_log_without_the_wallets_is_no_place_to_measure(
    tmp_path: Path, setup: Setup
) -> None:
    create_ledger(tmp_path / "ledger")

    with pytest.raises(LedgerError, match=r"^A command was refused, so this is no measurement: There is no"):
        await pipeline.measure_pipeline(tmp_path / "ledger", 2, 2, setup, preloaded=True)


@pytest.mark.parametrize(
    ("make", "purchases"),
    [(lambda: interleaved(["hot"], 40), 0), (lambda: one_busy_wallet("hot", 40), 38)],
    ids=["deposits", "purchases"],
)
async def test_a_history_is_one_that_commands_could_have_made(
    tmp_path: Path, make: Callable[[], Iterator[Append]], purchases: int
) -> None:
    create_ledger(tmp_path / "ledger")
    async with open_store(LedgerFolder(tmp_path / "ledger").log) as store:
        await fill(store, make())

    async with Ledger.open(tmp_path / "ledger", run_views=False) as ledger:
        assert (await ledger.verify()).ok
        assert (await ledger.head()).position == 40
        state = (await ledger.truth(["hot"]))["hot"]
        assert isinstance(state, OpenWallet)
        assert len(state.purchases) == purchases


def test_the_same_wallet_is_created_once_and_then_paid() -> None:
    appends = Appends()

    assert [appends.create("a").expected, appends.deposit("a").expected, appends.purchase("a").expected] == [
        0,
        1,
        2,
    ]


async def test_a_decade_is_a_ledger_that_is_right(tmp_path: Path) -> None:
    count = await decade_at(tmp_path / "ledger", 5, 100)

    async with Ledger.open(tmp_path / "ledger", run_views=False) as ledger:
        assert (await ledger.verify()).ok
        assert (await ledger.head()).position == count == 100
        years = {event.occurred_at[:4] for event in await ledger.read(10) if event.type == "ItemPurchased"}
    assert years == {str(year) for year in range(2016, 2026)}


def test_a_decade_is_the_same_each_time_and_the_longer_part_of_it_is_purchases() -> None:
    one, same = ([append.events[0].data for append in decade("ab", 1000)] for _ in range(2))

    assert one == same
    assert 600 < sum("merchant" in data for data in one) < 720


def test_the_library_folds_every_deposit(tmp_path: Path, setup: Setup) -> None:
    pytest.importorskip("eventsourcing")

    assert eventsourcing_library.measure_replay(tmp_path / "es.db", ["a", "b"], 4, setup).events == 2 * 5


async def test_a_view_that_stops_on_its_way_is_no_measurement(tmp_path: Path) -> None:
    await decade_at(tmp_path / "ledger", 2, 10)
    async with projecting(tmp_path / "ledger", Balances()) as (projection, store):
        await projection.leap(store, 9)
        check_projected(projection, 9)
        with pytest.raises(LedgerError, match=r"^The view is not at #10, so this is no measurement"):
            check_projected(projection, 10)


async def test_the_longest_pause_is_what_holds_up_everything_else(setup: Setup) -> None:
    async def busy() -> None:
        await asyncio.sleep(0)
        until = setup.timer() + 0.03
        while setup.timer() < until:
            pass
        await asyncio.sleep(0.002)

    assert 0.025 < await longest_pause(asyncio.create_task(busy()), setup) < 1
