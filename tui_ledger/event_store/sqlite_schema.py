"""The file `events.db`: one table that takes the next event and nothing else."""

from typing import Final

APPLICATION_ID: Final = 0x544C4731
"""`TLG1`, in the file's header: this is a ledger's log."""

SCHEMA_VERSION: Final = 2
"""The file's `user_version`: its format."""

COLUMNS: Final = (
    "position, stream_id, stream, version, prev, id, type, schema, data, content, "
    "occurred_at, recorded_at, command_id, correlation_id, causation_id, hash"
)

# What an event has caused is found by its id; few events are caused by others.
_CAUSED: Final = "CREATE INDEX events_caused ON events (causation_id) WHERE causation_id IS NOT NULL;"

# A stream's id is the position of its first event, so that a name is stored once and found by key.
# Streams are linked by `prev`: UNIQUE (stream_id, version) would dirty a leaf of its own for each event.
# The trigger must refuse by itself all that an index would refuse: INSERT OR REPLACE deletes the row that
# collides, and no DELETE trigger sees it.
SCHEMA: Final = f"""
CREATE TABLE events (
    position       INTEGER PRIMARY KEY,
    stream_id      INTEGER NOT NULL,
    stream         TEXT,
    version        INTEGER NOT NULL CHECK (version > 0),
    prev           INTEGER,
    id             TEXT NOT NULL,
    type           TEXT NOT NULL,
    schema         INTEGER NOT NULL,
    data           TEXT NOT NULL CHECK (json_valid(data)),
    content        TEXT CHECK (content IS NULL OR command_id IS NOT NULL),
    occurred_at    TEXT NOT NULL,
    recorded_at    TEXT NOT NULL,
    command_id     TEXT,
    correlation_id TEXT,
    causation_id   TEXT,
    hash           TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_id ON events (id);
CREATE UNIQUE INDEX events_prev ON events (prev) WHERE prev IS NOT NULL;
CREATE UNIQUE INDEX events_stream ON events (stream) WHERE version = 1;
CREATE UNIQUE INDEX events_command ON events (command_id) WHERE content IS NOT NULL;
{_CAUSED}

CREATE TRIGGER events_append BEFORE INSERT ON events BEGIN
    SELECT RAISE(ABORT, 'stale: not the next position')
    WHERE NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM events);
    SELECT RAISE(ABORT, 'a stream begins with its name, at its own position, with no event before')
    WHERE NEW.version = 1
      AND (NEW.stream IS NULL OR NEW.prev IS NOT NULL OR NEW.stream_id IS NOT NEW.position);
    SELECT RAISE(ABORT, 'stale: the stream has begun')
    WHERE NEW.version = 1 AND EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND version = 1);
    SELECT RAISE(ABORT, 'an event follows the one before it in its stream')
    WHERE NEW.version <> 1
      AND (NEW.stream IS NOT NULL OR NOT EXISTS (
          SELECT 1 FROM events
          WHERE position = NEW.prev AND stream_id = NEW.stream_id AND version = NEW.version - 1));
    SELECT RAISE(ABORT, 'stale: the event before has a successor')
    WHERE EXISTS (SELECT 1 FROM events WHERE prev = NEW.prev AND prev IS NOT NULL);
    SELECT RAISE(ABORT, 'used: the event id')
    WHERE EXISTS (SELECT 1 FROM events WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'used: the command id')
    WHERE NEW.content IS NOT NULL
      AND EXISTS (SELECT 1 FROM events WHERE command_id = NEW.command_id AND content IS NOT NULL);
END;
CREATE TRIGGER events_update BEFORE UPDATE ON events BEGIN
    SELECT RAISE(ABORT, 'events are immutable: there is no UPDATE');
END;
CREATE TRIGGER events_delete BEFORE DELETE ON events BEGIN
    SELECT RAISE(ABORT, 'events are immutable: there is no DELETE');
END;

CREATE VIEW streams AS SELECT stream_id AS id, stream AS name FROM events WHERE version = 1;
CREATE VIEW commands AS
    SELECT first.command_id AS id, first.content, first.position AS first, coalesce(
        (SELECT position - 1 FROM events
         WHERE position > first.position AND command_id IS NOT first.command_id
         ORDER BY position LIMIT 1),
        (SELECT max(position) FROM events)) AS last
    FROM events AS first WHERE first.content IS NOT NULL;

PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""

MIGRATIONS: Final = {1: (_CAUSED,)}
"""The statements that bring a file of each old format to the next one. What is stored never changes."""
