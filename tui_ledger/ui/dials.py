"""The dials that a person can turn while the ledger runs: where each stands, and how far it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from tui_ledger.content import Sentence, say
from tui_ledger.ui.delays import DELAYS

if TYPE_CHECKING:
    from tui_ledger.event_bus.faults import BusFaults
    from tui_ledger.query_side.status import ViewStatus

SECONDS: Final = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0)
"""The steps of a dial of the bus that is a time."""

SHARES: Final = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
"""The steps of a dial that is a probability."""

RATES: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
"""The steps of the simulated customers' rate, in commands a second."""

_BUS: Final = {"delay": SECONDS, "jitter": SECONDS, "double": SHARES, "drop": SHARES, "reorder": SHARES}


class Dial(msgspec.Struct, frozen=True):
    """A dial as it stands.

    Attributes:
        area: What it is a dial of: `bus`, `view` or `customers`.
        kind: What it turns there: `dials.<area>.<kind>` has its words.
        value: Where it stands; scenarios and other programs may set it between two steps.
        steps: Where keys and the mouse can turn it to.
        rest: Where it stands when nobody has touched it.
        view: The read model that it is about, if it is about one.
    """

    area: str
    kind: str
    value: float
    steps: tuple[float, ...]
    rest: float = 0.0
    view: str = ""

    @property
    def name(self) -> str:
        """Area and kind, such as `bus.drop`."""
        return f"{self.area}.{self.kind}"

    @property
    def is_off_rest(self) -> bool:
        """Whether somebody has turned it."""
        return self.value != self.rest

    @property
    def amount(self) -> str:
        """Where it stands, in words; with what that does, unless it does nothing."""
        return say(f"dials.{self.area}.{self.kind}.{'on' if self.value else 'off'}", value=self.number)

    @property
    def number(self) -> str:
        """Where it stands, as a number of its unit: seconds, per cent, or commands a second."""
        return f"{self.value * 100:g}" if self.steps is SHARES else f"{self.value:g}"

    def turned(self, step: int) -> float:
        """Where it comes to by a step up, if `step` is positive, or down; at the end it stays."""
        if step > 0:
            return next((one for one in self.steps if one > self.value), self.value)
        return next((one for one in reversed(self.steps) if one < self.value), self.value)

    def at(self, share: float) -> float:
        """The step at that part of its way, from 0 to 1."""
        return self.steps[round(min(max(share, 0.0), 1.0) * (len(self.steps) - 1))]

    def share(self) -> float:
        """Which part of its way it has been turned, from 0 to 1; each step is as long as any other."""
        above = sum(one <= self.value for one in self.steps)
        return max(0, above - 1) / (len(self.steps) - 1)


def bus_dials(faults: BusFaults) -> tuple[Dial, ...]:
    """The dials of the bus."""
    return tuple(Dial("bus", name, getattr(faults, name), steps) for name, steps in _BUS.items())


def view_dials(view: ViewStatus) -> tuple[Dial, ...]:
    """The dials of a read model."""
    return (
        Dial("view", "delay", view.delay, DELAYS, view=view.view),
        Dial("view", "jitter", view.jitter, DELAYS, view=view.view),
    )


def customers_dial(rate: float, rest: float) -> Dial:
    """How much the simulated customers do."""
    return Dial("customers", "rate", rate, RATES, rest)


def line_for_dial(dial: Dial, value: float, others: tuple[Dial, ...]) -> str:
    """What to do to turn `dial` to `value`, as a scenario says it.

    Args:
        others: The dials beside it: one line sets all of a read model's.

    Raises:
        ValueError: no line says it: what the customers do is on record as their commands.
    """
    if dial.area == "bus":
        return f"bus {dial.kind} {value:g}"
    if dial.area != "view":
        raise ValueError(f"no line of a scenario turns {dial.name}")
    values = {one.kind: one.value for one in others} | {dial.kind: value}
    jitter = values["jitter"]
    return f"delay {dial.view} {values['delay']:g}{f' {jitter:g}' if jitter else ''}"


def fault_of(faults: BusFaults) -> Sentence | None:
    """What the bus does that an honest one would not, the worst first; None if it is honest."""
    off = sorted((dial for dial in bus_dials(faults) if dial.is_off_rest), key=_badness)
    if not off:
        return None
    worst = Sentence(f"dials.bus.{off[0].kind}.strip", {"value": off[0].number})
    return worst if len(off) == 1 else Sentence("dials.more", {"word": worst, "more": len(off) - 1})


def _badness(dial: Dial) -> int:
    return ("drop", "double", "reorder", "delay", "jitter").index(dial.kind)
