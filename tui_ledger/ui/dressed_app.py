"""An app with colours to choose from, for every terminal, that draws pictures of itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import Monochrome, NoColor

from tui_ledger.content import say
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.ascii_only import KEYS, AsciiOnly
from tui_ledger.ui.look import Look
from tui_ledger.ui.preferences import PreferencesFile
from tui_ledger.ui.theme import DEFAULT, NAMES, THEMES

if TYPE_CHECKING:
    from textual.filter import LineFilter


class DressedApp(App[None]):
    """What looks have in common, whatever the app shows.

    Attributes:
        lettered: Whether the slices of a pie are letters: colours or half blocks cannot show them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority, so that they work in every window.
        Binding("f3", "next_theme", priority=True, id="app.theme"),
        Binding("f12", "picture", priority=True, id="app.picture"),
    ]

    CSS_PATH: ClassVar = [Path(__file__).with_name(f"{name}.tcss") for name in ("tui", "plain", "large")]

    def __init__(self, look: Look | None) -> None:
        super().__init__()
        look = look or Look()
        self._preferences = look.preferences or PreferencesFile()
        for theme in THEMES:
            self.register_theme(theme)
        chosen = self._preferences.chosen.theme
        self.theme = chosen if chosen in NAMES else DEFAULT
        for name in set(self.available_themes) - set(NAMES):
            self.unregister_theme(name)  # Textual's own lack our names, and not all of them can be read
        self.no_color = look.colours == "none"
        self.set_class(look.colours != "many", "-plain")
        self.lettered = look.colours != "many" or look.ascii_only
        self._own_filters: list[LineFilter] = [NoColor()] if self.no_color else []
        if look.ascii_only:
            self._own_filters.append(AsciiOnly())
        self._ascii_only = look.ascii_only

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every line goes through; where there is to be no colour, greys are colours, too."""
        filters = [one for one in super().get_line_filters() if not isinstance(one, Monochrome | NoColor)]
        return filters + self._own_filters

    def get_key_display(self, binding: Binding) -> str:
        shown = super().get_key_display(binding)
        return KEYS.get(shown, shown) if self._ascii_only else shown

    def action_next_theme(self) -> None:
        """Go on to the next colours."""
        self.action_wear(NAMES[(NAMES.index(self.theme) + 1) % len(NAMES)])

    def action_wear(self, theme: str) -> None:
        """Put on the theme of that name, and keep it for the next start."""
        self.theme = theme
        self.notify(say("look.theme.now", name=say(f"look.theme.{theme}.title")), timeout=2, markup=False)
        try:
            self._preferences.keep(theme=theme)
        except OSError as error:
            reason = safe_text(error.strerror or str(error))
            self.notify(say("look.theme.not_kept", reason=reason), severity="warning", markup=False)

    def action_picture(self) -> None:
        """Save a picture of the screen as it is now."""
        from tui_ledger.ui.picture_file import picture, save_picture  # noqa: PLC0415

        try:
            path = save_picture(picture(self))
        except OSError as error:
            reason = safe_text(error.strerror or str(error))
            self.notify(say("look.picture.cannot", reason=reason), severity="error", markup=False)
        else:
            self.notify(say("look.picture.saved", file=safe_text(str(path))), markup=False)
