"""Everything that a person can do to what runs on one ledger: workers, the bus, the simulated customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_ledger.ui.turning import Turning
from tui_ledger.ui.view_steering import ViewSteering
from tui_ledger.ui.widgets.dials_panel import DialBoard, DialsPanel
from tui_ledger.ui.widgets.results import Results
from tui_ledger.ui.widgets.seek_prompt import SeekPrompt

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from textual.widget import Widget

    from tui_ledger.ledger import Ledger
    from tui_ledger.ui.dials import Dial
    from tui_ledger.ui.doer import Doer, Operator
    from tui_ledger.ui.main_screen import MainScreen
    from tui_ledger.ui.playing import Playing


class Controls:
    """Steers what runs, for the keys, the mouse, the palette and the panel alike.

    Args:
        ledger: The ledger.
        screen: Where the panel is.
        playing: Has the customers.
        doer: Does what a line of a scenario says.
        operator: Is told what becomes of it.
    """

    def __init__(
        self,
        ledger: Ledger,
        screen: MainScreen,
        playing: Playing,
        doer: Doer,
        operator: Operator,
    ) -> None:
        self._ledger = ledger
        self._screen = screen
        self._playing = playing
        self._steering = ViewSteering(ledger, doer, operator)
        self._turning = Turning(ledger, playing, doer, operator)
        self._before: Widget | None = None  # what had the keys before the panel

    def steer(self, how: str) -> None:
        """Do what `how` says: one of `view_steering.line_for` to the read model with the keys, or one of
        `dials` (open the panel, or close it), `seek`, `hold` (or let go on), `other`, `normal`.
        """
        view = self._screen.view
        match how:
            case "dials":
                self._open_or_close()
            case "other":
                self._screen.turn_to_next_view()
            case "seek":
                self._ask_where_to(view)
            case "hold":
                self._playing.hold()
            case "normal":
                self._run(self._turning.all_back())
            case _:
                self._run(self._steering.steer(how, view))
        self.show()

    def turn(self, dial: Dial, value: float) -> None:
        """Turn `dial` to `value`."""
        if self._turning.want(dial, value):
            self._run(self._turning.work())
        self.show()

    def show(self) -> None:
        """Have the panel show how things stand, if it is open."""
        if self._screen.has_class("-dials"):
            for board in self._screen.query(DialBoard):
                board.board = self._turning.board(self._screen.view)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._screen.app.run_worker(work, group="controls")

    def _open_or_close(self) -> None:
        """Open the panel; close it if it has the keys, and give them back."""
        screen = self._screen
        if not screen.has_class("-dials"):
            self._before = screen.focused
            screen.show_dials(shown=True)
            self._run(self._open())
        elif not isinstance(screen.focused, DialBoard):
            screen.query_one(DialBoard).focus()
        else:
            screen.show_dials(shown=False)
            before = self._before
            if before is not None and before.focusable:
                before.focus()
            else:
                screen.action_pane("stream")

    async def _open(self) -> None:
        screen = self._screen
        if not screen.query(DialsPanel):
            await screen.query_one("#commands").mount(DialsPanel(self), before=screen.query_one(Results))
        self.show()
        screen.query_one(DialBoard).focus()

    def _ask_where_to(self, view: str) -> None:
        status = next((one for one in self._ledger.snapshot().views if one.view == view), None)
        if status is None:
            return

        def go(position: int | None) -> None:
            if position is not None:
                self._run(self._steering.seek(view, position))

        self._screen.app.push_screen(SeekPrompt(view, lambda: self._positions(view)), go)

    def _positions(self, view: str) -> tuple[int, int]:
        """Where a read model is, and where the log ends."""
        snapshot = self._ledger.snapshot()
        status = next((one for one in snapshot.views if one.view == view), None)
        return (status.checkpoint if status is not None else 0), snapshot.head
