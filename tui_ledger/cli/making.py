"""`init`: an empty ledger."""

from pathlib import Path

from tui_ledger.cli.output import say, say_json
from tui_ledger.ledger import create_ledger


def init(path: Path, *, as_json: bool) -> int:
    """Make an empty ledger at `path`, and say so."""
    create_ledger(path)
    if as_json:
        say_json({"ledger": str(path)})
    else:
        say(f"Made an empty ledger at {path}")
    return 0
