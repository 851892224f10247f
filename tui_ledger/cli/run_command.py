"""`run`: its options."""

from pathlib import Path
from typing import Annotated

import typer

from tui_ledger.cli.arguments import LARGEST, Json, folder
from tui_ledger.cli.running import run as run_to_its_end


def run(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A scenario's name, such as moyin, or a TOML file.")
    ],
    ledger: Annotated[
        str | None,
        typer.Option(metavar="LEDGER", help="Play on this ledger, made if there is none; else in memory."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, max=LARGEST, help="In place of the scenario's own seed."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Play a scenario without a screen, and check what it expects.

    Time is virtual: nothing is waited for, and the same scenario ends the same each time. In memory it
    begins on an empty ledger, on 1 January 2026 unless the scenario has a start of its own.

    What was not as expected is said on standard error, with its step, the expectation and what was found;
    the exit status is then 3. A command that is refused counts, unless its step expects something of its
    receipt.

    On a ledger, views that the scenario names are switched on and stay on; delays and the like are put back
    at the end. Nobody else should have it open: time would pass faster than they can follow.

    With --json each step is a line (step, line, at, ok, failures), and the last line sums up (title, ok,
    steps, expectations, failures).
    """
    from tui_ledger.cli.playing import play

    path: Path | None = folder(ledger) if ledger is not None else None
    return run_to_its_end(play(scenario, path, seed, as_json=as_json))
