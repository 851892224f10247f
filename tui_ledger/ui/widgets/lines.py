"""What the widgets have in common that draw themselves line by line."""

from rich.style import Style
from textual.scroll_view import ScrollView


class Lines(ScrollView, can_focus=True):
    """A scrolling view that knows its own style by heart: every line that it draws begins with it."""

    _style_by_heart: Style | None = None

    @property
    def rich_style(self) -> Style:
        """The style of a line with nothing on it."""
        if self._style_by_heart is None:
            self._style_by_heart = super().rich_style
        return self._style_by_heart

    def notify_style_update(self) -> None:
        """Forget the style: another one may hold from now on."""
        super().notify_style_update()
        self._style_by_heart = None
