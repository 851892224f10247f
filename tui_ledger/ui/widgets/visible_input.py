"""A line to type into in which one sees what one sends."""

from textual.widgets import Input

from tui_ledger.ui.typed import visible


class VisibleInput(Input):
    """Keeps out what a terminal would obey or hide: it can be seen where it was, and does nothing."""

    def validate_value(self, value: str) -> str:
        return visible(value)
