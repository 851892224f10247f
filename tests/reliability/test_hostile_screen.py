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
from textual.widget import Widget

import tui_ledger.ui
from tests.reliability.hostile import CORPUS, MIXED, make_ledger, write_views
from tests.reliability.watched import Watched
from tui_ledger.safe_text import safe_text

PROGRAM: Final = [sys.executable, "-m", "tui_ledger"]

CLEAR: Final = "\x15"


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
            terminal.look(0.1)  # a key that moves the focus does so a moment later

    return press


def typed(*before: str, after: str) -> Callable[[Watched, str], None]:
    """Keys, then the text pasted, then keys."""

    def press(terminal: Watched, text: str) -> None:
        for one in before:
            terminal.press(one)
            terminal.is_quiet()
        terminal.paste(text)
        terminal.is_quiet()
        terminal.press(after)

    return press


SINKS: Final = (
    Sink("header", ("MainScreen", "HeaderLine", "Pipeline"), keys(), ("tui-ledger", "le>")),
    Sink("event stream", ("EventStream",), keys("2"), ("ow>", "so>", "de>", "it>", "no>", "re>")),
    Sink("statement", ("BalancesTable", "StatementTable", "ViewTitle"), keys("3", "v"),
         ("STATEMENT w1", "so>", "it>")),
    Sink("spending", ("SpendingPie", "ViewsPane", "ViewStrip"), keys("v"), ("SPENDING", "ca>")),
    Sink("top items", ("ListingTable",), keys("v"), ("TOP ITEMS", "brought in", "it>")),
    Sink("books", ("ListingTable",), keys("v"), ("BOOKS", "account")),
    Sink("own view", ("ListingTable",), keys("v"), ("MIRROR", "ke>", "fi>")),
    Sink("event from near", ("Inspection",), keys("2", "\x1b[H", "\x1b[B", "\x1b[B", "\x1b[B", "\x1b[B", "\r"),
         ("Event #5", "it>", "me>", "ca>"), "", ""),
    Sink("notification", ("Inspection",), keys("y"), ("in the clipboard",), "\x1b", "Where it stands"),
    Sink("journey", ("Inspection",), keys("t"), ("The journey of #5", "A person asked", "it>"),
         "\x1b", "The journey of"),
    Sink("filter", ("FilterPrompt",), typed("/", after="<fi"), ("Which events?", "<fi"), "\r", "Which events?"),
    Sink("filtered title", ("EventStream",), keys(), ("No event fits",)),
    Sink("no filter", ("FilterPrompt",), keys("/", CLEAR, "\r"), ("following", "ow>")),
    Sink("command line", ("CommandBar", "CommandInput"), typed(":deposit w1 5 source='", after="<li"), ("<li",)),
    Sink("doubts of the command line", ("CommandBar",), typed(CLEAR, after="<do "),
         ("There is no command", "<do")),
    Sink("completion", ("CommandInput",), keys(CLEAR, "buy w1 it"), ("buy w1 it",)),
    Sink("answer", ("Results",), typed(CLEAR, "deposit w1 5 source='an>", after="'\r"),
         ("stored as #11", "an>")),
    Sink("refusal", ("Results", "ExplainBar"), typed("refund w1 'no>", after="'\r"),
         ("A refused command changes nothing", "no>"), "\x1b", "↑ earlier"),
    Sink("save dialog", ("SaveSessionScreen",), typed("s", CLEAR, after="<sa"), ("Save this session", "<sa")),
    Sink("what is wrong with a file", ("SaveSessionScreen",), keys("\x01", "nowhere/", "\x05", ".toml\r"),
         ("cannot be written", "nowhere/"), "\x1b", "Save this session"),
    Sink("palette", ("LedgerApp",), typed("\x10", after="<pa"), ("<pa",), "\x1b", "<pa"),
    Sink("help", ("HelpScreen",), keys("?"), ("What you see",), "\x1b", "What you see"),
)  # fmt: skip
"""One entry for each; a new part of the screen is one more."""

SILENT: Final[dict[str, str]] = {}
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
    assert classes() == named | SILENT.keys()


def home(tmp_path: Path) -> dict[str, str]:
    paths = os.pathsep.join([str(tmp_path / "modules"), str(Path(__file__).parents[2])])
    return {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "PYTHONPATH": paths}


def in_a_name(text: str) -> str:
    """What of `text` a file can be called."""
    return text.replace("/", "|").replace("\0", "")[:60]


@pytest.mark.parametrize("text", [pytest.param(MIXED, id="mixed")])
def test_nothing_that_people_wrote_is_obeyed(tmp_path: Path, text: str) -> None:
    ledger = tmp_path / f"le>{in_a_name(text)}"
    asyncio.run(make_ledger(ledger, text, "mirror"))
    write_views(tmp_path / "modules", text)
    with Watched([*PROGRAM, "open", str(ledger)], home(tmp_path)) as terminal:
        terminal.shows("LIVE")
        for sink in SINKS:
            sink.do(terminal, text)
            terminal.shows(*sink.shows)
            terminal.check(sink.name)
            if sink.leave:
                terminal.press(sink.leave)
                terminal.shows(gone=sink.gone)
                terminal.look(0.2)
        terminal.press("\x11")
        assert terminal.wait_for_exit() == 0
        terminal.look()
        terminal.check("leaving")
