"""Which kind of file system a folder is on, where the system says so."""

import re
from pathlib import Path
from typing import Final

_MOUNTS: Final = Path("/proc/mounts")
_OCTAL: Final = re.compile(r"\\([0-7]{3})")  # how blanks are written there

IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})
"""File systems on which nothing is durable, and a sync costs nothing."""


def file_system(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """The type of the file system that `folder` is on, such as `ext4`; None if nobody says."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    place = folder.resolve()
    found, longest = None, -1
    for line in lines:
        _, mounted, kind, *_ = line.split(" ")
        point = Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), mounted))
        # A later mount at the same place hides the earlier one.
        if place.is_relative_to(point) and len(point.parts) >= longest:
            found, longest = kind, len(point.parts)
    return found
