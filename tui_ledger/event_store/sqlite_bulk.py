"""Checking many rows at once as the trigger `events_append` checks them one by one, at a fifth of the cost.

Where a log is empty, no row can collide with one that is there, and what the trigger refuses besides can be
asked of a thousand rows in one query. So it is dropped for as long as the transaction lasts that fills the
log, and put back as it was before that ends. Nobody else ever sees the log without it, nor does the file if
the transaction does not come to its end. What must be unique is still refused by the indexes: no row comes in
by REPLACE here.
"""

import sqlite3
from typing import Final

_TRIGGER: Final = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'events_append'"

# How many of the rows behind a position are as the trigger wants them, and where the log ends.
_GOOD_ROWS: Final = """
SELECT count(*), (SELECT max(position) FROM events) FROM events AS e
WHERE e.position > ? AND CASE e.version
    WHEN 1 THEN e.stream IS NOT NULL AND e.prev IS NULL AND e.stream_id = e.position
    ELSE e.stream IS NULL AND e.prev < e.position AND EXISTS (
        SELECT 1 FROM events
        WHERE position = e.prev AND stream_id = e.stream_id AND version = e.version - 1)
    END"""


class BulkCheck:
    """Takes the place of the trigger in a transaction that fills an empty log; see above."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._checked = 0
        [self._trigger] = connection.execute(_TRIGGER).fetchone()
        connection.execute("DROP TRIGGER events_append")

    def check(self, count: int) -> None:
        """Check the `count` rows that have been inserted since this was asked last.

        Raises:
            sqlite3.IntegrityError: the trigger would have refused one of them.
        """
        good, last = self._connection.execute(_GOOD_ROWS, (self._checked,)).fetchone()
        self._checked += count
        if (good, last) != (count, self._checked):
            raise sqlite3.IntegrityError("an event is not in its place")

    def end(self) -> None:
        """Put the trigger back."""
        self._connection.execute(self._trigger)
