"""A copy of a ledger in use: a ledger of its own, as the original was at one moment, and checked."""

import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from tui_ledger.clock import SystemClock
from tui_ledger.errors import InputError, IntegrityError
from tui_ledger.event_bus import EventBus
from tui_ledger.event_store.port import Head
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.event_store.sqlite_copy import copy_log
from tui_ledger.event_store.sqlite_file import translated
from tui_ledger.ledger_folder import LedgerFolder, new_ledger
from tui_ledger.ledger_views import LedgerViews
from tui_ledger.query_side.documents.sqlite_copy import copy_documents
from tui_ledger.query_side.query_side import QuerySide
from tui_ledger.query_side.view import View
from tui_ledger.sqlite_copy import copy_database
from tui_ledger.verification import verify


class Backup(msgspec.Struct, frozen=True):
    """What was copied.

    Attributes:
        head: Where the original's log ended at that moment, and the copy's ends.
        views: The views whose documents were copied.
    """

    head: Head
    views: tuple[str, ...]


class Watcher(Protocol):
    """Who wants to know how far a backup is. Each method is told how much is done, and of how much."""

    def copied(self, pages: int, of: int) -> None:
        """Of the log's pages."""

    def checked(self, events: int, of: int) -> None:
        """Of the copy's events."""


async def back_up(path: Path, target: Path, *, views: bool = False, watcher: Watcher | None = None) -> Backup:
    """Copy the ledger at `path` to `target`, while others use it, and check the copy.

    Copied are the log, what reactors have sent, which views are on, and what people have set. All else is
    derived from the log. `target` is there when the copy is whole and good, and before that it is not.

    Args:
        path: The folder of the ledger. It is only read.
        target: Where the copy is to be. Nothing may be there, except an empty folder.
        views: Copy the documents of the views that are on, too. Without them the copy's views are made anew
            by whoever opens it.
        watcher: Told how far it is.

    Raises:
        InputError: there is something at `target` (`path_exists`), or it lies in the ledger; or with `views`,
            one that is on cannot be had.
        IntegrityError: the ledger does not hold together; the sentence says where.
        NewerVersionError: it was written, or has events, by a newer version of this program.
        StorageError: there is no ledger, it cannot be read, or the copy not written.
    """
    folder = LedgerFolder(path)
    folder.check()
    if _lies_in(target, path):
        raise InputError(
            f"{target} lies in the ledger itself, and would be lost with it; choose another path."
        )
    wanted = LedgerViews(folder).find() if views else []
    with new_ledger(target) as copy:
        try:
            copied = await _copy(folder, copy, wanted, watcher)
        except sqlite3.Error as error:
            full = getattr(error, "sqlite_errorname", "") == "SQLITE_FULL"
            raise translated(error, target if full else folder.log) from error
        await _check(copy, copied.head, wanted, path, watcher)
    return copied


def _lies_in(target: Path, folder: Path) -> bool:
    return folder.resolve() in target.resolve().parents


async def _copy(
    folder: LedgerFolder, copy: LedgerFolder, views: Sequence[View], watcher: Watcher | None
) -> Backup:
    """Copy the log last: whatever else is in the copy follows from events that are in there, too."""
    enabled = folder.enabled_views()
    if enabled is not None:
        copy.enable(enabled)
    for file in (folder.config, folder.manifest):
        if file.is_file():
            shutil.copyfile(file, copy.path / file.name)
            (copy.path / file.name).chmod(0o600)
    names = [
        view.name
        for view in views
        if await copy_documents(folder.views / f"{view.name}.db", copy.views / f"{view.name}.db")
    ]
    if folder.outbox.is_file():
        await copy_database(folder.outbox, copy.outbox)
    head = await copy_log(folder.log, copy.log, watcher.copied if watcher else None)
    return Backup(head, tuple(names))


async def _check(
    copy: LedgerFolder, head: Head, views: Sequence[View], path: Path, watcher: Watcher | None
) -> None:
    def tell(position: int) -> None:
        if watcher is not None:
            watcher.checked(position, head.position)

    clock = SystemClock()
    async with open_store(copy.log, clock) as store:
        bus = EventBus(store, clock=clock)
        documents = QuerySide(store, bus, folder=copy.views, clock=clock, views=views)
        try:
            found = await verify(store, documents, None, head, tell)
        finally:
            await documents.stop()
            await bus.close()
    if not found.ok:
        where = f"event #{found.first_bad}: " if found.first_bad is not None else ""
        reason = str(found.reason).rstrip(".")
        raise IntegrityError(
            f"The copy does not hold together ({where}{reason}), and was thrown away. See what is wrong with "
            f"the ledger itself: tui-ledger verify {path}"
        )
