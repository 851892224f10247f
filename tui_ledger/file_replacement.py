"""Replacing a file in one step, and making one where none is yet."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})
"""What the system says where a file can have one name only."""


def replace_file(path: Path, content: bytes, *, synced: bool) -> None:
    """Put a file in the place of the one at `path`: whoever reads it sees the old one or the new one, whole.

    It is for its owner only.

    Args:
        path: Where; its folder is there.
        content: What is to be in it.
        synced: Whether that holds after a power failure, too.

    Raises:
        OSError: it cannot be written; the old one stays.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    aside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if synced:
                file.flush()
                os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    if synced:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write that is at `path`, whole and lasting, once this is left without an error; else nowhere.

    It is for its owner only. What somebody else has put at `path` meanwhile stays.

    Raises:
        FileExistsError: there is something at `path`.
        OSError: it cannot be written.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    aside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _name_anew(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)


def _name_anew(aside: Path, path: Path) -> None:
    """Give the file the name `path`, which nothing may have."""
    try:
        os.link(aside, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # the name is ours now
        aside.replace(path)
