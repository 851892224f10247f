"""`import` and its options."""

from pathlib import Path
from typing import Annotated

import typer

from tui_ledger.cli.arguments import Json, Ledger, folder
from tui_ledger.cli.running import run


def import_(
    ledger: Ledger,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="Events as CloudEvents JSON Lines, also .gz; - reads a pipe. Or a .csv file, with --map.",
        ),
    ],
    map_: Annotated[
        Path | None, typer.Option("--map", metavar="FILE.toml", help="What the columns of a CSV file mean.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check; change nothing.")] = False,
    as_json: Json = False,
) -> int:
    """Take in events from a file, or rows of a CSV file.

    Events: all of them, or none. Each line is checked: what no command could have led to is refused, with its
    line, and nothing is changed. Events that the ledger has already are left out. Those that are new get the
    next positions, and keep ids, times and commands. An import that was killed goes on where it was when it
    is given again.

    CSV, such as a bank statement: the commands that its good rows mean are executed, and the others reported
    with their lines; then the status is 3. A row that was imported before is there already. --dry-run prints
    the commands, as exec takes them.

    With --json, of events: imported and known (how many were new, and how many were not), first and last (the
    positions of those that were new, or null), and dry_run. Of CSV: an object for each row, and then one with
    the totals.
    """
    if map_ is not None or file.lower().endswith(".csv"):
        from tui_ledger.cli.importing_csv import import_csv

        return run(import_csv(folder(ledger), file, map_, dry_run=dry_run, as_json=as_json))
    from tui_ledger.cli.importing import import_events

    return run(import_events(folder(ledger), file, dry_run=dry_run, as_json=as_json))
