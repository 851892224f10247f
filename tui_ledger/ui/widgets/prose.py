"""A few sentences in a box."""

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from tui_ledger.ui.wrapping import wrapped


class Prose(Widget):
    """Text in as many lines as it needs; see `wrapping`."""

    DEFAULT_CSS = "Prose { height: auto; }"

    text: reactive[Content] = reactive(Content(), layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(wrapped(self.text, width)) if self.text else 0

    def render(self) -> Content:
        return Content("\n").join(wrapped(self.text, self.size.width))
