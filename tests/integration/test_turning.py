"""A dial goes where it was last wanted, also if that changes while it is on its way."""

from tui_ledger.errors import LedgerError
from tui_ledger.ledger import Ledger
from tui_ledger.testing import VirtualClock
from tui_ledger.ui.dials import SHARES, Dial
from tui_ledger.ui.doer import Doer
from tui_ledger.ui.drawing import Drawing
from tui_ledger.ui.main_screen import MainScreen
from tui_ledger.ui.playing import Playing
from tui_ledger.ui.turning import Turning

DROP = Dial("bus", "drop", 0.0, SHARES)


class Operator:
    """Takes down what it is told."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def set_by_hand(self, view: str | None, line: str) -> None:
        self.done.append(line)

    def tell(self, sentence: str, *, refused: bool = False) -> None:
        raise AssertionError(sentence)


class Undrawn(Drawing):
    """Has no screen to say anything on."""

    def trouble(self, source: str, error: LedgerError | None) -> None:
        assert error is None


async def test_what_is_wanted_while_a_dial_is_on_its_way_is_done_next(clock: VirtualClock) -> None:
    async with Ledger.in_memory(clock=clock) as ledger:
        operator = Operator()

        class Slow(Doer):
            async def does(self, line: str, view: str | None) -> bool:
                if line == "bus drop 0.05":
                    assert not turning.want(DROP, 0.1), "somebody is at it already"
                    assert not turning.want(DROP, 0.2)
                return await super().does(line, view)

        doer = Slow(ledger, clock, Undrawn(MainScreen("x", clock, None), "x", clock), operator)
        turning = Turning(ledger, Playing(ledger, clock, None), doer, operator)  # type: ignore[arg-type]
        assert turning.want(DROP, 0.05)
        await turning.work()
        assert ledger.faults.drop == 0.2
        assert operator.done == ["bus drop 0.05", "bus drop 0.2"], "what it only went through is left out"
        assert turning.board("balances").bus[3].value == 0.2
