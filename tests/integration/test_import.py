"""Taking in the events of a file: all or none of them, and none twice. The contract of every ledger."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from tests.integration.evolving import EVOLVE, cloud_events
from tests.integration.importing import HISTORY, changed, deposits, events_of, lines_of, past, written
from tui_ledger.domain.command_language import parse
from tui_ledger.domain.wallet import OpenWallet
from tui_ledger.errors import InputError
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.exchange.importing import Imported, ImportProgress
from tui_ledger.ledger import Ledger
from tui_ledger.testing import CountingIds, VirtualClock


@pytest.fixture(params=["memory", "sqlite"])
async def ledger(
    request: pytest.FixtureRequest, tmp_path: Path, clock: VirtualClock, new_id: CountingIds
) -> AsyncIterator[Ledger]:
    """An empty ledger of each kind, without views."""
    if request.param == "memory":
        async with Ledger.in_memory(run_views=False, clock=clock, new_id=new_id) as ledger:
            yield ledger
        return
    path = tmp_path / "ledger"
    async with Ledger.open(path, create=True, run_views=False, clock=clock, new_id=new_id) as ledger:
        yield ledger


@pytest.fixture
async def history() -> list[StoredEvent]:
    """What another ledger recorded, in which there is an event of every type."""
    return await events_of(*HISTORY, first_id=1000)


@pytest.fixture
def file(tmp_path: Path, history: list[StoredEvent]) -> Path:
    """That history in a file."""
    return written(tmp_path / "history.jsonl", lines_of(history))


# What is taken in


async def test_a_whole_history_gives_the_same_log_with_the_same_head(
    ledger: Ledger, file: Path, history: list[StoredEvent]
) -> None:
    assert len({event.type for event in history}) == 10
    assert await ledger.import_events(file) == Imported(1, len(history), len(history), 0)
    assert await ledger.read() == history
    assert (await ledger.head()).hash == history[-1].hash
    assert (await ledger.verify()).ok


async def test_events_get_the_next_positions_and_keep_all_else(
    ledger: Ledger, file: Path, history: list[StoredEvent]
) -> None:
    await ledger.execute(parse("create someone"))
    assert await ledger.import_events(file) == Imported(2, 1 + len(history), len(history), 0)
    assert [past(event) for event in await ledger.read(after=1)] == list(map(past, history))
    assert (await ledger.verify()).ok


async def test_a_packed_file_is_unpacked(ledger: Ledger, file: Path, history: list[StoredEvent]) -> None:
    packed = file.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(file.read_bytes()))
    await ledger.import_events(packed)
    assert await ledger.read() == history


async def test_old_schemas_are_taken_in_as_they_are(ledger: Ledger) -> None:
    await ledger.import_events(EVOLVE)
    there = [(event.schema, msgspec.json.decode(event.data)) for event in await ledger.read()]
    assert there == [(event["schemaversion"], event["data"]) for event in cloud_events()]
    assert {schema for schema, _ in there} == {0, 1}
    assert (await ledger.verify()).ok


async def test_an_event_whose_line_does_not_say_when_it_was_recorded_is_recorded_now(
    ledger: Ledger, tmp_path: Path, clock: VirtualClock, history: list[StoredEvent]
) -> None:
    await clock.advance(3600)
    await ledger.import_events(written(tmp_path / "one", [changed(lines_of(history)[0], recordedat=None)]))
    [event] = await ledger.read()
    assert event.recorded_at > event.occurred_at == history[0].occurred_at


async def test_a_file_without_events_changes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    assert await ledger.import_events(written(tmp_path / "empty", [])) == Imported(None, None, 0, 0)
    assert (await ledger.head()).position == 0


async def test_a_dry_run_says_what_there_is_and_changes_nothing(ledger: Ledger, file: Path) -> None:
    assert await ledger.import_events(file, dry_run=True) == Imported(None, None, 13, 0)
    assert (await ledger.head()).position == 0
    assert (await ledger.import_events(file)).imported == 13


async def test_progress_is_told_while_it_is_read_and_while_it_is_appended(
    ledger: Ledger, tmp_path: Path
) -> None:
    seen: list[ImportProgress] = []
    file = written(tmp_path / "long", deposits(2500))
    await ledger.import_events(file, progress=seen.append)
    assert [progress.checked for progress in seen if not progress.applied][-1] == 2500
    assert [(progress.applied, progress.staged) for progress in seen][-2:] == [(2000, 2500), (2500, 2500)]
    assert all(progress.bytes_read <= file.stat().st_size == progress.size for progress in seen)


# None twice


async def test_what_is_there_already_is_left_out(
    ledger: Ledger, file: Path, history: list[StoredEvent], tmp_path: Path
) -> None:
    await ledger.import_events(written(tmp_path / "beginning", lines_of(history[:6])))
    assert await ledger.import_events(file) == Imported(7, 13, 7, 6)
    assert await ledger.import_events(file) == Imported(None, None, 0, 13)
    assert await ledger.read() == history


async def test_a_line_that_comes_twice_counts_once(
    ledger: Ledger, tmp_path: Path, history: list[StoredEvent]
) -> None:
    lines = lines_of(history)
    file = written(tmp_path / "twice", [*lines[:3], lines[0], *lines[3:], lines[-1]])
    assert await ledger.import_events(file) == Imported(1, 13, 13, 2)


async def test_how_it_is_spaced_and_when_it_was_recorded_is_no_other_content(
    ledger: Ledger, tmp_path: Path, file: Path, history: list[StoredEvent]
) -> None:
    await ledger.import_events(file)
    again = [changed(line, recordedat=None) for line in lines_of(history)]  # and with blanks in its data
    assert (await ledger.import_events(written(tmp_path / "again", again))).known == 13


async def test_commands_come_along_and_are_not_executed_again(ledger: Ledger, file: Path) -> None:
    await ledger.import_events(file)
    receipt = await ledger.execute(parse("deposit moyin 1000 id=salary"))
    assert (receipt.accepted, receipt.duplicate, receipt.first) == (True, True, 3)
    other = await ledger.execute(parse("deposit moyin 1 id=salary"))
    assert other.code == "command_id_reused"


async def test_a_journey_can_be_traced_as_before(ledger: Ledger, file: Path) -> None:
    await ledger.execute(parse("create someone"))
    await ledger.import_events(file)
    journey = await ledger.trace(7)
    assert [event.type for event in journey.events] == ["TransferSent", "TransferReceived", "TransferSettled"]
    assert (journey.complete, journey.warnings) == (True, ())


async def test_what_ended_is_not_ended_again_and_what_is_on_its_way_arrives(
    tmp_path: Path, history: list[StoredEvent], clock: VirtualClock
) -> None:
    [sent] = [event for event in history if event.command_id == "rent" and event.type == "TransferSent"]
    file = written(tmp_path / "cut", lines_of(history[: sent.position]))
    async with Ledger.in_memory(clock=clock) as ledger:
        await ledger.import_events(file)
        await ledger.settle()
        types = [event.type for event in await ledger.read()]
        assert types[-3:] == ["TransferSent", "TransferReceived", "TransferSettled"]
        answer = await ledger.query("balances", "bob")
        assert answer.document is not None
        assert answer.document["posted"] == "100.00"


async def test_views_that_run_follow_at_once(tmp_path: Path, file: Path) -> None:
    async with Ledger.open(tmp_path / "viewed", create=True) as ledger:
        await ledger.import_events(file)
        await ledger.settle()
        answer = await ledger.query("balances", "moyin")
        assert (answer.as_of, answer.document and answer.document["posted"]) == (13, "750.00")
        assert (await ledger.verify()).ok


# Behind what a ledger holds already


async def test_a_wallet_goes_on_where_the_ledger_has_it(
    ledger: Ledger, tmp_path: Path, history: list[StoredEvent]
) -> None:
    for end in range(1, len(history) + 1):  # each event finds the wallets as the ledger has them
        assert (await ledger.import_events(written(tmp_path / "part", lines_of(history[:end])))).imported == 1
    assert await ledger.read() == history
    states = await ledger.truth(["moyin", "bob"])
    assert isinstance(states["moyin"], OpenWallet)
    assert states["moyin"].available == 75_000


async def test_a_wallet_of_many_events_is_taken_over_whole(ledger: Ledger, tmp_path: Path) -> None:
    lines = deposits(1203)
    await ledger.import_events(written(tmp_path / "first", lines))
    drained = await ledger.execute(parse("withdraw w0 12.02"))
    assert drained.accepted
    more = changed(deposits(1204)[-1], type="MoneyWithdrawn", data={"destination": ""})
    more = more.replace(b', "source": ""', b"")
    with pytest.raises(InputError, match=r"line 1: .* w0 has 0\.00 USD"):
        await ledger.import_events(written(tmp_path / "second", [more]))
