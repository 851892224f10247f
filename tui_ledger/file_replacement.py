"""Replacing a file in one step."""

import os
import tempfile
from pathlib import Path


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
