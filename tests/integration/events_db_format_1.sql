-- What the program ran to make an empty `events.db` of format 1: frozen, as files like that are.
-- It ran in a transaction of its own, after PRAGMA journal_mode = WAL.

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

PRAGMA application_id = 1414285105;
PRAGMA user_version = 1;
