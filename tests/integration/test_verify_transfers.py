"""`verify` and transfers: each is received as it was sent, or returned, and never both."""

from pathlib import Path

import pytest

from tests.integration.transferring import Bank
from tui_ledger.domain.events import (
    Event,
    MoneyWithdrawn,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
)
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ledger import Ledger
from tui_ledger.testing import VirtualClock
from tui_ledger.verification import Verification

SENT = TransferSent("ann", "t1", "bob", 30_00, "USD", "")
RECEIVED = TransferReceived("bob", "t1", "ann", 30_00, "USD", "")
SETTLED = TransferSettled("ann", "t1")
RETURNED = TransferReturned("ann", "t1", 30_00, "USD", "wallet_closed")


async def verified(path: Path, *events: Event) -> Verification:
    """What `verify` finds in a ledger that has two wallets, 100 in the first, and `events`."""
    async with Ledger.open(path, create=True, run_views=False) as ledger:
        async with open_store(path / "events.db") as store:
            bank = Bank(store, VirtualClock())
            await bank.do("create ann", "create bob", "deposit ann 100", "deposit bob 100")
            for event in events:
                await bank.record(event)
        return await ledger.verify()


@pytest.mark.parametrize(
    "events",
    [(SENT,), (SENT, RECEIVED), (SENT, RECEIVED, SETTLED), (SENT, RETURNED)],
    ids=lambda events: events[-1].__class__.__name__,
)
async def test_a_transfer_is_right_at_every_step(tmp_path: Path, events: tuple[Event, ...]) -> None:
    found = await verified(tmp_path / "ledger", *events)
    assert (found.ok, found.reason) == (True, None)


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        pytest.param((RECEIVED,), "ann has no transfer t1", id="received and never sent"),
        pytest.param((SENT, RECEIVED, RETURNED), "ann has no transfer t1", id="received and returned"),
        pytest.param((SENT, RETURNED, RECEIVED), "ann has no transfer t1", id="returned and received"),
        pytest.param((SENT, SETTLED), "ann has no transfer t1", id="settled and never received"),
        pytest.param((SENT, RECEIVED, RECEIVED), "a second time", id="received twice"),
        pytest.param((SENT, RETURNED, RETURNED), "has no transfer t1 on its way", id="returned twice"),
        pytest.param(
            (SENT, TransferReceived("bob", "t1", "ann", 31_00, "USD", "")),
            "as it was not sent",
            id="another amount",
        ),
        pytest.param(
            (SENT, TransferReceived("bob", "t1", "cy", 30_00, "USD", "")),
            "cy has no transfer t1",
            id="another sender",
        ),
        pytest.param(
            (TransferSent("ann", "t1", "cy", 30_00, "USD", ""), RECEIVED),
            "as it was not sent",
            id="another receiver",
        ),
    ],
)
async def test_a_step_that_does_not_follow_is_found_where_it_is(
    tmp_path: Path, events: tuple[Event, ...], reason: str
) -> None:
    found = await verified(tmp_path / "ledger", *events)
    assert (found.ok, found.first_bad) == (False, 4 + len(events))
    assert reason in str(found.reason)


async def test_what_is_on_its_way_cannot_be_spent_by_a_forged_event_unnoticed(tmp_path: Path) -> None:
    found = await verified(tmp_path / "ledger", SENT, MoneyWithdrawn("ann", 100_00, "USD", ""))
    assert not found.ok
    assert found.reason == "wallet/ann has -3000, and no wallet can have less than nothing"
