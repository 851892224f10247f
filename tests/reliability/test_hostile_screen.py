"""Hostile text is driven through all that the program draws, and the bytes of its terminal are looked at."""

import asyncio
import importlib
import os
import pkgutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from rich.cells import cell_len
from textual.widget import Widget

import tui_ledger.ui
from tests.reliability.hostile import CORPUS, MIXED, make_ledger, write_views
from tests.reliability.watched import Watched

PROGRAM: Final = [sys.executable, "-m", "tui_ledger"]

LINE: Final = 60
"""As much of a text as a line takes wherever it is typed: more is refused before it is looked at."""

CLEAR: Final = "\x15"
HOME: Final = "\x1b[H"
DOWN: Final = "\x1b[B"


class Sink(NamedTuple):
    """A part of the screen that shows what people wrote.

    Attributes:
        name: What a failure calls it.
        widgets: The classes that draw it, by name.
        do: What makes it appear.
        shows: What is then on the screen: the sign before the text among it, so that it was reached.
        leave: Keys that go back, and `gone` what is then no longer there.
    """

    name: str
    widgets: tuple[str, ...]
    do: Callable[[Watched, str], None]
    shows: tuple[str, ...]
    leave: str = ""
    gone: str = ""


def keys(*presses: str) -> Callable[[Watched, str], None]:
    def press(terminal: Watched, _: str) -> None:
        for one in presses:
            terminal.press(one)
            terminal.is_quiet()  # a key that moves the focus does so a moment later

    return press


def typed(*before: str, after: str) -> Callable[[Watched, str], None]:
    """Keys, then the text pasted, then keys."""

    def press(terminal: Watched, text: str) -> None:
        for one in before:
            terminal.press(one)
            terminal.is_quiet()
        terminal.paste(text[:LINE])
        terminal.is_quiet()
        terminal.press(after)

    return press


SINKS: Final = (
    Sink("header", ("MainScreen", "HeaderLine", "Pipeline", "Prose", "TimeLine"), keys(),
         ("tui-ledger", "le>")),
    Sink("event stream", ("EventStream",), keys("2"), ("ow>", "so>", "de>", "it>", "no>", "re>")),
    Sink("statement", ("BalancesTable", "StatementTable", "ViewTitle"), keys("3", "v"),
         ("STATEMENT w1", "so>", "it>")),
    Sink("spending", ("SpendingPie", "ViewsPane", "ViewStrip"), keys("v"), ("SPENDING", "ca>")),
    Sink("top items", ("ListingTable",), keys("v"), ("TOP ITEMS", "brought in", "it>")),
    Sink("books", ("ListingTable",), keys("v"), ("BOOKS", "account")),
    Sink("own view", ("ListingTable",), keys("v"), ("MIRROR", "ke>", "fi>")),
    Sink("event from near", ("Inspection",), keys("2", HOME, DOWN, DOWN, DOWN, DOWN, "\r"),
         ("Event #5", "it>", "me>", "ca>"), "", ""),
    Sink("notification", ("Inspection",), keys("y"), ("in the clipboard",), "\x1b", "Where it stands"),
    Sink("journey", ("Inspection",), keys("t"), ("The journey of #5", "A person asked", "it>"),
         "\x1b", "The journey of"),
    Sink("filter", ("FilterPrompt",), typed("/", after="<fi...."), ("Which events?", "<fi"),
         "\r", "Which events?"),
    Sink("filtered title", ("EventStream",), keys(), ("No event fits",)),
    Sink("no filter", ("FilterPrompt",), keys("/", CLEAR, "\r"), ("following", "ow>")),
    Sink("command line", ("CommandBar", "CommandInput", "HintLines"),
         typed(":deposit w1 5 source='", after="<li...."), ("<li",)),
    Sink("doubts of the command line", ("CommandBar",), typed(CLEAR, after="<do.... "),
         ("There is no command", "<do")),
    Sink("completion", ("CommandInput",), keys(CLEAR, "buy w1 it"), ("buy w1 it",)),
    Sink("answer", ("Results",), typed(CLEAR, "deposit w1 5 source='an>", after="'\r"),
         ("stored as #11", "an>")),
    Sink("refusal", ("Results", "ExplainBar"), typed("refund w1 'no>", after="'\r"),
         ("A refused command changes nothing", "no>"), "\x1b", "↑ earlier"),
    Sink("save dialog", ("SaveSessionScreen",), typed("s", CLEAR, after="<sa...."),
         ("Save this session", "<sa")),
    Sink("what is wrong with a file", ("SaveSessionScreen",), keys("\x01", "nowhere/", "\x05", ".toml", "\r"),
         ("nowhere/", "directory."), "\x1b", "Save this session"),
    Sink("palette", ("ActionPalette",), typed("\x10", after="<pa...."), ("<pa",), "\x1b", "<pa"),
    Sink("verbs of the form", ("CommandForm",), keys("n"), ("A new command",)),
    Sink("form", ("FormField", "FieldInput", "Candidates", "MoreLine"),
         keys(HOME, DOWN, DOWN, DOWN, "\r", "it"), ("A new command: buy", "it>"),
         "\x1b", "A new command: buy"),
    Sink("out of the form", ("CommandForm",), keys(), ("A new command",), "\x1b", "A new command"),
    Sink("dials", ("DialsPanel", "DialBoard"), keys("b", "v", "v", "v", "v", "v"), ("BUS", "MIRROR"),
         "\x1b", "off rest"),
    Sink("seek", ("SeekPrompt",), typed("\x10", "Take the read model to", "\r", after="<se...."), ("<se",),
         "\x1b", "<se"),
    Sink("past", ("TimeLine",), keys("2", HOME, DOWN, "g"), ("VIEWING", "ow>")),
    Sink("changes", ("ChangesScreen",), keys("d"), ("Changes from #2",),
         "\x1b", "Changes from"),
    Sink("now", ("TimeLine",), keys("\x1b"), ("LIVE",)),
    Sink("large type", ("LargeBoard", "LargeEvents", "LargePositions", "LargeBalances"), keys("z"),
         ("an>",), "z", "z back"),
    Sink("help", ("HelpScreen",), keys("?"), ("What you see",), "\x1b", "What you see"),
)  # fmt: skip
"""One entry for each; a new part of the screen is one more."""

ELSEWHERE: Final = {
    "VisibleInput": "is what lines are made of: the filter, the file and the form are driven",
    "Enlarging": "puts the large type there, which is driven",
    "StartOverScreen": "has a test of its own: there has to be a story",
    "KeyFooter": "has words of the program only",
    "Lines": "is what the lists are made of, and draws nothing itself",
}
"""Classes that no entry names, each with the reason."""


def classes() -> set[str]:
    """The names of all widgets and screens of the program."""
    found = set()
    for module in pkgutil.walk_packages(tui_ledger.ui.__path__, "tui_ledger.ui."):
        for one in vars(importlib.import_module(module.name)).values():
            if isinstance(one, type) and issubclass(one, Widget) and one.__module__ == module.name:
                found.add(one.__name__)
    return found


def test_every_widget_is_driven_or_has_a_reason_not_to_be() -> None:
    named = {widget for sink in SINKS for widget in sink.widgets}
    assert classes() == named | ELSEWHERE.keys()


long = pytest.mark.slow
pytestmark = pytest.mark.timeout(300)


def home(tmp_path: Path, text: str) -> dict[str, str]:
    """The environment of a user whose data are in a folder named like that, and not in a temporary one."""
    paths = os.pathsep.join([str(tmp_path / "modules"), str(Path(__file__).parents[2])])
    data, temporary = tmp_path / f"le>{in_a_name(text)}", tmp_path / "temporary"
    temporary.mkdir(exist_ok=True)
    return {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(data),
        "TMPDIR": str(temporary),
        "PYTHONPATH": paths,
    }


def in_a_name(text: str) -> str:
    """What of `text` a file can be called."""
    return text.replace("/", "|")[:40]


def drive(terminal: Watched, text: str) -> None:
    """Go through the sinks one after the other, and look at what came."""
    for sink in SINKS:
        sink.do(terminal, text)
        terminal.shows(*sink.shows)
        terminal.check(sink.name)
        if sink.leave:
            terminal.press(sink.leave)
            terminal.shows(gone=sink.gone)
            terminal.is_quiet()


def click_on(terminal: Watched, sign: str) -> int:
    """Click on every `sign` on the screen; how many there were."""
    places = [
        (cell_len(line[:found]), row)
        for row, line in enumerate(terminal.screen.text.splitlines())
        for found in (line.find(sign),)
        if found >= 0
    ]
    for column, row in places:
        terminal.click(column + 3, row)
        terminal.is_quiet()
    return len(places)


def quit_it(terminal: Watched) -> None:
    terminal.press("\x11")
    assert terminal.wait_for_exit() == 0, terminal.screen.text
    terminal.look()
    terminal.screen.finish()
    terminal.check("leaving")


@long
@pytest.mark.parametrize(
    "text", [pytest.param(text, id=name) for name, text in {"something of all": MIXED, **CORPUS}.items()]
)
def test_what_people_wrote_is_drawn_and_never_obeyed(tmp_path: Path, text: str) -> None:
    ledger = tmp_path / f"le>{in_a_name(text)}"
    asyncio.run(make_ledger(ledger, text, "mirror"))
    write_views(tmp_path / "modules", text)
    with Watched([*PROGRAM, "open", str(ledger)], home(tmp_path, text)) as terminal:
        terminal.shows("LIVE")
        drive(terminal, text)
        quit_it(terminal)


@long
def test_a_click_on_what_looks_like_an_action_is_a_click_on_text(tmp_path: Path) -> None:
    text = CORPUS["action"]
    ledger = tmp_path / f"le>{in_a_name(text)}"
    asyncio.run(make_ledger(ledger, text))
    with Watched([*PROGRAM, "open", str(ledger)], home(tmp_path, text)) as terminal:
        terminal.shows("LIVE", "STATEMENT", "it>")
        assert click_on(terminal, "@click=app") > 6
        terminal.press("t")
        terminal.shows("The journey of")
        assert click_on(terminal, "@click=app") > 1
        terminal.shows("The journey of")
        quit_it(terminal)


@long
def test_a_view_that_fails_with_hostile_words_is_quoted(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    asyncio.run(make_ledger(ledger, "plain", "brittle"))
    write_views(tmp_path / "modules", MIXED)
    with Watched([*PROGRAM, "open", str(ledger)], home(tmp_path, "")) as terminal:
        terminal.shows("BRITTLE failed at #1", "fa>")
        terminal.check("trouble")
        quit_it(terminal)


@long
def test_a_story_is_told_and_started_over_in_a_folder_of_a_hostile_name(tmp_path: Path) -> None:
    with Watched(PROGRAM, home(tmp_path, MIXED)) as terminal:
        terminal.shows("story 1/9", "le>")
        terminal.check("story")
        terminal.press("o")
        terminal.shows("Start over?", "stays as it is")
        assert terminal.screen.text.count("le>") == 2
        terminal.check("start over")
        terminal.press("\x1b")
        quit_it(terminal)


@long
@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in CORPUS.items()])
def test_what_is_said_after_leaving_is_safe_as_well(tmp_path: Path, text: str) -> None:
    file = tmp_path / f"le>{in_a_name(text)}"
    file.write_text("no ledger")
    with Watched([*PROGRAM, "open", str(file)], home(tmp_path, "")) as terminal:
        assert terminal.wait_for_exit() > 0
        terminal.look()
        terminal.screen.finish()
        assert "le>" in terminal.screen.text
        terminal.check("standard error")
