"""Nothing that can be done is a secret: the help names every key, the palette every action."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from textual.app import App
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widget import Widget

import tui_ledger.ui
from tests.ui.stage import on_stage, plain
from tui_ledger.content import say, sentences
from tui_ledger.ui.app import LedgerApp
from tui_ledger.ui.main_screen import MainScreen
from tui_ledger.ui.palette import ACTIONS
from tui_ledger.ui.widgets.help import PARTS

SHOWN = {
    "colon": ":", "plus": "+", "minus": "-", "greater_than_sign": ">", "less_than_sign": "<", "slash": "/",
    "question_mark": "?", "right_square_bracket": "]", "left_square_bracket": "[", "up": "Up", "down": "Down",
    "left": "←", "right": "→", "pageup": "PgUp", "pagedown": "PgDn", "ctrl+q": "Ctrl+Q", "ctrl+c": "Ctrl+C",
    "shift+tab": "Shift+Tab", "escape": "Esc",
}  # fmt: skip
"""How the help calls a key, where it does not just say its name."""

ALIKE = {
    "equals_sign": "the plus of those who do not press Shift",
    "backspace": "the 0 of the dials",
    "shift+left": "the one before PgUp came to small keyboards",
    "shift+right": "likewise",
}
"""Keys that do what another one does, with the reason why no help has to name them."""

PANES = {
    "CommandInput": ("bar",),
    "EventStream": ("events",),
    "ViewsPane": ("views",),
    "BalancesTable": ("views",),
    "SpendingPie": ("views",),
    "MainScreen": ("events", "views", "story"),
    "LedgerApp": ("story",),
    "SpeakingApp": (),
    "DressedApp": (),
    "InspectingApp": (),
    "MoreLine": ("form",),
    "FieldInput": ("form",),
    "Results": ("commands",),
    "LargeBoard": ("views",),
    "TimeLine": ("time",),
    "DialBoard": ("dials", "views"),
}
"""Where the keys of a class are explained, besides in "everywhere"."""

SUBTITLES = {
    "FilterPrompt": ("screen.filter.keys",),
    "SeekPrompt": ("dials.seek.keys",),
    "SaveSessionScreen": ("screen.save.keys", "screen.save.close"),
    "StartOverScreen": ("screen.over.keys",),
    "HelpScreen": ("help.close",),
    "CommandForm": ("form.keys_fields", "form.keys_verbs"),
    "Inspection": (),
    "ChangesScreen": (),
    "ActionPalette": (),
}
"""What stands on the frame of a dialog: the keys that leave it. An inspection has a footer instead."""

NO_ENTRY = {
    "action_leave": "the palette has Quit already",
    "action_hint": "what Explain proposes: the palette has it by its name",
    "action_command_palette": "it is the palette",
}
"""Actions that the palette does not have, with the reason."""


def classes() -> Iterator[type[Widget] | type[App[None]]]:
    """All widgets and screens of the program, and the app."""
    for module in pkgutil.walk_packages(tui_ledger.ui.__path__, "tui_ledger.ui."):
        for one in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(one) and issubclass(one, Widget | App) and one.__module__ == module.name:
                yield one


def bindings(of: type) -> Iterator[Binding]:
    """The bindings of a class itself, one for each key."""
    yield from Binding.make_bindings(of.__dict__.get("BINDINGS", ()))


PANE_CLASSES = [one for one in classes() if not issubclass(one, ModalScreen) and list(bindings(one))]
DIALOGS = [one for one in classes() if issubclass(one, ModalScreen)]


@pytest.mark.parametrize("of", PANE_CLASSES, ids=lambda one: one.__name__)
def test_the_help_names_every_key(of: type) -> None:
    parts = ("everywhere", *PANES[of.__name__])
    words = {word.strip(";,") for part in parts for word in say(f"help.{part}.keys").split()}
    wanted = {one.key for one in bindings(of)} - ALIKE.keys()
    missing = {
        key for key in wanted if SHOWN.get(key, key.capitalize() if len(key) > 1 else key) not in words
    }
    assert not missing, f"the help of {of.__name__} does not name {missing}"


async def test_no_line_of_the_help_wraps_at_80_columns() -> None:
    async with on_stage(size=(80, 24)) as stage:
        await stage.pilot.press("3", "question_mark")
        room = stage.app.screen.query_one("#help").scrollable_content_region.width
    lines = [
        line for key, text in sentences("en").items() if key.startswith("help.") for line in text.splitlines()
    ]
    assert not [line for line in lines if len(line) > room]


@pytest.mark.parametrize("of", DIALOGS, ids=lambda one: one.__name__)
def test_a_dialog_says_on_its_frame_how_to_leave_it(of: type) -> None:
    for key in SUBTITLES[of.__name__]:
        text = say(key)
        assert "Esc" in text or "Enter" in text
    if not SUBTITLES[of.__name__]:
        hidden = {one.key for one in bindings(of) if not one.description}
        assert hidden <= {"q", "d"}, "its footer has the others"


def test_every_part_of_the_help_is_shown_somewhere() -> None:
    parts = {key.split(".")[1] for key in sentences("en") if key.startswith("help.") and key.count(".") > 1}
    assert parts == {
        "what",
        "words",
        "story",
        "everywhere",
        *(part for names in PARTS.values() for part in names),
    }


@pytest.mark.parametrize("of", [LedgerApp, MainScreen])
def test_the_palette_has_every_action(of: type) -> None:
    offered = {action.partition(".")[2].partition("(")[0] for action in ACTIONS.values()}
    own = {name for name in vars(of) if name.startswith("action_")} - NO_ENTRY.keys()
    assert {name.removeprefix("action_") for name in own} <= offered


def test_the_palette_calls_nothing_that_is_not_there() -> None:
    places = {"app": LedgerApp, "screen": MainScreen}
    for action in ACTIONS.values():
        namespace, _, call = action.partition(".")
        assert hasattr(places[namespace], f"action_{call.partition('(')[0]}"), action


@pytest.mark.parametrize(("entry", "window"), [("event", "Event #1"), ("trace", "The journey of #1")])
async def test_the_palette_shows_an_event_from_near(entry: str, window: str) -> None:
    async with on_stage() as stage:
        await stage.execute("create ann")
        await stage.tick()
        await stage.pilot.press("3")
        await stage.app.run_action(ACTIONS[entry])
        for _ in range(5):
            await stage.pilot.pause()
        assert window in plain(stage.app.screen.query_one("#inspection").border_title)
