"""Where the transfer manager goes on after a restart: a file that may be lost, damaged or of another log."""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Annotated, Final

import msgspec

from tui_ledger.event_store.port import EventStore, Head

_LARGEST: Final = 2**63 - 1
_LONGEST: Final = 1024  # bytes; what is longer, nobody here has written


class _Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    position: Annotated[int, msgspec.Meta(ge=1, le=_LARGEST)]
    hash: str


class CheckpointFile:
    """Holds a position and the hash of the event there.

    Losing it changes nothing, since every step of a transfer is taken once however often it is tried: it only
    costs the time to read the log again. So it is neither flushed to the disk nor missed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    async def position_in(self, store: EventStore) -> int:
        """The position, if it is one of the log in `store`; else 0."""
        kept = self._read()
        if kept is None:
            return 0
        at = await store.read(kept.position - 1, limit=1)
        return kept.position if at and (at[0].position, at[0].hash) == (kept.position, kept.hash) else 0

    def write(self, head: Head) -> None:
        """Replace what is there, as a whole; another process may be doing the same."""
        with contextlib.suppress(OSError):  # without it, the next start only reads more
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            descriptor, aside = tempfile.mkstemp(prefix=f".{self._path.name}-", dir=self._path.parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(msgspec.json.encode(_Checkpoint(head.position, head.hash)))
                os.replace(aside, self._path)
            except OSError:
                os.unlink(aside)
                raise

    def _read(self) -> _Checkpoint | None:
        try:
            if not self._path.is_file():  # a pipe would let us wait for ever
                return None
            with self._path.open("rb") as file:
                return msgspec.json.decode(file.read(_LONGEST), type=_Checkpoint)
        except (OSError, msgspec.DecodeError):
            return None
