"""`import`: events from a file."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

from tui_ledger.cli.output import complain, counted, say, say_json
from tui_ledger.cli.progress import progress_bar
from tui_ledger.errors import InputError
from tui_ledger.exchange.candidates import of_file
from tui_ledger.exchange.importing import Imported, ImportProgress, OnProgress
from tui_ledger.exchange.lines import STANDARD_INPUT
from tui_ledger.ledger import Ledger


async def import_events(path: Path, file: str, *, dry_run: bool, as_json: bool) -> int:
    """Take in the events of `file`, and say how many there were.

    Raises:
        InputError: a line of it cannot be taken in; nothing was changed.
    """
    name = file
    async with Ledger.open(path, run_views=False, views=()) as ledger:
        if file == STANDARD_INPUT:
            name = "standard input"
            if sys.stdin is not None and sys.stdin.isatty():
                complain("Type events as CloudEvents, one a line; Ctrl-D ends.")
        with _bar() as show:
            try:
                imported = await ledger.import_events(file, progress=show, dry_run=dry_run)
            except InputError as error:
                raise of_file(name, error) from None
    if as_json:
        say_json(msgspec.structs.asdict(imported) | {"dry_run": dry_run})
    else:
        say(_sentence(imported, name, dry_run=dry_run))
    return 0


def _sentence(imported: Imported, name: str, *, dry_run: bool) -> str:
    new, known = imported.imported, imported.known
    if not new and not known:
        return f"{name} holds no events; nothing was imported."
    there = f"{known:,} {'was' if known == 1 else 'were'} there already"
    if not new:
        return f"Nothing to import: of {counted(known, 'event')}, all were there already."
    if dry_run:
        return f"{counted(new, 'event')} can be imported; {there}. Nothing was changed."
    return f"Imported {counted(new, 'event')}, #{imported.first} to #{imported.last}; {there}."


@contextmanager
def _bar() -> Iterator[OnProgress]:
    """A bar that shows how much of the file is checked, and then how many events are appended."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    with progress_bar(*columns) as bar:
        task = bar.add_task("checking", total=None)

        def show(progress: ImportProgress) -> None:
            if progress.staged:
                name, done = "importing", progress.applied
                bar.update(task, total=progress.staged)
            else:
                name, done = "checking", progress.bytes_read
                bar.update(task, total=progress.size)
            bar.update(task, description=name, completed=done, refresh=True)

        yield show
