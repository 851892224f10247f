"""A ledger is a folder: where its files are, and how an empty one is made."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from tui_ledger.errors import InputError, StorageError
from tui_ledger.event_store.sqlite_file import create_log


class LedgerFolder:
    """The files of the ledger at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "events.db"
        self.views = path / "views"
        self.derived = path / "derived"
        self.transfers = self.derived / "transfers.json"
        self.enabled = self.views / "enabled"

    def check(self) -> None:
        """Check that there is a ledger.

        Raises:
            StorageError: there is none.
        """
        if not self.log.is_file():
            raise StorageError(
                f"There is no ledger at {self.path}; make one with: tui-ledger init {self.path}"
            )

    def enabled_views(self) -> list[str] | None:
        """The names of the views that are on; None where no file says so.

        Raises:
            StorageError: the file that lists them cannot be read.
        """
        try:
            lines = self.enabled.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            raise StorageError(f"{self.enabled} is no text; it lists the views, a name a line.") from None
        except OSError as error:
            raise StorageError(f"{self.enabled} cannot be read: {error.strerror}.") from error
        return [line.strip() for line in lines if line.strip()]


def default_path() -> Path:
    """The ledger that `@` means: in the user's data directory."""
    return platformdirs.user_data_path("tui-ledger") / "ledger"


def init_ledger(path: Path, views: Sequence[str]) -> None:
    """Make an empty ledger with `views` on: aside, and then renamed into place, so that it is whole or not.

    Raises:
        InputError: there is something at `path` already that is no empty folder.
        StorageError: it cannot be made there.
    """
    if os.path.lexists(path) and not _is_empty_folder(path):
        raise InputError(f"There is something at {path} already; choose another path.", "path_exists")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    except OSError as error:
        raise StorageError(f"No ledger can be made at {path}: {error.strerror}.") from error
    try:
        folder = LedgerFolder(aside)
        create_log(folder.log)
        folder.views.mkdir(mode=0o700)
        folder.derived.mkdir(mode=0o700)
        folder.enabled.write_text("".join(f"{view}\n" for view in views), encoding="utf-8")
        folder.enabled.chmod(0o600)
        for directory in (folder.views, folder.path):
            _sync(directory)
        aside.rename(path)
        _sync(path.parent)
    except OSError as error:
        raise StorageError(f"No ledger can be made at {path}: {error.strerror}.") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
