"""The command line: what people and scripts hold on to."""

from tui_ledger.cli.entry import main

__all__ = ["main"]
