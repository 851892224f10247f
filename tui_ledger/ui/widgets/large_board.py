"""Large type, for a projector: two numbers beside each other, and whether they are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.board import Balances, Board, Positions
from tui_ledger.ui.cells import fit
from tui_ledger.ui.charts.big_digits import Size, big_digits, fitting
from tui_ledger.ui.event_columns import STYLES
from tui_ledger.ui.keys import shown
from tui_ledger.ui.view_words import condition
from tui_ledger.ui.widgets.balances import BalancesTable
from tui_ledger.ui.widgets.views_pane import ViewsPane

if TYPE_CHECKING:
    from tui_ledger.ui.event_line import EventLine

_SIGN: Final = 13  # cells in the middle
_TALL: Final = Size(3, 5, 1)
_AMOUNT: Final = 36  # cells
_WIDE: Final = 100  # cells from which on an event has three lines
_FEW: Final = 3  # events that are to be seen, if anything can be done about it
_SHOWN: Final = frozenset({"view.crash", "view.late"})
_COLOURS: Final = {
    "event--opened": "$write",
    "event--closed": "$quiet",
    "event--in": "$success",
    "event--out": "$warning",
    "event--bought": "$truth",
}


class LargePositions(Widget):
    """The end of the log, and where the slowest read model is."""

    positions: reactive[Positions] = reactive(Positions())

    def render(self) -> Content:
        head, status = self.positions
        truth = (say("look.large.log"), f"#{head:,}" if head else "0")
        if status is None:
            return _pair(self, truth, ("", ""), None)
        state = condition(status)
        word = say(
            f"screen.view.{state}",
            position=f"{status.failed_at or 0:,}",
            lag=f"{status.lag:,}",
            age=f"{status.lag_ms / 1000:,.1f} s",
            parked=", ".join(f"#{position:,}" for position in status.parked[:3]),
        )
        name = safe_text(status.view.replace("_", " ").upper())
        number = f"#{status.checkpoint:,}" if status.checkpoint else "0"
        return _pair(self, truth, (f"{name}  {word}", number), status.lag == 0)


class LargeBalances(Widget):
    """A wallet's balance: what is true, and what is shown."""

    balances: reactive[Balances] = reactive(Balances())

    def render(self) -> Content:
        wallet, truth, shown = self.balances
        if not wallet:
            return Content.styled(say("look.large.no_wallet"), "bold $quiet")
        name = safe_text(wallet)
        same = truth == shown
        word = say("look.large.same" if same else "look.large.stale")
        return _pair(
            self,
            (say("look.large.truth", wallet=name), truth or ""),
            (f"{say('look.large.shown', wallet=name)}  {word}", shown or say("screen.balances.nothing")),
            same,
        )


class LargeEvents(Widget):
    """The last events, the newest below: as large as there is room for."""

    events: reactive[tuple[EventLine, ...]] = reactive(())

    def render(self) -> Content:
        width, height = self.size
        for rows in (3, 2, 1):
            most = height // 3 if rows == _TALL.rows else (height + rows - 1) // rows
            events = self.events[-most:] if most > 0 else ()
            if rows == 1 or most >= _FEW:
                break
        if rows == _TALL.rows and width >= _WIDE:
            return Content("\n").join([line for one in events for line in self._tall(one, width)])
        return Content("\n" * min(2, rows)).join([self._line(one, width) for one in events])

    def _line(self, event: EventLine, width: int) -> Content:
        style = f"bold {_colour(event)}"
        number = f"#{event.position:,}"
        rest = max(0, width - len(number) - 18 - 14 - 14 - 8)
        return Content.assemble(
            (f"{number}  ", "bold $quiet"),
            (fit(event.type, 18), style),
            (fit(event.wallet, 14), "bold $foreground"),
            (fit(event.amount, 14, right=True), style),
            (f"  {fit(event.text, rest)}" if rest > 4 else "", "$foreground"),
        )

    def _tall(self, event: EventLine, width: int) -> list[Content]:
        """The event in three lines, its numbers in digits as high."""
        style = _colour(event)
        number, amount = _digits(f"{event.position:,}"), _digits(event.amount)
        words = max(0, width - len(number[0]) - _AMOUNT - 6)
        name = 18 + min(14, max(0, words - 18) // 2)
        texts = Content.assemble(
            (fit(event.type, 18), f"bold {style}"),
            (fit(event.wallet, name - 18), "bold $foreground"),
            (fit(event.text, words - name), "$foreground"),
        )
        blank = Content(" " * texts.cell_length)
        middles = (blank, texts, blank)
        return [
            Content.assemble((left, "$quiet"), "   ", middle, "   ", (right.rjust(_AMOUNT), style))
            for left, middle, right in zip(number, middles, amount, strict=True)
        ]


def _colour(event: EventLine) -> str:
    return _COLOURS.get(STYLES.get(event.type, ""), "$foreground")


def _digits(text: str) -> tuple[str, ...]:
    """A number in the lines of an event; as it is, where it has more than digits or is too long for them."""
    if fitting((text,), _AMOUNT, _TALL.rows) is None:
        return "", text, ""
    return big_digits(text, _TALL)


_STEERING: Final = tuple(
    binding if binding.id in _SHOWN else replace(binding, description="", show=False)
    for binding in ViewsPane.BINDINGS
    if isinstance(binding, Binding)
)
"""The keys of the read models; fewer of them are named here."""


class LargeBoard(Vertical, can_focus=True):
    """The part of the screen that is there in large type only; it has the keys of the read models."""

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("z", "screen.large", "large.leave"),
        Binding("escape", "leave", id="large.escape"),
        *_STEERING,
        Binding("up", "wallet(-1)", id="large.above"),
        Binding("down", "wallet(1)", id="large.below"),
    ]

    board: reactive[Board] = reactive(Board(), repaint=False)

    def __init__(self) -> None:
        super().__init__(id="large")

    def compose(self) -> ComposeResult:
        yield LargePositions()
        yield LargeBalances()
        yield LargeEvents()

    def watch_board(self, board: Board) -> None:
        if self.is_mounted:
            self._show(board)

    def on_mount(self) -> None:
        self._show(self.board)  # it may have come before this
        self.focus()

    def _show(self, board: Board) -> None:
        self.query_one(LargePositions).positions = board.positions
        self.query_one(LargeBalances).balances = board.balances
        self.query_one(LargeEvents).events = board.events

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a story plays, Esc skips that."""
        return action != "leave" or not getattr(self.app, "offers", bool)("story")

    async def action_leave(self) -> None:
        """Type as usual."""
        await self.run_action("screen.large")

    def action_wallet(self, step: int) -> None:
        """Be about the wallet above or below."""
        self.screen.query_one(BalancesTable).action_choose(step)


def _pair(widget: Widget, truth: tuple[str, str], shown: tuple[str, str], same: bool | None) -> Content:
    """A name above a number on either side, and between them whether the numbers are the same.

    Args:
        widget: Where it is drawn.
        truth: Name and number on the left.
        shown: Name and number on the right.
        same: None for no sign between them.
    """
    width, height = widget.size
    half = max(4, (width - _SIGN) // 2)
    sign = "" if same is None else "=" if same else "≠"
    mood = "bold $success" if same else "bold $warning"
    names = Content.assemble(
        (fit(truth[0], half), "bold $truth"),
        " " * _SIGN,
        (fit(shown[0], half), "bold $read" if same else mood),
    )
    size = fitting((truth[1], shown[1]), half, height - 1)
    if size is None:
        middle = fit(sign.center(_SIGN), _SIGN)
        left, right = fit(truth[1], half), fit(shown[1], half)
        return Content.assemble(names, "\n\n", (left, "bold $truth"), (middle, mood), (right, "bold $read"))
    blank = (" " * _SIGN,) * size.rows
    signs = tuple(line.center(_SIGN) for line in big_digits(sign, size)) if sign else blank
    sides = [_sides(big_digits(text, size), half) for text in (truth[1], shown[1])]
    lines = [
        Content.assemble((left, "$truth"), (middle, mood), (right, "$read"))
        for left, middle, right in zip(sides[0], signs, sides[1], strict=True)
    ]
    return Content("\n").join([names, *lines])


def _sides(lines: Sequence[str], width: int) -> list[str]:
    return [line.ljust(width) for line in lines]
