"""The events among the files of demo_data: they are what their manifests say, and made by whoever says so."""

import gzip
import hashlib
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from tests.unit.oracles import check, documents
from tui_ledger.domain.events import RecordedEvent
from tui_ledger.domain.postings import change
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.memory import MemoryEventStore
from tui_ledger.exchange.cloud_events import parse
from tui_ledger.ledger import Ledger
from tui_ledger.simulation.demo_data import demo_data_folder
from tui_ledger.simulation.history.data_sets import DATA_SETS, make
from tui_ledger.simulation.history.manifest import written

FOLDER: Final = demo_data_folder()
NAMES: Final = ("decade", "evolve", "fraud")
_NEVER: Final = ""  # every line says when its event was recorded


def uncompressed(name: str) -> bytes:
    packed = FOLDER / f"{name}.jsonl.gz"
    return (
        gzip.decompress(packed.read_bytes()) if packed.exists() else (FOLDER / f"{name}.jsonl").read_bytes()
    )


def manifest(name: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode((FOLDER / f"{name}.manifest.json").read_bytes())
    return found


async def taken_in(name: str) -> tuple[MemoryEventStore, list[RecordedEvent]]:
    """A log of the file's events."""
    store = MemoryEventStore()
    past = [parse(line).past(_NEVER) for line in uncompressed(name).splitlines()]
    head = await store.restore(past, GENESIS)
    assert str(head) == manifest(name)["head"]
    return store, [decode(event) for event in await store.read(limit=head.position)]


@pytest.mark.parametrize("name", DATA_SETS)
async def test_it_is_what_the_generator_makes(name: str) -> None:
    lines, oracle = await make(DATA_SETS[name])
    assert lines == uncompressed(name)
    assert written(oracle) == (FOLDER / f"{name}.manifest.json").read_bytes()


@pytest.mark.parametrize("name", NAMES)
async def test_its_views_say_what_its_manifest_says(name: str) -> None:
    oracle, lines = manifest(name), uncompressed(name)
    assert oracle["bytes"] == len(lines)
    assert oracle["sha256"] == hashlib.sha256(lines).hexdigest()
    _, events = await taken_in(name)
    assert oracle["events"] == len(events)
    forged = oracle.get("forged", {}).get("event")
    genuine = [event for event in events if event.id != forged]
    check(oracle, documents(genuine))
    for wallet, balance in oracle["balances"].items():
        assert balance["events"] == sum(event.data.wallet == wallet for event in genuine)


async def test_one_deposit_of_the_fraud_was_caused_by_no_command() -> None:
    forged = manifest("fraud")["forged"]
    store, events = await taken_in("fraud")
    [event] = [event for event in events if event.command_id is None]
    assert (event.id, event.position, event.type) == (forged["event"], forged["position"], "MoneyDeposited")
    assert (event.data.wallet, event.occurred_at) == (forged["wallet"], forged["occurred_at"])
    assert (event.correlation_id, event.causation_id) == (None, None)
    [stored] = await store.read(event.position - 1, limit=1)
    assert stored.content is None
    assert all(row.content for row in await store.read(limit=len(events)) if row.id != event.id)


async def test_the_forged_money_is_spent_and_could_be_taken_back_in_the_end() -> None:
    forged = manifest("fraud")["forged"]
    amount = int(forged["amount"].replace(".", ""))
    _, events = await taken_in("fraud")
    balance, lowest = 0, 0
    for event in events:
        if event.data.wallet == forged["wallet"]:
            balance += change(event.data)
            if event.position > forged["position"]:
                lowest = min(lowest, balance - amount)
    assert lowest < -amount // 2
    assert balance > amount


def test_they_are_small_enough_for_the_repository() -> None:
    files = [FOLDER / f"{name}.{end}" for name in DATA_SETS for end in ("jsonl.gz", "manifest.json")]
    assert sum(map(_size, files)) < 1_000_000


def _size(path: Path) -> int:
    return path.stat().st_size


@pytest.mark.parametrize("name", NAMES)
async def test_imported_into_an_empty_ledger_it_has_the_head_of_its_manifest(name: str) -> None:
    [file] = FOLDER.glob(f"{name}.jsonl*")
    async with Ledger.in_memory(views=[]) as ledger:
        await ledger.import_events(file)
        assert str(await ledger.head()) == manifest(name)["head"]
