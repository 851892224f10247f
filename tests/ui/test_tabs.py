"""The read models that one looks at one at a time: the yearly pie, the top items, the books."""

import pytest

from tests.ui.stage import Stage, on_stage
from tui_ledger.ui.shelf import Shelf
from tui_ledger.ui.widgets.listing import ListingTable
from tui_ledger.ui.widgets.spending import SpendingPie

PURCHASES = (
    "create ann",
    "create yuki currency=JPY",
    "deposit ann 1000",
    "deposit yuki 5000",
    "buy ann rent 60 category=housing at=2023-05-01",
    "buy ann bread 30 category=food at=2023-05-02",
    "buy ann tea 10 at=2023-05-03",
    "buy ann bread 50 category=food at=2025-12-31",
    "buy yuki 寿司 1200 category=food at=2025-12-31",
    "buy ann [/nope] 1 category=[b] at=2025-12-31",
)


def pie_of(stage: Stage) -> SpendingPie:
    return stage.app.main.query_one(SpendingPie)


def text_of(stage: Stage) -> str:
    return str(pie_of(stage).render())


async def turned_to(stage: Stage, view: str) -> None:
    """Go to that read model by its key."""
    await stage.pilot.press("3")
    while stage.app.main.view != view:
        await stage.pilot.press("v")
    await stage.tick()
    await stage.pilot.pause()


async def bought(stage: Stage) -> None:
    await stage.execute(*PURCHASES)
    await stage.ledger.settle()
    await stage.tick()


# The pie


async def test_the_pie_is_of_the_last_year_with_its_total_and_its_categories() -> None:
    async with on_stage() as stage:
        await bought(stage)
        await turned_to(stage, "spending")
        picture = pie_of(stage).picture
        assert (picture.year, picture.currency, picture.currencies) == (2025, "JPY", ("JPY", "USD"))
        assert [(part.name, part.amount) for part in picture.parts] == [("food", "1200")]
        assert "2025  1200 JPY" in text_of(stage)


@pytest.mark.slow
async def test_c_goes_to_the_next_currency_and_the_arrows_to_the_next_year() -> None:
    async with on_stage() as stage:
        await bought(stage)
        await turned_to(stage, "spending")
        await stage.pilot.press("c")
        await stage.tick()
        assert "2025  51.00 USD" in text_of(stage)
        assert "[b]" in text_of(stage), "what somebody wrote is shown as it is"
        for _ in range(5):  # more often than there are years
            await stage.pilot.press("left")
            await stage.tick()
        text = text_of(stage)
        assert "2023  100.00 USD" in text
        [housing] = [line for line in text.splitlines() if "housing" in line]
        assert housing.split()[-3:] == ["housing", "60", "%"]
        assert "no cat" in text
        assert "▸23" in text


async def test_a_year_without_purchases_has_no_slices() -> None:
    async with on_stage() as stage:
        await bought(stage)
        await turned_to(stage, "spending")
        await stage.pilot.press("left")
        await stage.tick()
        assert pie_of(stage).picture.year == 2024
        assert "%" not in text_of(stage)


async def test_the_smallest_categories_are_one_slice_where_there_are_many() -> None:
    async with on_stage() as stage:
        await stage.execute("create ann", "deposit ann 1000")
        await stage.execute(*(f"buy ann x {n} category=c{n:02}" for n in range(1, 21)))
        await stage.ledger.settle()
        await stage.tick()
        await turned_to(stage, "spending")
        assert "the rest" in text_of(stage)
        shares = [int(line.split()[-2]) for line in text_of(stage).splitlines() if line.endswith("%")]
        assert 97 <= sum(shares) <= 103


@pytest.mark.slow
async def test_a_pie_of_nothing_says_how_to_begin() -> None:
    async with on_stage() as stage:
        await stage.tick()
        await turned_to(stage, "spending")
        assert "Nothing has been bought yet" in text_of(stage)


async def test_only_what_is_in_sight_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    async def noted(self: Shelf) -> object:
        read.append("spending")
        return await spending(self)

    spending = Shelf.spending
    monkeypatch.setattr(Shelf, "spending", noted)
    async with on_stage() as stage:
        await bought(stage)
        assert read == []
        await turned_to(stage, "spending")
        assert read


# Tables


async def test_top_items_are_in_the_order_of_what_they_brought_in() -> None:
    async with on_stage() as stage:
        await bought(stage)
        await turned_to(stage, "top_items")
        table = stage.app.main.query_one("#top_items", ListingTable)
        lines = [stage.line(table, y).split() for y in range(1, 6)]
        assert lines[0] == ["寿司", "1", "1200", "JPY"]
        assert lines[1:3] == [["bread", "2", "80.00", "USD"], ["rent", "1", "60.00", "USD"]]


async def test_the_books_end_with_a_sum_that_is_zero_in_each_currency() -> None:
    async with on_stage() as stage:
        await bought(stage)
        await turned_to(stage, "books")
        rows = stage.app.main.query_one("#books", ListingTable).listing.rows
        assert [row for row in rows if not row[1]] == [("JPY", "", "0"), ("USD", "", "0.00")]
        assert ("USD", "wallet/ann", "849.00") in rows


async def test_v_goes_round_and_balances_stay_where_there_is_room_for_two() -> None:
    async with on_stage() as stage:
        await stage.tick()
        await stage.pilot.press("3")
        seen = []
        for _ in range(5):
            await stage.pilot.press("v")
            seen.append(stage.app.main.view)
        assert seen == ["statement", "spending", "top_items", "books", "statement"]
        assert stage.app.main.in_sight == {"balances", "statement"}


@pytest.mark.slow
async def test_on_a_small_screen_v_goes_round_all_of_them() -> None:
    async with on_stage(size=(80, 24)) as stage:
        await stage.tick()
        await stage.pilot.press("3")
        seen = []
        for _ in range(5):
            await stage.pilot.press("v")
            seen.append(stage.app.main.view)
        assert seen == ["statement", "spending", "top_items", "books", "balances"]
        assert stage.app.main.in_sight == {"balances"}


@pytest.mark.slow
async def test_a_read_model_that_the_ledger_does_not_have_says_so() -> None:
    async with on_stage(views=("balances",)) as stage:
        await stage.tick()
        await turned_to(stage, "spending")
        assert "SPENDING is not on in this ledger" in text_of(stage)
        await turned_to(stage, "books")
        assert "BOOKS is not on" in stage.line(stage.app.main.query_one("#books", ListingTable), 1)
