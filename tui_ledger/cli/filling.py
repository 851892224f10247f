"""The progress bar of a view that takes in the log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

from tui_ledger.cli.progress import progress_bar


@contextmanager
def filling(view: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, and nothing in a pipe. What it gives draws so many of `total` events."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with progress_bar(*columns) as bar:
        task = bar.add_task(view, total=total)
        yield lambda done: bar.update(task, completed=done, refresh=True)
