"""`import` and its options."""

from typing import Annotated

import typer

from tui_ledger.cli.arguments import Json, Ledger, folder
from tui_ledger.cli.running import run


def import_(
    ledger: Ledger,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="Events as CloudEvents JSON Lines, also .gz; - reads a pipe."),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check; change nothing.")] = False,
    as_json: Json = False,
) -> int:
    """Take in the events of a file: all of them, or none.

    Each line is checked: what no command could have led to is refused, with its line, and nothing is changed.
    Events that the ledger has already are left out. Those that are new get the next positions, and keep ids,
    times and commands. An import that was killed goes on where it was when it is given again.

    With --json: imported and known (how many were new, and how many were not), first and last (the positions
    of those that were new, or null), and dry_run.
    """
    from tui_ledger.cli.importing import import_events

    return run(import_events(folder(ledger), file, dry_run=dry_run, as_json=as_json))
