"""A ledger with a past: old events are read as new ones, and nothing of what is stored changes."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from tests.integration.command_line import run
from tests.integration.evolving import EVOLVE, cloud_events, record, record_all
from tests.integration.playing import play
from tui_ledger.clock import parse_timestamp, timestamp
from tui_ledger.domain.command_language import parse
from tui_ledger.domain.wallet import ClosedWallet, OpenWallet, Purchase
from tui_ledger.errors import NewerVersionError
from tui_ledger.event_store.audit import audited
from tui_ledger.event_store.codec import decode
from tui_ledger.event_store.port import EventStore
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ledger import Ledger, create_ledger

LANTERN = 3
STAR_MAP = 4


@pytest.fixture(params=["memory", "sqlite"])
async def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ledger]:
    """A ledger of each kind, with the events of the file."""
    async with (
        Ledger.in_memory()
        if request.param == "memory"
        else Ledger.open(tmp_path / "ledger", create=True) as ledger
    ):
        await record_all(ledger._parts.store)
        yield ledger


@pytest.fixture
async def old_ledger(tmp_path: Path) -> Path:
    """A ledger with the events of the file, and views that have not seen them."""
    path = tmp_path / "ledger"
    create_ledger(path)
    async with open_store(path / "events.db") as store:
        await record_all(store)
    return path


# The file


def test_the_file_holds_cloud_events_in_order() -> None:
    events = cloud_events()
    text = EVOLVE.read_text(encoding="utf-8")
    assert text == "".join(msgspec.json.encode(event).decode() + "\n" for event in events)
    assert [event["position"] for event in events] == list(range(1, len(events) + 1))
    for event in events:
        assert (event["specversion"], event["datacontenttype"]) == ("1.0", "application/json")
        assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in event)
        assert re.fullmatch(
            r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", event["id"]
        )
        assert event["subject"] == event["data"]["wallet"]
        assert event["time"] <= event["recordedat"]
        for time in (event["time"], event["recordedat"]):
            assert timestamp(parse_timestamp(time)) == time
    for order in ("id", "time", "recordedat"):
        values = [event[order] for event in events]
        assert values == sorted(set(values))
    assert (events[0]["time"][:4], events[-1]["time"][:4]) == ("2016", "2026")


def test_the_file_mixes_old_schemas_a_renamed_type_and_new_ones() -> None:
    assert {(event["type"], event["schemaversion"]) for event in cloud_events()} >= {
        ("UserRegistered", 0), ("UserCreated", 0), ("UserCreated", 1), ("MoneyDeposited", 0),
        ("MoneyDeposited", 1), ("MoneyWithdrawn", 0), ("MoneyWithdrawn", 1), ("ItemPurchased", 0),
        ("ItemPurchased", 1), ("PurchaseRefunded", 1), ("WalletClosed", 1),
    }  # fmt: skip


# What is read


async def test_wallets_of_old_events_are_what_they_would_be_of_new_ones(ledger: Ledger) -> None:
    states = await ledger.truth(["ada", "noor", "kenji"])
    ada, noor, kenji = states["ada"], states["noor"], states["kenji"]
    assert isinstance(ada, OpenWallet)
    assert isinstance(noor, ClosedWallet)
    assert isinstance(kenji, OpenWallet)
    assert (ada.owner, ada.currency, ada.posted) == ("Ada", "USD", 1450_01)
    assert (noor.owner, noor.currency, noor.posted) == ("Noor", "USD", 0)
    assert (kenji.owner, kenji.currency, kenji.posted) == ("健二", "JPY", 28000)


async def test_old_purchases_are_purchases_with_nothing_said_of_where(ledger: Ledger) -> None:
    ada = (await ledger.truth(["ada"]))["ada"]
    assert isinstance(ada, OpenWallet)
    ids = {event["position"]: event["id"] for event in cloud_events()}
    assert ada.purchases[ids[LANTERN]] == Purchase(
        "lantern", 4500, "", "", "2016-04-02T18:05:41.003000Z", 4500
    )
    assert ada.purchases[ids[STAR_MAP]] == Purchase(
        "star map", 1999, "", "", "2016-12-20T11:47:09.250000Z", 0
    )


async def test_views_replays_and_verification_take_old_events_for_new_ones(ledger: Ledger) -> None:
    await ledger.settle()
    answer = await ledger.query("balances", "ada")
    assert answer.document == {
        "wallet": "ada", "owner": "Ada", "currency": "USD", "posted": "1450.01", "pending": "0.00",
        "available": "1450.01", "state": "open",
    }  # fmt: skip
    lines = await ledger.documents("statement", "ada")
    steps = await ledger.replay("ada")
    found = [line.document for line in lines if line.document is not None]
    assert [(line["position"], line["type"], line["change"], line["balance"]) for line in found] == [
        (step.position, step.type, step.change, step.balance) for step in steps
    ]
    assert (found[0]["type"], found[0]["text"], found[2]["text"]) == ("UserCreated", "Ada", "lantern")
    verified = await ledger.verify()
    assert (verified.ok, verified.events, verified.reason) == (True, len(cloud_events()), None)


# What stays


async def test_what_is_stored_is_what_came_and_the_chain_covers_it(store: EventStore) -> None:
    await record_all(store)
    rows = [event async for event in audited(store)]
    assert [(row.type, row.schema, row.data) for row in rows] == [
        (event["type"], event["schemaversion"], msgspec.json.encode(event["data"]).decode())
        for event in cloud_events()
    ]
    assert [row.hash for row in rows] == [decode(row).hash for row in rows]


# What goes on


async def test_a_wallet_of_old_events_goes_on_with_new_commands(ledger: Ledger) -> None:
    before = await ledger.read()
    await play(
        ledger,
        f"refund ada {STAR_MAP} amount=9.99",
        f"refund ada {STAR_MAP}",
        "buy ada compass 70 category=outdoors",
        "withdraw ada 400.00",
        "withdraw ada 1000 destination=bank",
        "close ada",
        "deposit kenji 100",
    )
    after = await ledger.read()
    assert after[: len(before)] == before
    refund = decode(after[len(before) + 1])
    assert (refund.type, refund.schema) == ("PurchaseRefunded", 1)
    assert after[len(before) + 1].data == (
        f'{{"wallet":"ada","amount":1000,"currency":"USD","purchase":"{before[STAR_MAP - 1].id}",'
        '"item":"star map","category":"","merchant":"","purchased_at":"2016-12-20T11:47:09.250000Z"}'
    )
    assert {event.schema for event in after[len(before) :]} == {1}
    await ledger.settle()
    assert (await ledger.verify()).ok


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"refund ada {LANTERN}", "refund_too_large"),
        ("withdraw ada 1450.02", "insufficient_funds"),
        ("create ada", "wallet_exists"),
        ("deposit noor 1", "wallet_closed"),
    ],
)
async def test_the_past_counts_in_what_is_refused(line: str, code: str, ledger: Ledger) -> None:
    assert (await ledger.execute(parse(line))).code == code


async def test_a_command_of_the_past_is_on_record(ledger: Ledger) -> None:
    past = next(event for event in cloud_events() if "commandid" in event)
    again = await ledger.execute(parse(f"deposit ada 250 source=salary id={past['commandid']}"))
    assert (again.duplicate, again.first) == (True, past["position"])


# What cannot be read


async def test_an_unknown_event_stops_its_wallet_and_the_views_and_nothing_else(ledger: Ledger) -> None:
    await ledger.settle()
    await record(ledger._parts.store, "MoonLanded", 1, '{"wallet":"ada"}')
    await ledger.settle()
    for view in ledger.snapshot().views:
        assert (view.state, view.failed_at, view.checkpoint) == ("failed", 19, 18)
        assert "a type this program does not know: MoonLanded" in (view.reason or "")
    for reading in (ledger.replay("ada"), ledger.truth(["ada"]), ledger.execute(parse("deposit ada 1"))):
        with pytest.raises(NewerVersionError, match="#19 is of a type this program does not know"):
            await reading
    await play(ledger, "deposit kenji 1")
    assert len(await ledger.replay("kenji")) == 4
    with pytest.raises(NewerVersionError, match="#19"):
        await ledger.verify()


# On the command line


def test_the_log_is_printed_as_it_is_stored_for_programs_and_as_of_today_for_people(old_ledger: Path) -> None:
    done = run("events", old_ledger, "--json")
    assert (done.status, done.err) == (0, "")
    assert [(event["type"], event["schema"], event["data"]) for event in done.objects] == [
        (event["type"], event["schemaversion"], event["data"]) for event in cloud_events()
    ]
    lines = run("events", old_ledger, "--limit", "3").out.splitlines()
    assert lines[0] == '#1  2016-03-14T09:26:53Z  UserCreated       ada  owner="Ada"  currency="USD"'
    assert lines[2] == '#3  2016-04-02T18:05:41Z  ItemPurchased     ada  45.00 USD  item="lantern"'


def test_old_events_are_found_by_the_name_of_today_and_by_the_one_that_they_had(old_ledger: Path) -> None:
    registered = run("events", old_ledger, "--type", "UserRegistered", "--json").objects
    created = run("events", old_ledger, "--type", "UserCreated", "--json").objects
    assert {event["type"] for event in registered} == {"UserRegistered"}
    assert {event["type"] for event in created} == {"UserRegistered", "UserCreated"}
    assert run("events", old_ledger, "--type", "MoonLanded").status == 3


def test_every_command_takes_old_events_for_new_ones(old_ledger: Path) -> None:
    replayed = run("replay", old_ledger, "ada", "--json")
    assert replayed.objects[2] == {
        "position": 3, "type": "ItemPurchased", "change": "-45.00", "balance": "1155.00"
    }  # fmt: skip
    fresh = run("query", old_ledger, "balances", "ada", "--fresh", "--json")
    assert fresh.objects[0]["document"]["available"] == "1450.01"
    assert run("exec", old_ledger, f"refund ada {STAR_MAP}", "withdraw ada 1470").status == 0
    verified = run("verify", old_ledger, "--json")
    assert (verified.status, verified.objects[0]["ok"], verified.objects[0]["events"]) == (0, True, 20)
    assert all(done.err == "" for done in (replayed, fresh, verified))


@pytest.mark.parametrize(
    ("kind", "schema", "reason"),
    [
        ("MoonLanded", 1, "is of a type this program does not know: MoonLanded, schema 1"),
        ("MoneyDeposited", 9, "is of schema 9; this program knows schemas up to"),
    ],
)
async def test_what_a_newer_version_wrote_stops_its_readers_with_a_sentence(
    kind: str, schema: int, reason: str, old_ledger: Path
) -> None:
    async with open_store(old_ledger / "events.db") as store:
        await record(store, kind, schema, '{"wallet":"ada","colour":"red"}')
    for arguments in (
        ("replay", old_ledger, "ada"),
        ("exec", old_ledger, "deposit ada 1"),
        ("verify", old_ledger),
    ):
        done = run(*arguments)
        assert done.status == 8
        assert done.err.count("\n") == 1
        assert done.err.startswith("Event #19")
        assert reason in done.err
    run("query", old_ledger, "balances", "ada", "--fresh")
    balances = run("status", old_ledger, "--json").objects[0]["views"][0]
    assert (balances["state"], balances["failed_at"], balances["checkpoint"]) == ("failed", 19, 18)
    assert reason in balances["reason"]
    printed = run("events", old_ledger, "--after", "18", "--json").objects[0]
    assert (printed["type"], printed["schema"], printed["data"]["colour"]) == (kind, schema, "red")
    assert run("replay", old_ledger, "kenji").status == 0
    assert run("exec", old_ledger, "deposit kenji 1").status == 0
