"""The fields that expectations are checked against are those that there are."""

import pytest

from tests.integration.playing import play
from tui_ledger.domain.command_language import parse
from tui_ledger.ledger import Ledger
from tui_ledger.simulation.expectations import parse_expectation
from tui_ledger.simulation.findings import Findings
from tui_ledger.simulation.places import BUS, DOCUMENTS, RECEIPT, RECEIPTS, STATUS, TRUTH, WHOLE, Kind
from tui_ledger.testing import VirtualClock, settle

KINDS = {
    Kind.AMOUNT: str,
    Kind.TEXT: str | None,
    Kind.NUMBER: int | float | None,
    Kind.SWITCH: bool,
    Kind.POSITIONS: list,
    Kind.AMOUNTS: dict,
}


@pytest.mark.parametrize("view", DOCUMENTS)
async def test_the_fields_of_documents_are_those_that_views_make(view: str) -> None:
    clock = VirtualClock()
    async with Ledger.in_memory(views=[view], clock=clock) as ledger:
        await play(ledger, "create ann", "deposit ann 9", "buy ann tea 3 category=food", "buy ann tea 3")
        await settle(ledger, clock)
        documents = [answer.document for answer in await ledger.documents(view)]
    assert documents
    for document in documents:
        assert document is not None
        assert document.keys() == DOCUMENTS[view].keys()
        for field, kind in DOCUMENTS[view].items():
            assert isinstance(document[field], KINDS[kind]), field


async def test_every_other_place_has_something() -> None:
    clock = VirtualClock()
    async with Ledger.in_memory(views=["balances"], clock=clock) as ledger:
        findings = Findings(ledger)
        findings.receipts = [await ledger.execute(parse(line)) for line in ("create ann", "withdraw ann 5")]
        await settle(ledger, clock)
        places = [
            *((f"truth/ann.{field}", kind) for field, kind in TRUTH.items()),
            *((f"status/balances.{field}", kind) for field, kind in STATUS.items()),
            *((f"receipt/1.{field}", kind) for field, kind in RECEIPT.items()),
            *((f"{root}.{field}", kind) for root, fields in WHOLE.items() for field, kind in fields.items()),
            ("events/UserCreated.count", Kind.NUMBER),
        ]
        for place, kind in places:
            found = await findings.find(parse_expectation(f"{place} == null").path)
            assert isinstance(found, KINDS[kind]), place
        assert len(places) == sum(map(len, (TRUTH, STATUS, RECEIPT, RECEIPTS, BUS))) + 5


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("log.head", 3),
        ("events/UserCreated.count", 1),
        ("events/WalletClosed.count", 0),
        ("truth/ann.available", "7.00"),
        ("truth/ann.state", "open"),
        ("truth/bob.available", None),
        ("balances/ann.available", "7.00"),
        ("balances/ann.nothing", None),
        ("status/balances.checkpoint", 3),
        ("status/balances.parked", []),
        ("receipts.accepted", 3),
        ("receipts.refused", 1),
        ("receipts.duplicate", 0),
        ("receipt.code", "insufficient_funds"),
        ("receipt/4.accepted", False),
        ("receipt/3.version", 3),
        ("receipt/5.version", None),
        ("transfers.in_flight", 0),
        ("bus.dropped", 0),
        ("verify.ok", True),
        ("verify.reason", None),
    ],
)
async def test_what_is_found_at_a_place(place: str, value: object) -> None:
    clock = VirtualClock()
    async with Ledger.in_memory(views=["balances"], clock=clock) as ledger:
        findings = Findings(ledger)
        lines = ("create ann", "deposit ann 9", "withdraw ann 2", "withdraw ann 10")
        findings.receipts = [await ledger.execute(parse(line)) for line in lines]
        await settle(ledger, clock)
        assert await findings.find(parse_expectation(f"{place} == null").path) == value
