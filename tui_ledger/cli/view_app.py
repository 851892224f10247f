"""The commands that begin with `view`, and their options. Each imports what it needs when it is called."""

import typer

from tui_ledger.cli.arguments import Json, Ledger, View, folder
from tui_ledger.cli.running import run

view_app = typer.Typer(help="Read models: which there are, and which are on.")


@view_app.command("list")
def list_(ledger: Ledger, as_json: Json = False) -> int:
    """Show all views: which are on, and how far each is."""
    from tui_ledger.cli import viewing

    return run(viewing.list_views(folder(ledger), as_json=as_json))


@view_app.command()
def add(ledger: Ledger, view: View, as_json: Json = False) -> int:
    """Switch a view on, and fill it from the first event on.

    Whatever has the ledger open at that moment has the view when it opens the ledger the next time. Ctrl-C
    ends the filling; the view stays on, and is filled from there by whoever runs it next.
    """
    from tui_ledger.cli import viewing

    return run(viewing.add(folder(ledger), view, as_json=as_json))


@view_app.command()
def drop(ledger: Ledger, view: View, as_json: Json = False) -> int:
    """Switch a view off, and remove its file.

    Nothing is lost by that: what a view says is made from the events. A view that a running app or worker
    keeps up to date is not dropped.
    """
    from tui_ledger.cli import viewing

    return run(viewing.drop(folder(ledger), view, as_json=as_json))
