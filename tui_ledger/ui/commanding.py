"""Does what a line of the bar says, and shows what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tui_ledger.content import Sentence
from tui_ledger.domain.commands import Command
from tui_ledger.errors import LedgerError, LockedError
from tui_ledger.simulation.actions import CalmBus, Crash, Customers, SetDelay, Steering, SwitchView, TurnDial
from tui_ledger.ui.widgets.command_bar import CommandBar
from tui_ledger.ui.widgets.results import Entry, Results

if TYPE_CHECKING:
    from tui_ledger.command_side.receipt import Receipt
    from tui_ledger.ledger import Ledger
    from tui_ledger.simulation.actions import Action
    from tui_ledger.ui.doer import Doer
    from tui_ledger.ui.drawing import Drawing
    from tui_ledger.ui.grammar import Grammar
    from tui_ledger.ui.main_screen import MainScreen


class Listener(Protocol):
    """Who is told what was done."""

    def came_back(self, entry: Entry, receipt: Receipt) -> None:
        """The command of `entry` was answered."""

    def set_by_hand(self, view: str | None, line: str) -> None:
        """That was done, to `view` or to the bus."""

    def steered(self, line: str, view: str | None) -> None:
        """Something else than a command was done, about a view if it was about one."""


class Commanding:
    """Sends lines to `ledger`: commands, and what steers the system."""

    def __init__(
        self,
        ledger: Ledger,
        screen: MainScreen,
        drawing: Drawing,
        grammar: Grammar,
        doer: Doer,
        listener: Listener,
    ) -> None:
        self._ledger = ledger
        self._screen = screen
        self._drawing = drawing
        self._grammar = grammar
        self._listener = listener
        self._doer = doer

    def send(self, line: str) -> None:
        """Begin to do what `line` says, and put it among the answers.

        Raises:
            InputError: it says nothing.
        """
        wanted = self._grammar.read(line)
        entry = self._screen.query_one(Results).add(Entry(line))
        if isinstance(wanted, Command):
            self._screen.app.run_worker(self._execute(wanted, entry), group="commands", name="command")
        else:
            self._screen.app.run_worker(self._perform(wanted, entry), group="actions", name="action")

    async def _execute(self, command: Command, entry: Entry) -> None:
        try:
            receipt = await self._ledger.execute(command)
        except LedgerError as error:
            self._refuse(entry, error)
            if isinstance(error, LockedError):
                self._screen.query_one(CommandBar).give_back(entry.line)
            else:
                self._drawing.trouble("commands", error)
            return
        self._drawing.trouble("commands", None)
        self._listener.came_back(entry, receipt)

    async def _perform(self, action: Action, entry: Entry) -> None:
        error = await self._doer.act(action)
        if error is not None:
            self._refuse(entry, error)
            return
        entry.state, entry.note = "done", _done(action)
        self._screen.query_one(Results).show()
        self._tell(action, entry.line)

    def _tell(self, action: Action, line: str) -> None:
        """Have it on record. What customers do is in the log as what everybody does."""
        match action:
            case SwitchView(view):
                self._listener.steered(line, view)
            case TurnDial() | CalmBus():
                self._listener.set_by_hand(None, line)
            case Customers():
                pass
            case _:
                self._listener.set_by_hand(_view(action), line)

    def _refuse(self, entry: Entry, error: LedgerError) -> None:
        entry.state, entry.note = "refused", error
        self._screen.query_one(Results).show()


def _view(action: Action) -> str:
    return action.view if isinstance(action, Steering) else ""


def _done(action: Action) -> Sentence:
    """What to say about an action that was done."""
    match action:
        case Crash(view):
            return Sentence("screen.controls.armed", {"view": view.upper()})
        case SetDelay(view, seconds):
            return Sentence("bar.done.delay", {"view": view.upper(), "seconds": f"{seconds:g}"})
        case Customers(count):
            return Sentence("bar.done.traffic", {"count": f"{count:,}"})
    return Sentence("bar.done.any")
