"""The file `views/<view>.db`: documents, and two tables of one row for what is kept besides."""

from typing import Final

APPLICATION_ID: Final = 0x544C5631
"""`TLV1`, in the file's header: this is a view of a ledger."""

SCHEMA_VERSION: Final = 1
"""The file's `user_version`."""

# IF NOT EXISTS: two processes may find the file empty at the same time.
SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS documents (
    generation INTEGER NOT NULL,
    key        TEXT NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (generation, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (
    only       INTEGER PRIMARY KEY CHECK (only = 1),
    view       TEXT NOT NULL DEFAULT '',
    version    INTEGER NOT NULL DEFAULT 0,
    generation INTEGER NOT NULL DEFAULT 0,
    checkpoint INTEGER NOT NULL DEFAULT 0,
    anchor     TEXT NOT NULL DEFAULT '{"0" * 64}',
    failed_at  INTEGER,
    reason     TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS lease (
    only       INTEGER PRIMARY KEY CHECK (only = 1),
    holder     TEXT,
    host       TEXT,
    pid        INTEGER,
    heartbeat  REAL
) STRICT;
INSERT OR IGNORE INTO state (only) VALUES (1);
INSERT OR IGNORE INTO lease (only) VALUES (1);
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""

LOST: Final = "lost: another worker was here"
"""What the commit says when its comparison fails."""

# A batch is committed by one INSERT into this view. One statement is one transaction by itself: whoever
# awaits it may be cancelled at any moment and leaves nothing open, no other statement of the connection
# can get between documents and checkpoint, and it costs one hop to the connection's thread, not four.
# View and trigger are TEMP, so that they are part of the program and not of the file.
COMMIT: Final = f"""
CREATE TEMP VIEW batch AS
    SELECT '' AS holder, generation, checkpoint AS before, checkpoint AS after, anchor, failed_at, reason,
           '' AS documents
    FROM state;
CREATE TEMP TRIGGER batch_insert INSTEAD OF INSERT ON batch BEGIN
    SELECT RAISE(ABORT, '{LOST}')
    WHERE NOT EXISTS (
        SELECT 1 FROM state, lease
        WHERE lease.holder = NEW.holder
          AND state.generation = NEW.generation AND state.checkpoint = NEW.before);
    INSERT INTO documents (generation, key, body)
        SELECT NEW.generation, key, value FROM json_each(NEW.documents) WHERE type = 'text'
        ON CONFLICT (generation, key) DO UPDATE SET body = excluded.body;
    DELETE FROM documents
        WHERE generation = NEW.generation
          AND key IN (SELECT key FROM json_each(NEW.documents) WHERE type = 'null');
    UPDATE state
        SET checkpoint = NEW.after, anchor = NEW.anchor, failed_at = NEW.failed_at, reason = NEW.reason;
END;
"""
