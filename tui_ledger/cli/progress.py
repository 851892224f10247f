"""A progress bar on a terminal, and nothing in a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, ProgressColumn


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
