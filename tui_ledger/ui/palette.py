"""Everything that can be done, by name: what the command palette offers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.app import SystemCommand

from tui_ledger.content import say
from tui_ledger.ui.theme import NAMES

if TYPE_CHECKING:
    from tui_ledger.ui.app import LedgerApp

ACTIONS: Final = {
    "type": "screen.type",
    "form": "app.form",
    "commands": "screen.pane('commands')",
    "events": "screen.pane('stream')",
    "views": "screen.pane('views')",
    "view": "screen.other_view",
    "event": "screen.look('open')",
    "trace": "screen.look('trace')",
    "freeze": "screen.freeze",
    "filter": "screen.filter",
    "pause": "app.steer('pause')",
    "step": "app.steer('step')",
    "back": "app.steer('back')",
    "crash": "app.steer('crash')",
    "crash_before": "app.steer('crash_before')",
    "rebuild": "app.steer('rebuild')",
    "park": "app.steer('park')",
    "late": "app.steer('late')",
    "later": "app.steer('later')",
    "sooner": "app.steer('sooner')",
    "seek": "app.steer('seek')",
    "dials": "app.steer('dials')",
    "normal": "app.steer('normal')",
    "time": "screen.time",
    "time_back": "app.go_back",
    "time_now": "app.now",
    "changes": "app.changes",
    "hold": "app.steer('hold')",
    "wait": "app.story('wait')",
    "faster": "app.story('faster')",
    "slower": "app.story('slower')",
    "next": "app.story('next')",
    "leave": "app.story('leave')",
    "over": "app.start_over",
    "save": "app.save",
    "language": "app.other_language",
    "large": "screen.large",
    "picture": "app.picture",
    "help": "screen.help",
    "quit": "app.quit",
}
"""Actions by the name that `content` has for each."""


def offered(app: LedgerApp) -> Iterator[SystemCommand]:
    """What can be done now."""
    for name, action in ACTIONS.items():
        namespace, _, call = action.partition(".")
        if namespace != "app" or app.offers("hold" if name == "hold" else call.partition("(")[0]):
            title, words = say(f"screen.action.{name}.title"), say(f"screen.action.{name}.help")
            yield SystemCommand(title, words, partial(app.run_action, action))
    for theme in NAMES:
        title = say("screen.action.theme.title", name=say(f"look.theme.{theme}.title"))
        yield SystemCommand(title, say(f"look.theme.{theme}.help"), partial(app.action_wear, theme))
