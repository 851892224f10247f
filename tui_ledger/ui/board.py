"""What is shown in large type: of all that the screen knows, what a whole room should look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui_ledger.query_side.status import ViewStatus
    from tui_ledger.ui.event_line import EventLine
    from tui_ledger.ui.scene import Scene


class Positions(NamedTuple):
    """How far the log goes, and how the slowest read model is; `status` is None while none is on."""

    head: int = 0
    status: ViewStatus | None = None


class Balances(NamedTuple):
    """What is true of a wallet, and what BALANCES shows of it; None where it is not there, or not known."""

    wallet: str = ""
    truth: str | None = None
    shown: str | None = None


class Board(NamedTuple):
    """All of it; `events` are the last ones, the newest last."""

    positions: Positions = Positions()
    balances: Balances = Balances()
    events: tuple[EventLine, ...] = ()


def board(scene: Scene, view: str) -> Board:
    """The board of what the screen knows.

    Args:
        scene: What it knows.
        view: The read model to show while none is slower than the others.
    """
    slowest = max(scene.views, key=lambda one: (one.lag, one.view == view), default=None)
    wallet = scene.picture.wallet
    row = next((one for one in scene.picture.balances if one.wallet == wallet), None)
    balances = Balances(wallet) if row is None else Balances(wallet, row.truth, row.shown)
    return Board(Positions(scene.head, slowest), balances, scene.picture.last)
