"""A progress bar on a terminal, and nothing in a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)


@contextmanager
def progress_bar(*columns: ProgressColumn) -> Iterator[Progress]:
    """A bar of `columns` on standard error, which is gone at the end.

    It is drawn only when it is told to: a thread that draws would take the time of what is waited for.
    """
    with Progress(
        *columns,
        console=Console(stderr=True),
        auto_refresh=False,
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as bar:
        yield bar


@contextmanager
def events_bar(name: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar for long work on `total` events; what it gives draws how many of them are done."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with progress_bar(*columns) as bar:
        task = bar.add_task(name, total=total)
        yield lambda done: bar.update(task, completed=done, refresh=True)
