"""Taking in the events of a file: all of them, or none.

First every line is read, checked and staged, a batch at a time and each batch in one transaction. Then what
is staged is appended to the log, again in one transaction. The checks hold for the log as it was when they
began: what others append meanwhile must touch nothing that was looked at, or everything is checked again.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from tui_ledger.clock import Clock, timestamp
from tui_ledger.errors import ConflictError, InputError, LockedError, StorageError
from tui_ledger.event_store.port import EventStore, Head, HeadMoved, PastEvent
from tui_ledger.event_store.sqlite_file import translated
from tui_ledger.exchange.candidates import FileCandidates, StagedCandidates, at_line
from tui_ledger.exchange.checking import Candidate, Checker, Known, ids_of
from tui_ledger.exchange.import_lock import alone
from tui_ledger.exchange.lines import STANDARD_INPUT, Lines, open_lines
from tui_ledger.exchange.log_lookup import LogLookup
from tui_ledger.exchange.staging import Progress, Staging, remove_staging
from tui_ledger.threads import in_thread

ROUNDS: Final = 3
"""How often everything is checked, where others write to the same wallets meanwhile."""

_TRIES: Final = 1000  # to find the log as it just was; each takes a millisecond
_PAGE: Final = 100
_STAGING: Final = "import.db"
_STAGING_AGAIN: Final = "import-again.db"
_REPORTED_EVERY: Final = 1000


class Imported(msgspec.Struct, frozen=True):
    """What an import has done.

    Attributes:
        first: The position of the first event, `last` of the last; None if there was nothing new.
        imported: How many events were taken in.
        known: How many were there before, or came twice.
    """

    first: int | None
    last: int | None
    imported: int
    known: int


class ImportProgress(msgspec.Struct, frozen=True):
    """How far an import is.

    Attributes:
        checked: How many lines were read and found good.
        bytes_read: How much of the file was read, as it lies there.
        size: How large it is; None if that is not known.
        applied: How many events were appended, of `staged`; they last only when all of them are.
    """

    checked: int
    bytes_read: int
    size: int | None
    applied: int = 0
    staged: int = 0


OnProgress = Callable[[ImportProgress], None]


async def import_events(
    source: str | Path,
    store: EventStore,
    clock: Clock,
    *,
    folder: Path | None,
    progress: OnProgress | None = None,
    dry_run: bool = False,
) -> Imported:
    """Append the events of `source` to the log, all or none; those that it has already are left out.

    Args:
        source: A file of CloudEvents JSON Lines, which may be packed; `-` is standard input.
        store: The log.
        clock: Says when an event is recorded whose line does not say it.
        folder: Where it is kept what was checked already, so that an import which was killed goes on there;
            None for memory.
        progress: Told from time to time how far it is.
        dry_run: Only check.

    Raises:
        InputError: a line holds no event, or one that cannot have happened. Nothing was appended.
        ConflictError: others write to the same wallets all the time.
        LockedError: another import is under way, or another process held the log for too long.
        StorageError: the disk failed or is full; nothing was appended.
        OutcomeUnknown: the disk failed, and whether the events are stored cannot be found out.
    """
    with alone(folder):
        importing = _Import(store, clock, folder, progress or (lambda _: None))
        try:
            return await importing.run(source, dry_run=dry_run)
        except sqlite3.Error as error:
            raise translated(error, folder / _STAGING if folder else Path(_STAGING)) from error


class _Import:
    def __init__(self, store: EventStore, clock: Clock, folder: Path | None, progress: OnProgress) -> None:
        self._store = store
        self._clock = clock
        self._folder = folder
        self._report = progress
        self._progress = ImportProgress(0, 0, None)
        if folder is not None:
            remove_staging(folder / _STAGING_AGAIN)  # of an import that was killed then
        self._staging = self._open(_STAGING)

    def _open(self, name: str) -> Staging:
        return Staging(self._folder / name if self._folder else None)

    async def run(self, source: str | Path, *, dry_run: bool) -> Imported:
        try:
            await self._stage(source)
            imported = await (self._count() if dry_run else self._apply())
        except (LockedError, StorageError, asyncio.CancelledError):  # the next time it can go on there
            self._staging.close()
            raise
        except BaseException:
            self._staging.remove()
            raise
        self._staging.remove()
        return imported

    async def _stage(self, source: str | Path) -> None:
        """Read, check and stage what was not staged before."""
        with ExitStack() as files:
            lines = files.enter_context(open_lines(source))
            candidates = self._candidates(lines)
            if not await self._resumes(source, lines, candidates):
                if candidates.read:
                    lines = files.enter_context(open_lines(source))
                    candidates = self._candidates(lines)
                self._staging.clear()
                self._staging.progress = Progress(await self._store.head())
            checker = Checker(self._staging)
            while batch := await in_thread(candidates.batch, lines.stop):
                progress = replace(self._staging.progress, lines=candidates.read, digest=candidates.digest)
                await self._take_in(batch, checker, progress)
                self._show(checked=candidates.read, bytes_read=lines.bytes_read, size=lines.size)

    def _candidates(self, lines: Lines) -> FileCandidates:
        return FileCandidates(lines, timestamp(self._clock.now()))

    async def _resumes(self, source: str | Path, lines: Lines, candidates: FileCandidates) -> bool:
        """Whether what is staged is the beginning of this source, and still fits the log."""
        before = self._staging.progress
        if not before.lines or str(source) == STANDARD_INPUT or not await self._follows():
            return False
        return await in_thread(partial(candidates.skip, before.lines, before.digest), lines.stop)

    async def _take_in(self, batch: list[Candidate], checker: Checker, progress: Progress) -> None:
        """Check and stage some events, in one transaction."""
        staging = self._staging
        staging.begin()
        lookup = LogLookup(self._store, staging.wallets)
        known = await lookup.known(batch) if progress.behind.position else Known({}, frozenset())

        def stage() -> None:
            staging.look_up(*ids_of(batch))
            count = progress.known
            for candidate in batch:
                try:
                    count += not checker.take_in(candidate, known)
                except InputError as error:
                    raise at_line(candidate.line, error) from None
            staging.commit(replace(progress, known=count))

        await in_thread(stage)

    async def _apply(self) -> Imported:
        """Append what is staged."""
        for _ in range(ROUNDS):
            imported = await self._count()
            if not imported.imported:
                return imported
            for _ in range(_TRIES):
                if not await self._follows():
                    break
                try:
                    return await self._append(imported)
                except HeadMoved:
                    continue
            await self._check_again()
        raise ConflictError(
            "Others change the same wallets all the time, so that nothing was imported; try again later."
        )

    async def _count(self) -> Imported:
        return Imported(None, None, await in_thread(self._staging.count), self._staging.progress.known)

    async def _append(self, counted: Imported) -> Imported:
        behind = self._staging.progress.behind
        loop = asyncio.get_running_loop()

        def staged() -> Iterator[PastEvent]:
            for number, one in enumerate(self._staging.events(), start=1):
                yield one.event
                if number % _REPORTED_EVERY == 0:
                    loop.call_soon_threadsafe(partial(self._show, applied=number, staged=counted.imported))

        end = await self._store.restore(staged(), behind)
        await asyncio.sleep(0)  # what the thread has reported comes first
        self._show(applied=counted.imported, staged=counted.imported)
        return replace(counted, first=behind.position + 1, last=end.position)

    async def _follows(self) -> bool:
        """Whether what is staged still fits: whatever the log has behind its place touches none of it.

        If so, its place is now behind that.
        """
        behind = self._staging.progress.behind
        if behind.position:
            last = await self._store.read(behind.position - 1, limit=1)
            if not last or last[0].hash != behind.hash:
                return False
        while page := await self._store.read(behind.position, _PAGE):
            if await in_thread(partial(self._staging.is_touched_by, page)):
                return False
            behind = Head(page[-1].position, page[-1].hash)
        self._staging.progress = replace(self._staging.progress, behind=behind)
        return True

    async def _check_again(self) -> None:
        """Check everything that is staged against the log as it is now."""
        before = self._staging
        self._staging = self._open(_STAGING_AGAIN)
        try:
            self._staging.clear()
            progress = replace(before.progress, behind=await self._store.head())
            self._staging.progress = progress
            candidates, checker = StagedCandidates(before), Checker(self._staging)
            while batch := await in_thread(candidates.batch):
                await self._take_in(batch, checker, self._staging.progress)
        finally:
            before.remove()

    def _show(self, **changed: int | None) -> None:
        self._progress = replace(self._progress, **changed)
        self._report(self._progress)
