"""Turns dials to where a person wants them, however quickly the keys come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tui_ledger.content import say
from tui_ledger.ui.dials import Dial, bus_dials, customers_dial, line_for_dial, view_dials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_ledger.event_bus.faults import FaultCounts
    from tui_ledger.ledger import Ledger
    from tui_ledger.query_side.status import ViewStatus
    from tui_ledger.ui.doer import Doer, Operator
    from tui_ledger.ui.playing import Playing

_Subject = tuple[str, str]  # a dial's name, and the read model that it is about


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """How everything stands that can be turned.

    Attributes:
        bus: The dials of the bus.
        counts: What the bus has done since it was made.
        view: The read model that the other dials are about; None if the ledger does not have it.
        dials: Its dials.
        rate: What the simulated customers do; None if there are none.
        held: Whether they are on hold.
    """

    bus: tuple[Dial, ...]
    counts: FaultCounts
    view: ViewStatus | None
    dials: tuple[Dial, ...]
    rate: Dial | None = None
    held: bool = False


class Turning:
    """Turns the dials of one ledger, and of the customers on it.

    A dial goes where it was last wanted. While it is on its way there, and that takes a moment with a
    worker in another process, it is shown there already.

    Args:
        ledger: The ledger.
        playing: Has the customers.
        doer: Does what a line of a scenario says.
        operator: Is told what became of it.
    """

    def __init__(self, ledger: Ledger, playing: Playing, doer: Doer, operator: Operator) -> None:
        self._ledger = ledger
        self._playing = playing
        self._doer = doer
        self._operator = operator
        self._wanted: dict[_Subject, tuple[Dial, float]] = {}
        self._busy = False

    def board(self, view: str) -> Board:
        """How things stand, for the read model `view`."""
        status = next((one for one in self._ledger.snapshot().views if one.view == view), None)
        playing = self._playing
        rate = customers_dial(playing.rate, playing.usual_rate) if playing.has_customers else None
        return Board(
            bus=tuple(map(self._as_wanted, bus_dials(self._ledger.faults))),
            counts=self._ledger.faults.counts,
            view=status,
            dials=tuple(map(self._as_wanted, view_dials(status))) if status is not None else (),
            rate=rate,
            held=playing.held,
        )

    def want(self, dial: Dial, value: float) -> bool:
        """Have `dial` turned to `value`; whether `work` is to be begun for that."""
        if dial.name == "customers.rate":
            self._playing.turn(value)
            return False
        self._wanted[dial.name, dial.view] = (dial, value)
        return not self._busy

    async def work(self) -> None:
        """Turn the dials, one after the other, until each is where it is wanted."""
        self._busy = True
        try:
            while self._wanted:
                subject, (dial, value) = next(iter(self._wanted.items()))
                await self._turn(dial, value)
                if subject in self._wanted and self._wanted[subject][1] == value:
                    del self._wanted[subject]
        finally:
            self._busy = False
            self._wanted.clear()

    async def all_back(self) -> None:
        """Put everything back to how it is when nobody has touched it, and say what that was."""
        self._wanted.clear()
        done = []
        for line, view, word in [*self._ways_back()]:
            if await self._doer.does(line, view):
                self._operator.set_by_hand(view, line)
                done.append(word)
        if self._playing.has_customers and (
            self._playing.held or self._playing.rate != self._playing.usual_rate
        ):
            self._playing.be_as_usual()
            done.append(say("dials.normal.customers"))
        self._operator.tell(
            say("dials.normal.done", what=say("dials.normal.between").join(done))
            if done
            else say("dials.normal.none")
        )

    def _ways_back(self) -> Iterator[tuple[str, str | None, str]]:
        """The lines that put back what is off its rest, what each is about, and what to say of it."""
        if self._ledger.faults.on:
            yield "bus calm", None, say("dials.normal.bus")
        for view in self._ledger.snapshot().views:
            name = view.view.upper()
            if view.delay or view.jitter:
                yield f"delay {view.view} 0", view.view, say("dials.normal.delay", view=name)
            if view.apart:
                yield f"view apart {view.view} off", view.view, say("dials.normal.apart", view=name)
            if view.state == "crashed":
                yield f"view restart {view.view}", view.view, say("dials.normal.restart", view=name)
            if view.state == "paused":
                yield f"view resume {view.view}", view.view, say("dials.normal.resume", view=name)

    async def _turn(self, dial: Dial, value: float) -> None:
        beside = self.board(dial.view).dials if dial.view else ()
        line = line_for_dial(dial, value, beside)
        if await self._doer.does(line, dial.view):
            self._operator.set_by_hand(dial.view or None, line)

    def _as_wanted(self, dial: Dial) -> Dial:
        _, value = self._wanted.get((dial.name, dial.view), (dial, dial.value))
        return msgspec.structs.replace(dial, value=value)
