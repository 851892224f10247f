"""Pictures of what the screen can be turned to, accepted by somebody who looked at them."""

from collections.abc import Awaitable, Callable

import pytest

from tests.ui.stage import Stage
from tests.ui.test_snapshots import SIZES, Compare, pictured

Act = Callable[[Stage], Awaitable[None]]

pytestmark = pytest.mark.slow


async def _shop(stage: Stage) -> None:
    await stage.execute("create ann owner=Ann", "create bob", "deposit ann 900 source=salary")
    for year, prices in ((2023, (300, 41)), (2024, (310, 66)), (2025, (330, 12))):
        for item, price, category in zip(("rent", "sushi 寿司"), prices, ("housing", "food"), strict=True):
            await stage.execute(f'buy ann "{item}" {price / 4} category={category} at={year}-06-15')
    await stage.execute("send ann bob 20 note=lunch")
    await stage.ledger.settle()
    await stage.advance(10)


def _keys(*keys: str) -> Act:
    async def press(stage: Stage) -> None:
        await stage.pilot.press(*keys)
        await stage.advance(0.1)

    return press


async def _form(stage: Stage) -> None:
    await _keys("2", "n", "enter")(stage)
    await stage.pilot.press(*"12.345")


async def _dials(stage: Stage) -> None:
    await _keys("b", "down", "down", "down", "right", "right")(stage)
    await stage.controlled()


async def _failed(stage: Stage) -> None:
    await stage.ledger.worker("balances").crash("after")
    await stage.type("deposit ann 5")
    await stage.advance(1)


STATES: dict[str, Act] = {
    "event": _keys("2", "home", "down", "down", "down", "enter"),
    "journey": _keys("2", "end", "up", "t"),
    "filter": _keys("2", "slash", *"rent", "enter"),
    "pie": _keys("3", "v", "v"),
    "books": _keys("3", "v", "v", "v", "v"),
    "past": _keys("4", "left", "left", "left", "left"),
    "changes": _keys("4", "pageup", "pageup", "pageup", "d"),
    "form": _form,
    "dials": _dials,
    "crashed": _failed,
    "large type": _keys("z"),
    "palette": _keys("ctrl+p"),
    "light": _keys("f3"),
}


@SIZES
@pytest.mark.parametrize("state", STATES)
def test_a_state_looks_as_it_was_accepted(snap_compare: Compare, size: tuple[int, int], state: str) -> None:
    async def act(stage: Stage) -> None:
        await _shop(stage)
        await STATES[state](stage)

    assert pictured(snap_compare, size, act)
