"""The command `export` and its options."""

from typing import Annotated

import typer

from tui_ledger.cli.arguments import LARGEST, Json, Ledger, folder
from tui_ledger.cli.running import run


def export(
    ledger: Ledger,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A new file, packed if its name ends in .gz; - is standard output."
        ),
    ],
    after: Annotated[
        int, typer.Option(metavar="N", min=0, max=LARGEST, help="Only events above position N.")
    ] = 0,
    as_json: Json = False,
) -> int:
    """Write the log to a file, as CloudEvents 1.0 in JSON Lines.

    Each event is a line, in order, with its position, times and command, so that import can take it in
    elsewhere. Every event's hash is checked before it is written. A file that exists is never overwritten,
    and where something fails none is left.

    It ends with the number of events and the SHA-256 of the lines, unpacked; with --json, as an object with
    file, events and sha256.
    """
    from tui_ledger.cli import exporting

    if file == exporting.STANDARD_OUTPUT:
        if as_json:
            raise typer.BadParameter("standard output has the events already", param_hint="--json")
        return run(exporting.export_to_output(folder(ledger), after=after))
    return run(exporting.export_to_file(folder(ledger), file, after=after, as_json=as_json))
