"""What an import has checked already, in a file of its own until all of it is.

So an import can be all or nothing, takes no memory, and goes on where it was when its process was killed.
"""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import astuple

from tui_ledger.command_side.streams import wallet_in
from tui_ledger.errors import StorageError
from tui_ledger.event_store.chain import GENESIS
from tui_ledger.event_store.port import Head, PastEvent, StoredEvent
from tui_ledger.exchange.thin_wallets import ThinWallets

_FORMAT: Final = 1
_FIELDS: Final = ", ".join(PastEvent.__struct_fields__)
_SCHEMA: Final = (
    f"CREATE TABLE events (line INTEGER PRIMARY KEY, {_FIELDS})",
    "CREATE UNIQUE INDEX events_id ON events (id)",
    "CREATE INDEX events_command ON events (command_id) WHERE command_id IS NOT NULL",
    "CREATE TABLE progress (one PRIMARY KEY, position, hash, lines, digest, known)",
    f"PRAGMA user_version = {_FORMAT}",
)
_INSERT: Final = f"""
INSERT INTO events (line, {_FIELDS}) VALUES ({", ".join("?" * (1 + len(PastEvent.__struct_fields__)))})"""
_PROGRESS: Final = "INSERT OR REPLACE INTO progress VALUES (1, ?, ?, ?, ?, ?)"
_SUFFIXES: Final = ("", "-wal", "-shm")


class StagedEvent(msgspec.Struct, frozen=True, gc=False):
    """An event, and the line of the source that it was on."""

    line: int
    event: PastEvent


class Progress(msgspec.Struct, frozen=True, gc=False):
    """How far the checking is.

    Attributes:
        behind: The head of the log behind which the staged events fit.
        lines: How many lines of the source were read.
        digest: What these lines are, to find out whether a source is the same one.
        known: How many of the events were in the log before, or came twice.
    """

    behind: Head = GENESIS
    lines: int = 0
    digest: str = ""
    known: int = 0


class Staging:
    """The staged events in the order of the source, and the wallets that they lead to.

    What is not committed is not there after a crash. One thread at a time may use it.

    Args:
        path: Its file. One that is damaged, or of another format, is made anew. None for memory.

    Raises:
        StorageError: it cannot be made.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._batch: dict[str, StagedEvent] = {}
        self._looked_up = 0  # so many of the batch were staged before
        self._commands: set[str] = set()
        try:
            self._open()
        except sqlite3.DatabaseError:
            self.remove()
            self._open()

    def _open(self) -> None:
        if self.path is not None:
            try:
                self.path.parent.mkdir(mode=0o700, exist_ok=True)
                self.path.touch(mode=0o600)
            except OSError as error:
                raise StorageError(f"{self.path} cannot be written: {error.strerror}.") from error
        connection = sqlite3.connect(self.path or ":memory:", isolation_level=None, check_same_thread=False)
        self._connection = connection
        self.wallets = ThinWallets(connection)
        try:
            # After a power failure the last batches may be missing, but nothing is damaged.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            self.progress = self._stored_progress()
        except BaseException:
            connection.close()
            raise

    def _stored_progress(self) -> Progress:
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._connection.execute("BEGIN")
            for statement in _SCHEMA:
                self._connection.execute(statement)
            self.wallets.create()
            self._connection.execute("COMMIT")
            return Progress()
        if version != _FORMAT:
            raise sqlite3.DatabaseError("the file is of another format")
        row = self._connection.execute("SELECT position, hash, lines, digest, known FROM progress").fetchone()
        return Progress(Head(*row[:2]), *row[2:]) if row else Progress()

    def clear(self) -> None:
        """Begin anew, with nothing."""
        self.remove()
        self._open()

    def begin(self) -> None:
        """Begin a batch: what it leads to is there when it is committed, and not before."""
        self._connection.execute("BEGIN")
        self._batch, self._looked_up = {}, 0

    def look_up(self, event_ids: Collection[str], command_ids: Collection[str]) -> None:
        """Have what is staged of these ids at hand for this batch."""
        rows = self._connection.execute(
            f"SELECT line, {_FIELDS} FROM events WHERE id IN (SELECT value FROM json_each(?))",
            (_json(event_ids),),
        )
        self._batch = {row[2]: StagedEvent(row[0], PastEvent(*row[1:])) for row in rows}
        self._looked_up = len(self._batch)
        self._commands = set(self._among(command_ids, "events", "command_id"))

    def find(self, event_id: str) -> PastEvent | None:
        """The staged event of one of the ids that were looked up, or of this batch."""
        staged = self._batch.get(event_id)
        return staged.event if staged else None

    def has_command(self, command_id: str) -> bool:
        """Whether a staged event is of this command, which was looked up."""
        return command_id in self._commands

    def add(self, staged: StagedEvent) -> None:
        """Put an event behind the others, which the wallets have taken in."""
        self._batch[staged.event.id] = staged
        if staged.event.command_id is not None:
            self._commands.add(staged.event.command_id)

    def commit(self, progress: Progress) -> None:
        """End a batch: what was added, and what that leads to, lasts, all of it or nothing."""
        added = list(self._batch.values())[self._looked_up :]
        self._connection.executemany(_INSERT, [(one.line, *astuple(one.event)) for one in added])
        self.wallets.write()
        self._connection.execute(_PROGRESS, (*astuple(progress.behind), *astuple(progress)[1:]))
        self._connection.execute("COMMIT")
        self.progress = progress

    def count(self) -> int:
        """How many events are staged."""
        return int(self._connection.execute("SELECT count(*) FROM events").fetchone()[0])

    def last(self) -> PastEvent | None:
        """The last of them."""
        row = self._connection.execute(f"SELECT {_FIELDS} FROM events ORDER BY line DESC LIMIT 1").fetchone()
        return PastEvent(*row) if row else None

    def events(self) -> Iterator[StagedEvent]:
        """The staged events, in order."""
        for row in self._connection.execute(f"SELECT line, {_FIELDS} FROM events ORDER BY line"):
            yield StagedEvent(row[0], PastEvent(*row[1:]))

    def is_touched_by(self, events: Collection[StoredEvent]) -> bool:
        """Whether `events` of the log are of a staged id or command, or of a wallet that was looked at."""
        commands = [event.command_id for event in events if event.command_id is not None]
        wallets = [wallet_in(event.stream) for event in events]
        return bool(
            self._among(wallets, "Account", "wallet")
            or self._among([event.id for event in events], "events", "id")
            or self._among(commands, "events", "command_id")
        )

    def _among(self, values: Collection[str], table: str, column: str) -> list[str]:
        """Those of `values` that stand in the table."""
        rows = self._connection.execute(
            f"SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM {table} WHERE {column} = value)",
            (_json(values),),
        )
        return [row[0] for row in rows]

    def close(self) -> None:
        """Leave the file as it was committed."""
        self._connection.close()

    def remove(self) -> None:
        """Close it, and remove the file."""
        self.close()
        if self.path is not None:
            remove_staging(self.path)


def remove_staging(path: Path) -> None:
    """Remove the staging file at `path`, if there is one."""
    for suffix in _SUFFIXES:
        with suppress(OSError):
            path.with_name(path.name + suffix).unlink()


def _json(values: Collection[str]) -> str:
    return msgspec.json.encode(list(values)).decode()
