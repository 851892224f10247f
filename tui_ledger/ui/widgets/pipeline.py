"""The strip under the header: where events are on their way from a command to the read models."""

from typing import Final, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Region
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.clock import Clock
from tui_ledger.content import Sentence, say
from tui_ledger.ui.links import link

HOP: Final = 0.45
"""How long a dot takes for one leg, in seconds: events are faster than eyes."""

_LEGS: Final = 3 * 6  # cells, below which there is no room for arrows

_ACTIONS: Final = {
    "command": "screen.pane('commands')",
    "store": "screen.pane('stream')",
    "bus": "app.steer('dials')",
    "views": "screen.pane('views')",
}
_PARTS: Final = tuple(_ACTIONS)

DOTS: Final = 24
"""The most dots at once; more events at a time share one."""


class Flow(NamedTuple):
    """How far the log goes, and how far the slowest read model has come."""

    head: int = 0
    applied: int = 0


class Dot(NamedTuple):
    """A batch of events up to `position`, stored at `born`."""

    position: int
    born: float


class Pipeline(Widget):
    """A dot a batch: it leaves the store, crosses the bus, and waits until the views have applied it.

    A click on a part of it goes to where that part is shown, or turned.

    Attributes:
        flow: How far events have come.
        fault: What the bus does that an honest one would not; None while it is honest.
    """

    flow: reactive[Flow] = reactive(Flow())
    fault: reactive[Sentence | None] = reactive(None)

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.auto_links = False  # what can be clicked looks as it does anyway
        self._clock = clock
        self._dots: list[Dot] = []
        self._primed = False
        self._moving = False

    def move(self) -> None:
        """Draw the dots where they have come to, if any is on its way."""
        if self._moving:
            self.refresh(Region(0, 0, *self.size))

    def watch_flow(self, old: Flow, new: Flow) -> None:
        if new.head > old.head and self._primed:
            self._dots = [*self._dots[-DOTS + 1 :], Dot(new.head, self._clock.monotonic())]
        self._primed = True
        self._expire()

    def _expire(self) -> None:
        """Drop what has arrived, and know whether anything moves."""
        now = self._clock.monotonic()
        moving = [dot for dot in self._dots if now - dot.born < 2 * HOP]
        waiting = [
            dot for dot in self._dots if now - dot.born >= 2 * HOP and dot.position > self.flow.applied
        ]
        self._dots = [*waiting, *moving]
        self._moving = bool(moving) and self.app.animation_level != "none"

    def render(self) -> Content:
        self._expire()
        names = [say(f"screen.pipeline.{name}") for name in _PARTS]
        fault = say("screen.pipeline.fault", fault=self.fault) if self.fault else ""
        room = self.size.width - sum(map(cell_len, names)) - 2
        if room - cell_len(fault) - 1 < _LEGS:
            fault = fault[:1]
        room -= cell_len(fault) + 1 if fault else 0
        if room < _LEGS:
            bus = Content.assemble((names[2], "$quiet"), (f" {fault}" if fault else "", "bold $warning"))
            parts = [Content.styled(names[0], "$quiet"), Content.styled(names[1], "$quiet"), bus]
            return Content.assemble(" ", Content(" ▶ ").join([*parts, Content.styled(names[3], "$quiet")]))
        short = min(10, max(5, room // 4))
        long = max(5, (room - short - 12) // 2)
        places = self._places(long - 3)
        if self.screen.has_class("-large"):
            return _thick(names, short, long, places)
        legs = [_leg(long - 3, one) for one in places]
        behind = self.flow.head - self.flow.applied
        badge = f" {say('screen.pipeline.behind', lag=f'{behind:,}')}" if behind else ""
        return Content.assemble(
            " ",
            link(names[0], _ACTIONS["command"], "bold $write"),
            (f" {'─' * (short - 4)}▶ ", "$faint"),
            link(names[1], _ACTIONS["store"], "bold $truth"),
            legs[0],
            link(names[2], _ACTIONS["bus"], "bold $foreground"),
            link(f" {fault}", _ACTIONS["bus"], "bold $warning") if fault else "",
            legs[1],
            link(names[3], _ACTIONS["views"], "bold $read"),
            (badge if cell_len(badge) <= room - short - 2 * long else "", "bold $warning"),
        )

    def _places(self, track: int) -> tuple[set[int], set[int]]:
        """Where the dots are on the two arrows; one that waits stands before the arrow's head."""
        now = self._clock.monotonic()
        places: tuple[set[int], set[int]] = (set(), set())
        stop = track - 1
        for dot in self._dots:
            way = (now - dot.born) / HOP
            leg = 0 if way < 1 else 1
            place = int((way - leg) * track)
            if place >= track:
                place = max(0, stop)
                stop -= 2
            places[leg].add(min(place, track - 1))
        return places


def _leg(track: int, dots: set[int]) -> Content:
    parts: list[tuple[str, str]] = []
    start = 0
    for place in sorted(dots):
        parts += [("─" * (place - start), "$faint"), ("●", "bold $warning")]
        start = place + 1
    return Content.assemble(" ", *parts, (f"{'─' * (track - start)}▶ ", "$faint"))


def _thick(names: list[str], short: int, long: int, places: tuple[set[int], set[int]]) -> Content:
    """Three lines, with dots that can be seen from afar."""
    rows: list[list[Content]] = [[], [], []]
    parts = [(names[0], "bold $write"), (names[1], "bold $truth"), (names[2], "bold $foreground")]
    legs: list[tuple[int, set[int]]] = [(short - 3, set()), *((long - 3, dots) for dots in places)]
    for (name, style), (track, dots) in zip(parts, legs, strict=True):
        shapes = [_shape(track, dots, row) for row in range(3)]
        blank = " " * cell_len(name)
        for row, (lead, tail) in enumerate(((blank, "  "), (name, "▶ "), (blank, "  "))):
            rows[row].append(Content.assemble((f"{lead}  ", style), shapes[row], (tail, "$faint")))
    rows[1].append(Content.styled(names[3], "bold $read"))
    return Content("\n").join([Content.assemble(" ", *row) for row in rows])


_DOT: Final = ("▄██▄", "████", "▀██▀")


def _shape(track: int, dots: set[int], row: int) -> Content:
    """A line of an arrow: the middle one has the arrow itself."""
    cells = ["━" if row == 1 else " "] * track
    on = [False] * track
    for place in sorted(dots):
        first = min(place, max(0, track - len(_DOT[row])))
        for offset, character in enumerate(_DOT[row]):
            if first + offset < track:
                cells[first + offset], on[first + offset] = character, True
    parts = [(character, "$warning" if lit else "$faint") for character, lit in zip(cells, on, strict=True)]
    return Content.assemble(*parts)
