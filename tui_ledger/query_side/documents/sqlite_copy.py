"""Copying a view's file while a worker writes to it."""

import sqlite3
from pathlib import Path
from typing import Final

from tui_ledger.query_side.documents.port import DamagedDocuments
from tui_ledger.query_side.documents.sqlite_file import explained, open_reader, remove
from tui_ledger.sqlite_copy import copy_database

# A worker of the copy would wait for one of the original, and obey what that one was told to do.
_ITS_OWN: Final = (
    "UPDATE lease SET holder = NULL, host = NULL, pid = NULL, heartbeat = NULL, crash = NULL, crashed = NULL",
    "DELETE FROM wishes",
)


async def copy_documents(source: Path, target: Path) -> bool:
    """Copy the view's file at `source` with its settings, but without the lease and the wishes.

    Returns:
        Whether there is a copy. There is none of a file that is missing, damaged or of an older format: its
        worker is going to make it anew.

    Raises:
        IntegrityError: it is another program's.
        NewerVersionError: a newer version of this program wrote it.
        sqlite3.Error: the copy cannot be written.
        OSError: the copy cannot be made.
    """
    try:
        reader = await open_reader(source)
        if reader is None:
            return False
        await reader.close()
        await copy_database(source, target, afterwards=_ITS_OWN)
    except DamagedDocuments:
        return False
    except sqlite3.Error as error:
        if not isinstance(explained(error, source), DamagedDocuments):
            raise
        remove(target)
        return False
    return True
