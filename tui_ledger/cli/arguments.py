"""Arguments and options that several commands have."""

from pathlib import Path
from typing import Annotated, Final

import typer

LARGEST: Final = 2**63 - 1
"""The largest position, and the largest seed."""

Ledger = Annotated[str, typer.Argument(metavar="LEDGER", help="The ledger's folder; @ is your own.")]
View = Annotated[str, typer.Argument(metavar="VIEW", help="A read model, such as balances.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]


def folder(ledger: str) -> Path:
    """The folder that the argument LEDGER means."""
    if ledger != "@":
        return Path(ledger)
    from tui_ledger.ledger_folder import default_path  # noqa: PLC0415 - only where it is asked for

    return default_path()
