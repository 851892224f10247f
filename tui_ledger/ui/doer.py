"""Does what a person wants done to what runs, whether a key, a dial or a line says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Protocol

from tui_ledger.errors import InputError, LedgerError
from tui_ledger.safe_text import safe_text
from tui_ledger.simulation.actions import Surroundings, parse_action
from tui_ledger.simulation.performer import Performer

if TYPE_CHECKING:
    from tui_ledger.clock import Clock
    from tui_ledger.ledger import Ledger
    from tui_ledger.simulation.actions import Action
    from tui_ledger.ui.drawing import Drawing


class Operator(Protocol):
    """Who is told what becomes of it."""

    def set_by_hand(self, view: str | None, line: str) -> None:
        """That was done, to `view` or to the bus."""

    def tell(self, sentence: str, *, refused: bool = False) -> None:
        """That has become of it; or that is why not, where a worker has refused."""


class Doer:
    """Does to `ledger` what lines of the scenario language say."""

    def __init__(self, ledger: Ledger, clock: Clock, drawing: Drawing, operator: Operator) -> None:
        self._performer = Performer(ledger, 0, clock)
        self._drawing = drawing
        self._operator = operator

    async def act(self, action: Action) -> LedgerError | None:
        """Do `action`; what was wrong, if anything was. Where that is the ledger, it is shown as trouble."""
        try:
            await self._performer.act((action,))
        except InputError as error:
            return error
        except LedgerError as error:
            self._drawing.trouble("controls", error)
            return error
        self._drawing.trouble("controls", None)
        return None

    async def does(self, line: str, view: str | None) -> bool:
        """Do what `line` says, to `view` if it is about one; whether that went well. Why not is told."""
        around = Surroundings(views=(view,) if view else (), addable=(), load=_nothing_to_load)
        error = await self.act(parse_action(line, around))
        if isinstance(error, InputError):
            self._operator.tell(safe_text(str(error)), refused=True)
        return error is None


def _nothing_to_load(word: str) -> NoReturn:
    raise ValueError(f"no key loads {word}")
