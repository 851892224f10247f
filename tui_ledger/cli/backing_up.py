"""`backup`: a copy of a ledger in use."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from tui_ledger.backup import Backup, back_up
from tui_ledger.cli.output import counted, say, say_json
from tui_ledger.cli.progress import progress_bar
from tui_ledger.errors import InputError


async def backup(path: Path, target: Path, *, views: bool, as_json: bool) -> int:
    """Copy the ledger, and print where the copy's log ends.

    Raises:
        typer.BadParameter: there is something at `target`.
        LedgerError: see `back_up`.
    """
    try:
        with _bars() as bars:
            copied = await back_up(path, target, views=views, watcher=bars)
    except InputError as error:
        if error.code != "path_exists":
            raise
        raise typer.BadParameter(str(error), param_hint="TARGET") from None
    if as_json:
        say_json(
            {
                "ledger": str(path),
                "target": str(target),
                "events": copied.head.position,
                "head": str(copied.head),
                "views": copied.views,
            }
        )
    else:
        say(f"Copied {_what(copied)} to {target}: head {copied.head}")
    return 0


class _Bars:
    """One bar for the copying, and one for the checking."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._copying = bar.add_task("copying", total=None)
        self._checking = bar.add_task("checking", total=None)

    def copied(self, pages: int, of: int) -> None:
        self._show(self._copying, pages, of)

    def checked(self, events: int, of: int) -> None:
        self._show(self._checking, events, of)

    def _show(self, task: TaskID, done: int, of: int) -> None:
        self._bar.update(task, completed=done, total=of, refresh=True)


@contextmanager
def _bars() -> Iterator[_Bars]:
    with progress_bar(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    ) as bar:
        yield _Bars(bar)


def _what(copied: Backup) -> str:
    events = counted(copied.head.position, "event")
    return f"{events} and {counted(len(copied.views), 'view')}" if copied.views else events
