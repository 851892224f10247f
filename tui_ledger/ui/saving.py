"""Saves what was done in the app as a scenario, and checks at once that it ends as the session does."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tui_ledger.content import Sentence, say
from tui_ledger.errors import InputError, StorageError
from tui_ledger.file_replacement import new_file
from tui_ledger.safe_text import safe_text

if TYPE_CHECKING:
    from datetime import datetime

    from tui_ledger.clock import Clock
    from tui_ledger.command_side.receipt import Receipt
    from tui_ledger.ledger import Ledger
    from tui_ledger.simulation.session import Moment


QUICK: Final = 2.0
"""Between two turns of a dial that are one movement, in seconds at most."""

_DIALS: Final = ("bus", "delay")


class Saved(NamedTuple):
    """What to say about a file that was written, and whether it plays as the session did."""

    sentence: Sentence
    passes: bool


class Session:
    """What is done in the app on one ledger, and can be saved."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._moments: list[Moment] = []

    def answered(self, line: str, receipt: Receipt) -> None:
        """A command was answered: what was refused is on record here and nowhere else."""
        if not receipt.accepted:
            self._note(line, code=receipt.code)

    def steered(self, line: str, view: str | None) -> None:
        """Something else was done than a command; `line` says it in the language of scenarios."""
        self._note(line, view=view)

    async def save(self, name: str) -> Saved:
        """Write the session into a file of that name, which may not be there yet, and play that once.

        Raises:
            InputError: the name is none for a new scenario, or there is nothing, or too much, to save.
            LedgerError: the file cannot be written, or the ledger not be read.
        """
        from tui_ledger.simulation.runner import run_in_memory  # noqa: PLC0415
        from tui_ledger.simulation.scenario import load_scenario  # noqa: PLC0415
        from tui_ledger.simulation.session import record  # noqa: PLC0415
        from tui_ledger.simulation.session_file import write_session  # noqa: PLC0415

        if not name.endswith(".toml"):
            raise InputError(Sentence("screen.save.suffix"))
        title = say("screen.save.scenario", time=f"{self._clock.now():%Y-%m-%d %H:%M}")
        session = write_session(await record(self._ledger, self._moments, title))
        path = _write(name, session.text)
        result = await run_in_memory(load_scenario(path))
        values = {"file": safe_text(str(path)), "steps": f"{session.steps:,}"}
        if result.ok:
            command = safe_text(shlex.join(["tui-ledger", "demo", str(path)]))
            return Saved(Sentence("screen.save.saved", {"command": command, **values}), passes=True)
        failure = safe_text(result.failures[0])
        return Saved(Sentence("screen.save.otherwise", {"failure": failure, **values}), passes=False)

    def _note(self, line: str, *, code: str | None = None, view: str | None = None) -> None:
        from tui_ledger.simulation.session import Moment  # noqa: PLC0415

        moment = Moment(
            after=self._ledger.snapshot().head, at=self._clock.now(), line=line, code=code, view=view
        )
        if self._moments and _goes_on_turning(self._moments[-1], moment):
            self._moments.pop()
        self._moments.append(moment)


def _goes_on_turning(before: Moment, moment: Moment) -> bool:
    """Whether a dial that was being turned has only come a step further: then where it went through is
    not worth a line.
    """
    turned = [one.line.split()[:2] for one in (before, moment)]
    is_dial = turned[0] == turned[1] and turned[0][0] in _DIALS and moment.line != "bus calm"
    soon = (moment.at - before.at).total_seconds() < QUICK
    return is_dial and soon and before.after == moment.after


def proposal(now: datetime) -> str:
    """A name for the file of a session that is saved now; one that is free in the current folder."""
    name = f"session-{now:%Y-%m-%d-%H%M}"
    for ending in ("", *(f"-{number}" for number in range(2, 100))):
        if not Path(f"{name}{ending}.toml").exists():
            return f"{name}{ending}.toml"
    return f"{name}.toml"


def _write(name: str, text: str) -> Path:
    """Make a file of that name, for its owner only: it has what people wrote, as their ledger has.

    Raises:
        InputError: there is something of that name already.
        StorageError: it cannot be made there.
    """
    try:
        path = Path(name).expanduser()
        with new_file(path) as file:
            file.write(text.encode())
    except FileExistsError:
        raise InputError(Sentence("screen.save.exists", {"file": safe_text(name)})) from None
    except (OSError, ValueError, RuntimeError) as error:  # a NUL in it, or nobody's home folder
        reason = error.strerror if isinstance(error, OSError) else str(error)
        values = {"file": safe_text(name), "reason": reason}
        raise StorageError(Sentence("screen.save.cannot", values)) from None
    return path
