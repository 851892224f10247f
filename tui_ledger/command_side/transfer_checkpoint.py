"""Where the transfer manager goes on after a restart: a file that may be lost, damaged or of another log."""

from pathlib import Path
from typing import Annotated, Final

import msgspec

from tui_ledger.derived_file import read_derived, write_derived
from tui_ledger.event_store.anchor import is_in
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
        if kept is None or not await is_in(Head(kept.position, kept.hash), store):
            return 0
        return kept.position

    def write(self, head: Head) -> None:
        """Replace what is there, as a whole; another process may be doing the same."""
        write_derived(self._path, msgspec.json.encode(_Checkpoint(head.position, head.hash)))

    def _read(self) -> _Checkpoint | None:
        content = read_derived(self._path, _LONGEST)
        try:
            return None if content is None else msgspec.json.decode(content, type=_Checkpoint)
        except msgspec.DecodeError:
            return None
