"""The right pane: what is shown beside what is true, and how late it is."""

import pytest

from tests.ui.stage import Stage, on_stage
from tui_ledger.ledger import Ledger
from tui_ledger.ui.widgets.balances import FLASH, BalancesTable
from tui_ledger.ui.widgets.statement import StatementTable
from tui_ledger.ui.widgets.view_title import ViewTitle


def balances(stage: Stage) -> list[str]:
    table = stage.app.screen.query_one(BalancesTable)
    return [" ".join(stage.line(table, y).split()) for y in range(1, len(table.rows) + 1)]


def title(stage: Stage, view: str) -> str:
    return " ".join(str(stage.app.screen.query_one(f"#{view}-title", ViewTitle).render()).split())


async def test_a_late_view_shows_the_old_value_beside_the_truth_and_then_catches_up() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "deposit ann 100")
        await stage.advance(0.1)
        await stage.ledger.worker("balances").delay(1.5)
        await stage.execute("deposit ann 50")
        await stage.advance(0.5)
        assert balances(stage) == ["ann 100.00 150.00 ≠ stale"]
        said = "BALANCES ▁▁▂ ≠ 1 behind · 500 ms as of #2 · head #3 delay 1.5 s + -"
        assert title(stage, "balances") == said
        assert stage.explanation == (
            "#3 is stored, but BALANCES has applied only up to #2: "
            "ann still shows 100.00. The truth is 150.00."
        )
        await stage.advance(1.1)
        assert balances(stage) == ["ann 150.00 150.00 ✓"]
        said = "BALANCES ▁▁▂▁ ✓ current as of #3 · head #3 delay 1.5 s + -"
        assert title(stage, "balances") == said


async def test_a_stale_value_is_greyed() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann")
        await stage.advance(0.1)
        await stage.ledger.worker("balances").delay(1.5)
        await stage.execute("deposit ann 50")
        await stage.tick()
        table = stage.app.screen.query_one(BalancesTable)
        grey = table.get_component_rich_style("balance--old", partial=True).color
        shown = next(segment for segment in table.render_line(1) if "0.00" in segment.text)
        assert shown.style is not None
        assert shown.style.color == grey


async def test_a_wallet_that_the_view_does_not_know_yet_is_listed_with_its_truth() -> None:
    async with on_stage() as stage:
        await stage.ledger.worker("balances").delay(1.5)
        await stage.execute("create ann")
        await stage.tick()
        assert balances(stage) == ["ann none 0.00 ≠ stale"]
        assert stage.explanation.endswith("it does not know ann yet.")


async def test_plus_and_minus_change_the_delay_of_the_view_with_the_keys() -> None:
    async with on_stage() as stage:
        await stage.pilot.press("plus", "plus")
        assert "delay 1 s" in title(stage, "balances")
        await stage.pilot.press("minus")
        assert "delay 0.5 s" in title(stage, "balances")
        await stage.pilot.press("3", "v", "plus")
        assert "delay 0.5 s" in title(stage, "statement")
        assert "delay 0.5 s" in title(stage, "balances")
        await stage.pilot.press(*["plus"] * 9)
        assert "delay 5 s" in title(stage, "statement")


async def test_a_changed_cell_is_lit_for_a_moment() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann")
        await stage.advance(0.1)
        await stage.execute("deposit ann 50")
        await stage.advance(0.1)
        table = stage.app.screen.query_one(BalancesTable)
        lit = table.get_component_rich_style("balance--changed", partial=True).bgcolor

        def is_lit() -> bool:
            return any(segment.style and segment.style.bgcolor == lit for segment in table.render_line(1))

        assert is_lit()
        await stage.advance(FLASH)
        assert not is_lit()


async def test_the_statement_is_of_the_wallet_that_was_chosen() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "create bob", "deposit bob 5 source=gift", "deposit ann 7")
        await stage.advance(0.1)
        statement = stage.app.screen.query_one(StatementTable)
        assert statement.subject == "ann"
        await stage.pilot.press("3", "down")
        await stage.tick()
        assert statement.subject == "bob"
        assert stage.line(statement, 1).split() == ["3", "gift", "+5.00", "5.00"]
        assert stage.line(statement, 2).split() == ["2", "opened", "0.00"]


async def test_an_empty_ledger_says_what_to_do_first() -> None:
    async with on_stage() as stage:
        text = stage.screen_text()
        assert "No wallet yet. First: create ann" in text
        assert "No event yet. Nothing has happened." in text
        assert stage.explanation.startswith("Nothing has happened yet: the log is empty.")


async def test_nothing_is_read_again_while_nothing_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_stage() as stage:
        await stage.execute("create ann")
        await stage.advance(0.1)

        async def read(*_: object, **__: object) -> None:
            raise AssertionError("there is nothing new to read")

        for name in ("documents", "truth", "read"):
            monkeypatch.setattr(Ledger, name, read)
        await stage.advance(5)
        assert stage.app.crash is None


async def test_a_view_says_in_a_word_what_keeps_it() -> None:
    async with on_stage() as stage:
        await stage.execute("create moyin", "deposit moyin 1")
        control = stage.ledger.worker("balances")
        await control.pause()
        await stage.tick()
        assert "‖ paused" in title(stage, "balances")
        await control.rebuild()
        await control.resume()
        await stage.tick()
        assert "✓ current" in title(stage, "balances")
