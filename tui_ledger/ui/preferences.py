"""What a person has chosen once, kept for the next start: a small file of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from tui_ledger.file_replacement import replace_file

_LONGEST: Final = 10_000  # bytes that are read of the file


class Preferences(msgspec.Struct, frozen=True, omit_defaults=True):
    """What can be chosen. To keep something more, give it a field and a default here.

    Attributes:
        theme: The name of the colours; empty for those of the beginning.
    """

    theme: str = ""


class PreferencesFile:
    """A file of preferences, which may be missing, broken, or of another version: then it says nothing.

    Args:
        path: Where it is; None keeps what is chosen as long as this object lasts.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.chosen = Preferences() if path is None else _read(path)

    def keep(self, **changes: Any) -> None:
        """Choose something, and keep it.

        Raises:
            OSError: it could not be written; it is chosen until the program ends.
        """
        self.chosen = msgspec.structs.replace(self.chosen, **changes)
        if self._path is not None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(self._path, msgspec.json.encode(self.chosen) + b"\n", synced=False)


def own_preferences() -> PreferencesFile:
    """Those of whoever runs this program, in the folder that their system has for that."""
    import platformdirs  # noqa: PLC0415 - only where the app is opened for somebody

    try:
        return PreferencesFile(platformdirs.user_config_path("tui-ledger") / "preferences.json")
    except RuntimeError:  # somebody without a home
        return PreferencesFile()


def _read(path: Path) -> Preferences:
    try:
        if not path.is_file():  # a pipe would have us wait
            return Preferences()
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(_LONGEST), type=Preferences)
    except (OSError, ValueError):
        return Preferences()
