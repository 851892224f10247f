"""Large type and back again, on the same screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from tui_ledger.ui.widgets.event_stream import EventStream

if TYPE_CHECKING:
    from textual.widget import Widget

    from tui_ledger.ui.widgets.large_board import LargeBoard

_CLASS = "-large"


class Enlarging(Screen[None]):
    """A screen that shows less and bigger at a key.

    Attributes:
        large: What is shown in large type; None while type is as usual.
    """

    large: LargeBoard | None = None

    @property
    def home(self) -> Widget:
        """What has the keys when nothing else has."""
        return self.large or self.query_one(EventStream)

    def board_if_large(self) -> list[LargeBoard]:
        """A new board to be composed, if type is large."""
        self.large = self._board() if self.has_class(_CLASS) else None
        return [] if self.large is None else [self.large]

    def action_large(self) -> None:
        """Show less and bigger, or all of it again."""
        board, self.large = self.large, None
        self.set_focus(None)  # else what has the keys, being hidden, would give them to its neighbour
        if board is None:
            self.add_class(_CLASS)
            self.large = self._board()
            self.mount(self.large, before="#panes")
        else:
            self.remove_class(_CLASS)
            self.query_one(EventStream).focus()
            board.remove()

    def _board(self) -> LargeBoard:
        from tui_ledger.ui.widgets.large_board import LargeBoard  # noqa: PLC0415 - few ever need it

        return LargeBoard()
