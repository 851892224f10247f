"""The window that holds a moment of the past against now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_ledger.content import say
from tui_ledger.errors import LedgerError
from tui_ledger.safe_text import safe_text
from tui_ledger.ui import changes_picture
from tui_ledger.ui.changes import Changes, compare
from tui_ledger.ui.keys import shown
from tui_ledger.ui.widgets.key_footer import KeyFooter

if TYPE_CHECKING:
    from tui_ledger.ledger import Ledger


class ChangesScreen(ModalScreen[None]):
    """A text to be read, scrolled and left; it says how far it is while it is being worked out.

    Args:
        ledger: The ledger.
        position: The moment.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        shown("escape", "leave", "changes.leave", key_display="Esc"),
        Binding("q,d", "leave", id="changes.close"),
        shown("y", "copy", "changes.copy"),
    ]

    def __init__(self, ledger: Ledger, position: int) -> None:
        super().__init__()
        self._ledger = ledger
        self._position = position
        self._changes: Changes | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="changes") as box:
            box.border_title = Content(say("time.changes.title", position=f"{self._position:,}"))
            yield Static(Content(say("time.changes.reading", percent=0)))
        yield KeyFooter()

    def on_mount(self) -> None:
        self.run_worker(self._compare(), group="changes", exclusive=True)

    def on_resize(self) -> None:
        self._draw()

    async def _compare(self) -> None:
        try:
            self._changes = await compare(self._ledger, self._position, self._tell)
        except LedgerError as error:
            self.query_one(Static).update(Content(safe_text(str(error))))
            return
        self.query_one(VerticalScroll).border_title = Content(
            say("time.changes.between", position=f"{self._position:,}", head=f"{self._changes.until:,}")
        )
        self._draw()
        self.refresh_bindings()

    def _tell(self, percent: int) -> None:
        self.query_one(Static).update(Content(say("time.changes.reading", percent=percent)))

    def _draw(self) -> None:
        if self._changes is not None:
            width = self.query_one(VerticalScroll).scrollable_content_region.width
            self.query_one(Static).update(changes_picture.picture(self._changes, width))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is something to be copied once it is there."""
        return action != "copy" or self._changes is not None

    def action_leave(self) -> None:
        """Close the window; what is not worked out yet is given up."""
        self.dismiss()

    def action_copy(self) -> None:
        """Put the wallets into the clipboard of the terminal."""
        if self._changes is not None:
            self.app.copy_to_clipboard(changes_picture.as_text(self._changes))
            self.notify(say("time.changes.copied"), markup=False)
