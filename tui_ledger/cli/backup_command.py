"""The command `backup` and its options."""

from typing import Annotated

import typer

from tui_ledger.cli.arguments import Json, Ledger, folder
from tui_ledger.cli.running import run


def backup(
    ledger: Ledger,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The folder of the copy, which is new.")],
    views: Annotated[
        bool, typer.Option("--views", help="Copy the documents of the views that are on, too.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Copy a ledger in use, and check the copy.

    The copy is a ledger as any: as the original was at one moment, with all that cannot be made again. Its
    views are made anew by whoever opens it, unless --views brings their documents along. What is printed has
    its head, an anchor for verify. Where the copy does not hold together, there is none: the status is 5.
    """
    from tui_ledger.cli import backing_up

    return run(backing_up.backup(folder(ledger), folder(target), views=views, as_json=as_json))
