"""The base `raw`: the simplest honest log on SQLite. An event, a transaction, a sync to the disk."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from tui_ledger.bench.figures import Sample
from tui_ledger.bench.port import Setup
from tui_ledger.bench.rounds import drive_alone
from tui_ledger.event_store.port import Append

_SCHEMA: Final = """
CREATE TABLE events (
    position    INTEGER PRIMARY KEY,
    stream      TEXT NOT NULL,
    version     INTEGER NOT NULL,
    id          TEXT NOT NULL,
    type        TEXT NOT NULL,
    data        TEXT NOT NULL,
    occurred_at TEXT NOT NULL,
    UNIQUE (stream, version)
)
"""
_INSERT: Final = "INSERT INTO events (stream, version, id, type, data, occurred_at) VALUES (?, ?, ?, ?, ?, ?)"


def connect(path: Path) -> sqlite3.Connection:
    """A new log at `path`, as durable as a ledger's: each statement is synced before it returns."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(_SCHEMA)
    return connection


def measure(path: Path, appends: Sequence[Append], setup: Setup) -> Sample:
    """Write the events of `appends`, which are of one event each, to a new log at `path`."""
    rows = [
        (append.stream, version, event.id, event.type, event.data, event.occurred_at)
        for append in appends
        if isinstance(version := append.expected, int)
        for event in append.events
    ]
    with closing(connect(path)) as connection:
        return drive_alone(len(rows), lambda turn: connection.execute(_INSERT, rows[turn]), setup.timer)
