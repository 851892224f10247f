"""The yearly pie: what was spent in a year, by category, and a slider over the years."""

from typing import ClassVar, Final, Literal

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.content import say
from tui_ledger.ui.cells import fit
from tui_ledger.ui.charts.ring import ring
from tui_ledger.ui.keys import shown
from tui_ledger.ui.scene import Part, YearPicture
from tui_ledger.ui.theme import SLICES

_BARS: Final = "▁▂▃▄▅▆▇█"
_LETTERS: Final = "ABCDEFGH"
_YEAR: Final = 3  # cells
_BELOW: Final = 3  # lines below the ring


class SpendingPie(Widget, can_focus=True):
    """A ring with a legend, and a bar a year below it; `←` and `→` go from year to year."""

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("left", "turn(-1)", "spending.year", key_display="← →"),
        Binding("right", "turn(1)", id="spending.year_after"),
        shown("c", "other_currency", "spending.currency"),
    ]

    picture: reactive[YearPicture] = reactive(YearPicture())

    class Turned(Message):
        """Somebody wants to see another year, or another currency."""

        def __init__(self, year: int, currency: str) -> None:
            super().__init__()
            self.year = year
            self.currency = currency

    def __init__(self) -> None:
        super().__init__(id="spending")

    def action_turn(self, step: int) -> None:
        """Go to another year."""
        years = [year for year, _ in self.picture.years]
        if self.picture.year + step in years:
            self.post_message(self.Turned(self.picture.year + step, self.picture.currency))

    def action_other_currency(self) -> None:
        """Go to the next currency."""
        currencies = self.picture.currencies
        if self.picture.currency in currencies:
            place = currencies.index(self.picture.currency) + 1
            self.post_message(self.Turned(self.picture.year, currencies[place % len(currencies)]))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "other_currency" or len(self.picture.currencies) > 1

    def watch_picture(self) -> None:
        self.refresh_bindings()

    def on_click(self, event: Click) -> None:
        years = self._years_in_sight()
        if event.y >= self.size.height - 2 and event.x // (_YEAR + 1) < len(years):
            self.post_message(self.Turned(years[event.x // (_YEAR + 1)][0], self.picture.currency))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.action_turn(1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.action_turn(-1)

    def render(self) -> Content:
        width, height = self.size.width, self.size.height
        if not self.picture.years:
            key = f"screen.spending.{'empty' if self.picture.on else 'off'}"
            return Content.styled(say(key if self.picture.read else "time.unread"), "$quiet")
        parts = _few(self.picture.parts)
        round_height = max(0, min(height - _BELOW, width // 4, 10))
        room = width - 2 * round_height - 1
        legend = self._legend(parts, room, round_height)
        lines = [self._headline(width)]
        for y, cells in enumerate(ring(tuple(part.minor for part in parts), round_height)):
            drawn = [self._cell(*cell) for cell in cells]
            lines.append(Content.assemble(*drawn, " ", legend[y] if y < len(legend) else ""))
        lines += self._slider(width)
        return Content("\n").join(lines[:height])

    @property
    def _in_letters(self) -> bool:
        """Whether colours cannot tell the slices apart here."""
        return bool(getattr(self.app, "lettered", False))

    def _headline(self, width: int) -> Content:
        total = f"{self.picture.total or '0'} {self.picture.currency}"
        text = say("screen.spending.year", year=self.picture.year, total=total)
        return Content.styled(fit(text, width), "bold $foreground")

    def _cell(self, upper: int | None, lower: int | None) -> Content:
        if self._in_letters:
            part = lower if upper is None else upper
            return Content(" " if part is None else _LETTERS[part])
        if upper is None and lower is None:
            return Content(" ")
        if upper is None:
            return Content.styled("▄", _colour(lower or 0))
        if lower is None:
            return Content.styled("▀", _colour(upper))
        return Content.styled("▀", f"{_colour(upper)} on {_colour(lower)}")

    def _legend(self, parts: tuple[Part, ...], room: int, height: int) -> list[Content]:
        whole = sum(part.minor for part in parts) or 1
        lines = []
        for place, part in enumerate(parts[:height]):
            share = f"{(part.minor * 200 + whole) // (2 * whole)} %"
            amount = part.amount if room >= 34 else ""
            name = room - 2 - 6 - (len(amount) + 1 if amount else 0)
            glyph = _LETTERS[place] if self._in_letters else "■"
            lines.append(
                Content.assemble(
                    (f"{glyph} ", _colour(place)),
                    fit(part.name or say("screen.spending.unnamed"), max(3, name)),
                    (f" {amount}" if amount else "", "$quiet"),
                    share.rjust(6),
                )
            )
        return lines

    def _slider(self, width: int) -> list[Content]:
        years = self._years_in_sight()
        most = max((total for _, total in years), default=0) or 1
        bars, names = [], []
        for year, total in years:
            chosen = year == self.picture.year
            bar = _BARS[min(7, max(0, total) * 8 // most)] * _YEAR if total > 0 else " " * _YEAR
            bars.append(Content.assemble((bar, "$read" if chosen else "$faint"), " "))
            name = f"{year % 100:02}"
            names.append(Content.styled(f"▸{name} " if chosen else f" {name} ", _of(chosen=chosen)))
        return [Content.assemble(*bars).truncate(width), Content.assemble(*names).truncate(width)]

    def _years_in_sight(self) -> tuple[tuple[int, int], ...]:
        """As many years as there is room for, with the chosen one among them."""
        room = max(1, self.size.width // (_YEAR + 1))
        years = self.picture.years
        place = next((index for index, (year, _) in enumerate(years) if year == self.picture.year), 0)
        first = min(max(0, place - room // 2), max(0, len(years) - room))
        return years[first : first + room]


def _colour(place: int) -> str:
    return f"$slice-{place}"


def _of(*, chosen: bool) -> Literal["bold $read", "$quiet"]:
    return "bold $read" if chosen else "$quiet"


def _few(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """As many parts as there are colours: the smallest together are the last one."""
    most = SLICES
    if len(parts) <= most:
        return parts
    rest = parts[most - 1 :]
    return (*parts[: most - 1], Part(say("screen.spending.rest"), "", sum(part.minor for part in rest)))
