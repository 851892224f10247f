"""The last line: the keys of whatever has them, in the language that is spoken."""

from textual.app import ComposeResult
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

from tui_ledger.ui.keys import in_words
from tui_ledger.ui.speaking import Speaking


class KeyFooter(Speaking, Footer):
    """A footer whose words come from `content`; see `keys`."""

    def __init__(self) -> None:
        super().__init__(show_command_palette=False)

    def compose(self) -> ComposeResult:
        for widget in super().compose():
            if isinstance(widget, FooterKey):
                widget.description = in_words(widget.description)
            yield widget

    def say_words(self) -> None:
        if self.children:
            self.refresh(recompose=True)
