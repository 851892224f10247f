"""The panel with the dials: to turn while one watches what that does beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.ui.dial_rows import Item, Piece, note, rows, stops
from tui_ledger.ui.keys import shown
from tui_ledger.ui.speaking import Speaking
from tui_ledger.ui.widgets.prose import Prose

if TYPE_CHECKING:
    from tui_ledger.ui.dials import Dial
    from tui_ledger.ui.turning import Board

_FIRST: Final = "bus.delay"


class Hands(Protocol):
    """Who does what the panel is told."""

    def turn(self, dial: Dial, value: float) -> None:
        """Turn `dial` to `value`."""

    def steer(self, how: str) -> None:
        """Do that; see `Controls.steer`."""


class DialBoard(Widget, can_focus=True):
    """All dials and deeds. What is chosen keeps its mark while the keys are elsewhere.

    Attributes:
        board: How things stand; None before that is known.
        chosen: The name of the item that keys are about.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("up", "go(-1)", "dials.choose", key_display="↑ ↓"),
        Binding("down", "go(1)", id="dials.below"),
        shown("right", "turn(1)", "dials.turn", key_display="← →"),
        Binding("left", "turn(-1)", id="dials.down"),
        Binding("enter", "press", id="dials.press"),
        shown("0,backspace", "put_back", "dials.back", key_display="0"),
        shown("a", "app.steer('normal')", "dials.normal"),
        Binding("p", "app.steer('pause')", id="dials.pause"),
        Binding("x", "app.steer('crash')", id="dials.crash"),
        Binding("X", "app.steer('crash_before')", id="dials.crash_before"),
        Binding("r", "app.steer('rebuild')", id="dials.rebuild"),
        Binding("l", "app.steer('late')", id="dials.late"),
        Binding("right_square_bracket", "app.steer('step')", id="dials.step"),
        Binding("left_square_bracket", "app.steer('back')", id="dials.step_back"),
        Binding("k", "app.steer('park')", id="dials.park"),
        Binding("v", "app.steer('other')", id="dials.view"),
        shown("escape", "app.steer('dials')", "dials.close", key_display="Esc"),
    ]

    board: reactive[Board | None] = reactive(None)
    chosen: reactive[str] = reactive(_FIRST)

    def __init__(self, hands: Hands, told: Callable[[str], None]) -> None:
        super().__init__(id="dial-board")
        self._hands = hands
        self._told = told

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(rows(self.board, width, self.chosen)) if self.board is not None else 1

    def watch_board(self, old: Board | None, new: Board | None) -> None:
        if new is None:
            return
        if not any(item.name == self.chosen for items in self._stops for item in items):
            self.chosen = _FIRST
        if self.size.width and len(rows(new, self.size.width, "")) != self.size.height:
            self.refresh(layout=True)
        self.tell()

    def tell(self) -> None:
        """Say what the chosen item does."""
        if self.board is not None:
            self._told(note(self.board, self.chosen))

    def watch_chosen(self) -> None:
        self.tell()
        self._bring_into_sight()

    def action_go(self, step: int) -> None:
        """Choose the item in the line above or below."""
        line, place = self._place
        line = min(max(0, line + step), len(self._stops) - 1)
        items = self._stops[line]
        self.chosen = items[min(place, len(items) - 1)].name

    def action_turn(self, step: int) -> None:
        """Turn the chosen dial; among deeds, choose the one beside."""
        line, place = self._place
        item = self._stops[line][place]
        if item.dial is not None:
            self._turn(item.dial, item.dial.turned(step))
            return
        deeds = [one.name for items in self._stops for one in items if one.dial is None]
        self.chosen = deeds[min(max(0, deeds.index(item.name) + step), len(deeds) - 1)]

    def action_put_back(self) -> None:
        """Turn the chosen dial to where it rests."""
        dial = self._item.dial
        if dial is not None:
            self._turn(dial, dial.rest)

    def action_press(self) -> None:
        """Do what is chosen; of a dial, put it back, or else turn it on."""
        item = self._item
        if item.dial is None:
            self._hands.steer(item.name)
        else:
            self._turn(item.dial, item.dial.rest if item.dial.is_off_rest else item.dial.turned(1))

    def on_click(self, event: Click) -> None:
        piece = self._piece_at(event.x, event.y)
        if piece is None or piece.item is None:
            return
        item = piece.item
        self.chosen = item.name
        if item.dial is None:
            self._hands.steer(item.name)
        elif piece.turn:
            self._turn(item.dial, item.dial.turned(piece.turn))
        elif piece.share is not None:
            self._turn(item.dial, item.dial.at(piece.share))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        self._wheel(event, 1)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        self._wheel(event, -1)

    def render(self) -> Content:
        if self.board is None:
            return Content()
        lines = rows(self.board, self.size.width, self.chosen)
        return Content("\n").join(
            Content.assemble(*((piece.text, piece.style) for piece in line)) for line in lines
        )

    def _wheel(self, event: MouseScrollUp | MouseScrollDown, step: int) -> None:
        """Turn the gauge that the wheel is over; over all else, let the panel scroll."""
        piece = self._piece_at(event.x, event.y)
        if piece is None or piece.item is None or piece.item.dial is None:
            return
        if piece.share is not None or piece.turn:
            event.stop()
            event.prevent_default()
            self.chosen = piece.item.name
            self._turn(piece.item.dial, piece.item.dial.turned(step))

    def _turn(self, dial: Dial, value: float) -> None:
        if value != dial.value:
            self._hands.turn(dial, value)

    def _piece_at(self, x: int, y: int) -> Piece | None:
        lines = rows(self.board, self.size.width, self.chosen) if self.board is not None else []
        at = 0
        for piece in lines[y] if 0 <= y < len(lines) else []:
            at += cell_len(piece.text)
            if x < at:
                return piece
        return None

    @property
    def _stops(self) -> list[list[Item]]:
        return stops(self.board, self.size.width) if self.board is not None else [[Item(_FIRST)]]

    @property
    def _place(self) -> tuple[int, int]:
        """The line of the chosen item among the stops, and its place there."""
        for line, items in enumerate(self._stops):
            for place, item in enumerate(items):
                if item.name == self.chosen:
                    return line, place
        return 0, 0

    @property
    def _item(self) -> Item:
        line, place = self._place
        return self._stops[line][place]

    def _bring_into_sight(self) -> None:
        if self.board is None or not isinstance(self.parent, Widget):
            return
        lines = rows(self.board, self.size.width, self.chosen)
        for y, line in enumerate(lines):
            if any(piece.item is not None and piece.item.name == self.chosen for piece in line):
                self.parent.scroll_to_region(Region(0, max(0, y - 1), 1, 3), animate=False, force=True)


class DialsPanel(Speaking, Vertical):
    """The board, and under it a sentence about what is chosen."""

    def __init__(self, hands: Hands) -> None:
        super().__init__(id="dials")
        self._hands = hands

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield DialBoard(self._hands, self._say)
        yield Prose(id="dial-note")

    def say_words(self) -> None:
        self.query_one(DialBoard).tell()

    def _say(self, sentence: str) -> None:
        self.query_one(Prose).text = Content(sentence)
