"""What the tests of the past on the screen have in common."""

from tests.ui.stage import Stage, plain
from tui_ledger.ui.widgets.balances import BalancesTable
from tui_ledger.ui.widgets.event_stream import EventStream
from tui_ledger.ui.widgets.header import HeaderLine
from tui_ledger.ui.widgets.time_line import TimeLine
from tui_ledger.ui.widgets.view_title import ViewTitle

HISTORY = (
    "create ann",
    "deposit ann 100",
    "create bob",
    "deposit ann 50",
    "deposit bob 7",
    "withdraw ann 30",
)


async def go(stage: Stage, position: int | None) -> None:
    """View that moment, by the way that keys and the mouse take, and draw it."""
    stage.app.go(position)
    await stage.advance(0.1)


async def moved(stage: Stage, *keys: str) -> None:
    """Press keys, and draw what they lead to."""
    await stage.pilot.press(*keys)
    await stage.advance(0.1)


def banner(stage: Stage) -> str:
    return " ".join(plain(stage.app.main.query_one(HeaderLine).render()).split())


def title(stage: Stage, view: str) -> str:
    return " ".join(plain(stage.app.main.query_one(f"#{view}-title", ViewTitle).render()).split())


def balances(stage: Stage) -> list[str]:
    table = stage.app.main.query_one(BalancesTable)
    return [" ".join(stage.line(table, y).split()) for y in range(1, max(1, len(table.rows)) + 1)]


def positions(stage: Stage) -> list[str]:
    """The positions in the list of events."""
    stream = stage.app.main.query_one(EventStream)
    lines = [stage.line(stream, y).split() for y in range(stream.size.height)]
    return [line[0] for line in lines if line]


def time_line(stage: Stage) -> TimeLine:
    return stage.app.main.query_one(TimeLine)


def said(stage: Stage) -> list[str]:
    """What stands in the corner for a while."""
    return [one.message for one in stage.app._notifications]
