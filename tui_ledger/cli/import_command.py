"""The command `import` and its options."""

from pathlib import Path
from typing import Annotated

import typer

from tui_ledger.cli.arguments import Json, Ledger, folder
from tui_ledger.cli.running import run


def import_(
    ledger: Ledger,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A bank statement or shop history, as CSV.")],
    map_: Annotated[
        Path | None, typer.Option("--map", metavar="FILE.toml", help="What the columns of a CSV file mean.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing; print the commands, as exec takes them.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Turn the rows of a CSV file into commands, and execute them.

    What was imported before is there already, and is not done again. Exit status: 3 if a row was not
    understood or was refused, else 0.
    """
    from tui_ledger.cli.importing_csv import import_csv

    return run(import_csv(folder(ledger), file, map_, dry_run=dry_run, as_json=as_json))
