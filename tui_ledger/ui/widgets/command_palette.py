"""The list of all that can be done, to be searched; Textual's, with our words and in our order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from rich.text import Text
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.widgets import Input
from textual.widgets.option_list import Option

from tui_ledger.content import say
from tui_ledger.ui.palette import offered
from tui_ledger.ui.speaking import Speaking

if TYPE_CHECKING:
    from tui_ledger.ui.app import LedgerApp


class Actions(Provider):
    """What the palette offers, in the order in which it offers it."""

    async def discover(self) -> Hits:
        """All of it."""
        for command in offered(cast("LedgerApp", self.app)):
            yield DiscoveryHit(command.title, command.callback, help=command.help)

    async def search(self, query: str) -> Hits:
        """What has the letters of `query` in its title."""
        matcher = self.matcher(query)
        for command in offered(cast("LedgerApp", self.app)):
            score = matcher.match(command.title)
            if score > 0:
                yield Hit(score, matcher.highlight(command.title), command.callback, help=command.help)


class ActionPalette(Speaking, CommandPalette):
    """A palette that can change its language: what is typed and what is chosen stay."""

    _PATIENCE: Final = 0.5  # seconds without a match before that is said

    def __init__(self) -> None:
        super().__init__([Actions])
        self._kept: int | None = None  # the line to choose once the list is there again

    def say_words(self) -> None:
        line, commands = self.query_one(Input), self.query_one(CommandList)
        line.placeholder = say("screen.palette.placeholder")
        if commands.option_count:
            self._kept = commands.highlighted
            self._gather_commands(line.value.strip())

    def _refresh_command_list(self, command_list: CommandList, *args: Any) -> None:
        super()._refresh_command_list(command_list, *args)
        if self._kept is not None and command_list.option_count:
            command_list.highlighted = min(self._kept, command_list.option_count - 1)
            self._kept = None

    def _start_no_matches_countdown(self, search_value: str) -> None:
        """Say a little later that nothing was found; Textual would say it in English."""
        self._stop_no_matches_countdown()
        self._no_matches_timer = self.set_timer(self._PATIENCE, lambda: self._say_nothing_found(search_value))

    def _say_nothing_found(self, wanted: str) -> None:
        self._list_visible = bool(wanted)
        if wanted:
            nothing = Text(say("screen.palette.nothing"), style="not bold", justify="center")
            self.query_one(CommandList).add_option(Option(nothing, disabled=True, id=self._NO_MATCHES))
