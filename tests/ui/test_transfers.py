"""A transfer on the screen: its events, its lines, its command, and why it does not get on."""

import json

from tests.ui.stage import on_stage
from tui_ledger.errors import StorageError
from tui_ledger.event_store.port import StoredEvent
from tui_ledger.ui.event_line import describe
from tui_ledger.ui.widgets.command_bar import CommandInput
from tui_ledger.ui.widgets.statement import StatementTable

START = ("create ann", "create bob", "deposit ann 100")


def stored(kind: str, **data: object) -> StoredEvent:
    """An event with that data."""
    text = json.dumps({"wallet": "ann", "amount": 500, "currency": "USD", **data})
    return StoredEvent(7, "wallet/ann", 1, None, "id", kind, 1, text, None, "", "", None, None, None, "")


async def test_every_event_of_a_transfer_is_in_sight_and_the_balances_agree() -> None:
    async with on_stage(size=(200, 40)) as stage:
        await stage.execute(*START, "send ann bob 30 note=rent", "send ann nobody 5")
        await stage.ledger.settle()
        await stage.tick()
        await stage.app.drawing.settled()
        shown = stage.screen_text()
        for kind in ("TransferSent", "TransferReceived", "TransferSettled", "TransferReturned"):
            assert kind in shown
        assert "→ bob rent" in shown
        assert "← ann rent" in shown
        statement = stage.app.screen.query_one(StatementTable)
        stage.app.drawing.choose("ann")
        await stage.app.drawing.settled()
        await stage.pilot.pause()
        lines = [stage.line(statement, y).split(maxsplit=1)[1] for y in range(1, 5)]
        assert [line.split("  ")[0].strip() for line in lines] == ["came back", "arrived", "sent", "rent"]
        assert "LIVE" in shown


def test_a_line_says_where_the_money_goes_and_where_it_comes_from() -> None:
    sent = describe(stored("TransferSent", transfer="t", to="bob", note="rent"))
    assert (sent.amount, sent.text) == ("−5.00", "→ bob rent")
    received = describe(stored("TransferReceived", **{"transfer": "t", "from": "cy", "note": ""}))
    assert (received.amount, received.text) == ("+5.00", "← cy")
    returned = describe(stored("TransferReturned", transfer="t", reason="unknown_wallet"))
    assert (returned.amount, returned.text) == ("+5.00", "unknown_wallet")
    assert describe(stored("TransferSettled", transfer="t", amount=None)).amount == ""


async def test_the_wallet_that_money_goes_to_is_completed() -> None:
    async with on_stage() as stage:
        for line in ("create annabelle", "create bobolink"):
            await stage.type(line)
        await stage.insert("send annabelle bob")
        await stage.pilot.press("tab")
        assert stage.app.screen.query_one(CommandInput).value == "send annabelle bobolink "


async def test_transfers_that_do_not_get_on_are_trouble_until_they_do() -> None:
    async with on_stage() as stage:
        manager = stage.ledger._parts.transfers
        manager._trouble = StorageError("The disk is full.")
        await stage.tick()
        assert stage.explanation == "The disk is full."
        assert "TROUBLE" in stage.screen_text()
        manager._trouble = None
        await stage.tick()
        assert "TROUBLE" not in stage.screen_text()
