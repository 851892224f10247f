"""The file `derived/keyframes-<view>.db`: documents as they were, and at which positions."""

from typing import Final

APPLICATION_ID: Final = 0x544C4B31
"""`TLK1`, in the file's header: these are keyframes of a view."""

SCHEMA_VERSION: Final = 1
"""The file's `user_version`. A file of another one is thrown away and made anew."""

# A row says what a document was at that keyframe, if it had changed since the one before; body is NULL
# where it was gone.
SCHEMA: Final = f"""
CREATE TABLE documents (
    key      TEXT NOT NULL,
    position INTEGER NOT NULL,
    body     TEXT,
    PRIMARY KEY (key, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE keyframes (
    position INTEGER PRIMARY KEY,
    anchor   TEXT NOT NULL
) STRICT;
CREATE TABLE made (
    only     INTEGER PRIMARY KEY CHECK (only = 1),
    view     TEXT NOT NULL,
    version  INTEGER NOT NULL,
    spacing  INTEGER NOT NULL
) STRICT;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
"""

LOST: Final = "lost: the keyframes are not what they were"
"""What a statement says when its condition does not hold."""

# What is written is one INSERT into one of these views. One statement is one transaction by itself: whoever
# awaits it may be cancelled at any moment and leaves nothing open, and it costs one hop to the connection's
# thread. Views and triggers are TEMP, so that they are part of the program and not of the file.
#
# Thinning leaves every row where it is that is the last one on the way to a keyframe that stays.
STATEMENTS: Final = f"""
CREATE TEMP VIEW additions AS
    SELECT spacing, 0 AS before, 0 AS position, '' AS anchor, '' AS documents FROM made;
CREATE TEMP TRIGGER additions_insert INSTEAD OF INSERT ON additions BEGIN
    SELECT RAISE(ABORT, '{LOST}')
    WHERE NEW.spacing IS NOT (SELECT spacing FROM made)
       OR NEW.before IS NOT (SELECT coalesce(max(position), 0) FROM keyframes);
    INSERT OR REPLACE INTO documents (key, position, body)
        SELECT key, NEW.position, value FROM json_each(NEW.documents);
    INSERT INTO keyframes (position, anchor) VALUES (NEW.position, NEW.anchor);
END;
CREATE TEMP VIEW thinnings AS SELECT spacing FROM made;
CREATE TEMP TRIGGER thinnings_insert INSTEAD OF INSERT ON thinnings BEGIN
    SELECT RAISE(ABORT, '{LOST}') WHERE NEW.spacing IS NOT (SELECT 2 * spacing FROM made);
    DELETE FROM keyframes WHERE position % NEW.spacing <> 0;
    DELETE FROM documents WHERE EXISTS (
        SELECT 1 FROM documents AS later
        WHERE later.key = documents.key AND later.position > documents.position
          AND later.position <= (documents.position + NEW.spacing - 1) / NEW.spacing * NEW.spacing);
    UPDATE made SET spacing = NEW.spacing;
END;
"""
