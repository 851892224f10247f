"""Every read model that the ledger has can be seen: in a line about all, and one by one."""

from tests.ui.stage import Stage, on_stage, plain
from tui_ledger.domain.command_language import parse
from tui_ledger.ui.widgets.listing import ListingTable
from tui_ledger.ui.widgets.view_strip import ViewStrip
from tui_ledger.ui.widgets.view_title import ViewTitle

POISON = ("create ann", "deposit ann 100", "buy ann lamp 40 id=lamp", "refund ann lamp")
"""The view `returns` cannot take the last of the four events."""


def strip(stage: Stage) -> str:
    return plain(stage.app.main.query_one(ViewStrip).render())


async def test_all_is_well_where_every_read_model_is_at_the_head() -> None:
    async with on_stage(views=("balances", "statement", "returns")) as stage:
        assert strip(stage) == "✓ balances  ✓ statement  ✓ returns"


async def test_what_needs_somebody_comes_first() -> None:
    async with on_stage(views=("balances", "statement", "returns")) as stage:
        await stage.ledger.worker("statement").pause()
        await stage.execute(*POISON)
        await stage.ledger.settle()
        await stage.tick()
        assert strip(stage) == "✗ returns  ‖ statement  ✓ balances"
        await stage.ledger.worker("returns").park()
        await stage.ledger.settle()
        await stage.tick()
        assert strip(stage) == "‖ statement  ◑ returns  ✓ balances"


async def test_a_click_turns_to_a_read_model() -> None:
    async with on_stage() as stage:
        await stage.pilot.click(ViewStrip, offset=(30, 0))
        assert stage.app.main.view == "spending"


async def test_a_view_of_anybodys_own_is_shown_with_its_state_and_its_documents() -> None:
    async with on_stage(views=("balances", "returns")) as stage:
        assert stage.app.main.tab == "returns", "there is no other"
        await stage.execute(*POISON)
        await stage.ledger.settle()
        await stage.tick()
        table = stage.app.main.query_one("#own", ListingTable)
        assert stage.line(table, 1).split()[:3] == ["USD/lamp", "item", "lamp"]
        title = stage.app.main.query_one("#own-title", ViewTitle)
        assert plain(title.render()).startswith("RETURNS")
        assert "failed at #4" in plain(title.render())
        await stage.pilot.press("3", "v", "k")
        await stage.tick()
        await stage.ledger.settle()
        await stage.tick()
        assert "all but #4" in plain(title.render())


async def test_a_view_that_is_switched_on_can_be_turned_to_and_one_that_is_off_cannot() -> None:
    async with on_stage(views=("balances", "books")) as stage:
        assert stage.app.main.tab == "books"
        assert stage.app.main.in_sight == {"balances", "books"}
        await stage.ledger.add_view("spending")
        await stage.ledger.execute(parse("create ann"))
        await stage.tick()
        seen = []
        await stage.pilot.press("3")
        for _ in range(3):
            await stage.pilot.press("v")
            seen.append(stage.app.main.view)
        assert seen == ["books", "spending", "books"]
