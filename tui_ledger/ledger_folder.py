"""A ledger is a folder: where its files are, and how an empty one is made."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import platformdirs

from tui_ledger.errors import InputError, LockedError, StorageError
from tui_ledger.event_store.sqlite_file import create_log
from tui_ledger.file_replacement import replace_file, sync_folder

PATIENCE: Final = 5.0
"""How long to wait for another process that is changing the list of views, in seconds."""


class LedgerFolder:
    """The files of the ledger at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "events.db"
        self.outbox = path / "outbox.db"
        self.views = path / "views"
        self.derived = path / "derived"
        self.transfers = self.derived / "transfers.json"
        self.enabled = self.views / "enabled"
        self.config = path / "ledger.toml"
        self.manifest = path / "manifest.json"  # of a history that was made up

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

    def enable(self, views: Iterable[str]) -> None:
        """Have `views` on, and no others, in a ledger that nobody else has yet.

        Raises:
            OSError: the file that lists them cannot be written.
        """
        replace_file(self.enabled, _listing(views), synced=True)

    def change_enabled_views(self, change: Callable[[list[str] | None], Sequence[str]]) -> None:
        """Replace the names of the views that are on by what `change` makes of them, in one step.

        Processes that do so at the same time take turns, so that no change is lost.

        Raises:
            LockedError: another process does not get done.
            StorageError: the file that lists them cannot be read or written.
        """
        try:
            self.views.mkdir(mode=0o700, exist_ok=True)
            with _locked(self.views):
                names = change(self.enabled_views())
                replace_file(self.enabled, _listing(names), synced=True)
        except OSError as error:
            raise StorageError(f"{self.enabled} cannot be written: {error.strerror}.") from error


def default_path() -> Path:
    """The ledger that `@` means: in the user's data directory."""
    return platformdirs.user_data_path("tui-ledger") / "ledger"


def init_ledger(path: Path, views: Sequence[str]) -> None:
    """Make an empty ledger with `views` on; see `new_ledger`."""
    with making_ledger(path, views):
        pass


@contextmanager
def making_ledger(path: Path, views: Sequence[str]) -> Iterator[LedgerFolder]:
    """Make a ledger with `views` on. What is given is where that is done, its log empty as yet."""
    with new_ledger(path) as folder:
        create_log(folder.log)
        folder.enable(views)
        yield folder


@contextmanager
def new_ledger(path: Path) -> Iterator[LedgerFolder]:
    """The folders of a ledger, without a log: made aside, and renamed to `path` after the block.

    So a ledger is whole or not there at all, also if the block raises.

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
        folder.views.mkdir(mode=0o700)
        folder.derived.mkdir(mode=0o700)
        yield folder
        sync_folder(folder.views)
        sync_folder(folder.path)
        aside.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise StorageError(f"No ledger can be made at {path}: {error.strerror}.") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not any(path.iterdir())


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Nobody else is in here for the same directory. The lock ends with the process, however that ends."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _lock(descriptor):
            if time.monotonic() > deadline:
                raise LockedError(f"Another process has {directory} locked; try again when it is done.")
            time.sleep(0.01)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _listing(views: Iterable[str]) -> bytes:
    return "".join(f"{view}\n" for view in views).encode()
