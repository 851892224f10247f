"""The file `views/<view>.db`: documents, the generations they belong to, and what is kept besides."""

from typing import Final

APPLICATION_ID: Final = 0x544C5631
"""`TLV1`, in the file's header: this is a view of a ledger."""

SCHEMA_VERSION: Final = 2
"""The file's `user_version`. A file of an older one is thrown away: it is derived."""

# IF NOT EXISTS: two processes may find the file empty at the same time.
SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS documents (
    generation INTEGER NOT NULL,
    key        TEXT NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (generation, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS generations (
    generation INTEGER PRIMARY KEY,
    view       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    checkpoint INTEGER NOT NULL,
    anchor     TEXT NOT NULL,
    failed_at  INTEGER,
    reason     TEXT,
    parked     TEXT NOT NULL DEFAULT '[]',
    until      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS state (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    served   INTEGER NOT NULL DEFAULT 0,
    last     INTEGER NOT NULL DEFAULT 0,
    settings TEXT NOT NULL DEFAULT '{{}}'
) STRICT;
CREATE TABLE IF NOT EXISTS lease (
    only      INTEGER PRIMARY KEY CHECK (only = 1),
    holder    TEXT,
    host      TEXT,
    pid       INTEGER,
    heartbeat REAL,
    crash     TEXT,
    crashed   TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS wishes (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    wish    TEXT NOT NULL,
    made_at REAL NOT NULL,
    answer  TEXT
) STRICT;
INSERT OR IGNORE INTO generations (generation, view, version, checkpoint, anchor)
    VALUES (0, '', 0, 0, '{"0" * 64}');
INSERT OR IGNORE INTO state (only) VALUES (1);
INSERT OR IGNORE INTO lease (only) VALUES (1);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""

LOST: Final = "lost: another worker was here"
"""What a write says when its comparison fails."""

# What takes several steps is done by one INSERT into one of these views. One statement is one transaction
# by itself: whoever awaits it may be cancelled at any moment and leaves nothing open, no other statement of
# the connection can get between the steps, and it costs one hop to the connection's thread, not four.
# Views and triggers are TEMP, so that they are part of the program and not of the file.
WRITES: Final = f"""
CREATE TEMP VIEW batch AS
    SELECT '' AS holder, generation, checkpoint AS before, checkpoint AS after, anchor, failed_at, reason,
           parked, '' AS documents, 0 AS serve
    FROM generations;
CREATE TEMP TRIGGER batch_insert INSTEAD OF INSERT ON batch BEGIN
    SELECT RAISE(ABORT, '{LOST}')
    WHERE NOT EXISTS (
        SELECT 1 FROM generations, lease
        WHERE lease.holder = NEW.holder
          AND generations.generation = NEW.generation AND generations.checkpoint = NEW.before);
    INSERT INTO documents (generation, key, body)
        SELECT NEW.generation, key, value FROM json_each(NEW.documents) WHERE type = 'text'
        ON CONFLICT (generation, key) DO UPDATE SET body = excluded.body;
    DELETE FROM documents
        WHERE generation = NEW.generation
          AND key IN (SELECT key FROM json_each(NEW.documents) WHERE type = 'null');
    UPDATE generations
        SET checkpoint = NEW.after, anchor = NEW.anchor, failed_at = NEW.failed_at, reason = NEW.reason,
            parked = NEW.parked
        WHERE generation = NEW.generation;
    UPDATE state SET served = NEW.generation WHERE NEW.serve;
    DELETE FROM generations WHERE NEW.serve AND generation <> NEW.generation;
END;

CREATE TEMP VIEW beginning AS
    SELECT '' AS holder, served, 0 AS before, '' AS view, 0 AS version, 0 AS checkpoint, '' AS anchor,
           '' AS parked, 0 AS until, 0 AS beside
    FROM state;
CREATE TEMP TRIGGER beginning_insert INSTEAD OF INSERT ON beginning BEGIN
    SELECT RAISE(ABORT, '{LOST}')
    WHERE NOT EXISTS (
        SELECT 1 FROM state JOIN generations ON generation = state.served, lease
        WHERE lease.holder = NEW.holder
          AND state.served = NEW.served AND generations.checkpoint = NEW.before);
    DELETE FROM generations WHERE generation <> NEW.served OR NOT NEW.beside;
    UPDATE state SET last = max(last, served) + 1;
    INSERT INTO generations (generation, view, version, checkpoint, anchor, parked, until)
        SELECT last, NEW.view, NEW.version, NEW.checkpoint, NEW.anchor, NEW.parked, NEW.until FROM state;
    UPDATE state SET served = last WHERE NOT NEW.beside;
END;
"""
