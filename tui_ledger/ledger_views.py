"""Which views a ledger could have, which of them are on, and switching them on and off."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tui_ledger.clock import Clock, SystemClock
from tui_ledger.errors import InputError
from tui_ledger.ledger_config import read_config
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.nearest import nearest
from tui_ledger.query_side.catalogue import Catalogue
from tui_ledger.query_side.own_views import is_view_name
from tui_ledger.query_side.removal import remove_view
from tui_ledger.query_side.view import UnknownView, View
from tui_ledger.query_side.views import BUILT_IN

BUILT_IN_NAMES: Final = tuple(view.name for view in BUILT_IN)
"""The views that are on in a new ledger, and in one that does not say which are."""


class LedgerViews:
    """The views of the ledger in `folder`.

    Raises:
        StorageError: there is no ledger.
        InputError: its `ledger.toml` cannot be read, or says something that it cannot say.
    """

    def __init__(self, folder: LedgerFolder) -> None:
        folder.check()
        self._folder = folder
        self._catalogue = Catalogue(read_config(folder.config).views_module, folder.path)

    def known(self) -> list[str]:
        """The names of all views that there are, on or not.

        Raises:
            InputError: the user's own views cannot be imported, are none, or share a name.
        """
        return self._catalogue.names()

    def enabled(self) -> list[str]:
        """The names of the views that are on."""
        return _or_built_in(self._folder.enabled_views())

    def find(self, wanted: Iterable[str | View] | None = None) -> list[View]:
        """The views that are `wanted`, or those that are on.

        Raises:
            InputError: there is none of a name, or it is one of the user's own and cannot be had.
        """
        if wanted is not None:
            return self._catalogue.find(wanted)
        try:
            return self._catalogue.find(self.enabled())
        except UnknownView as error:
            listed = f"It is listed in {self._folder.enabled}; tui-ledger view drop takes it out."
            raise InputError(f"{error} {listed}", error.code) from None

    def find_one(self, name: str) -> View:
        """The view of that name, whether or not it is on.

        Raises:
            InputError: there is none, or it is one of the user's own and cannot be had.
        """
        return self._catalogue.find_one(name)

    def add(self, name: str) -> bool:
        """Switch a view on, also for who has the ledger open. Returns False if it was on already.

        Raises:
            InputError: there is no such view, or it is one of the user's own and cannot be had.
            LedgerError: the list of views cannot be written.
        """
        self._catalogue.find([name])
        if name in self.enabled():
            return False
        self._folder.change_enabled_views(lambda names: list(dict.fromkeys([*_or_built_in(names), name])))
        return True

    async def drop(self, name: str, clock: Clock | None = None) -> None:
        """Switch a view off and remove its file. No code of the view's is run: it need not exist any more.

        Whoever has the ledger open lets go of the view by that.

        Raises:
            InputError: it is not on.
            LockedError: a worker keeps it up to date that was told to, whether or not it is on.
            LedgerError: its file or the list of views cannot be changed.
        """
        enabled, file = self.enabled(), self._folder.views / f"{name}.db"
        has_file = is_view_name(name) and file.exists()
        if name not in enabled and not has_file:
            names = ", ".join(enabled) or "none"
            raise InputError(f"The view {name} is not on{nearest(name, enabled)} On: {names}.", "view_not_on")
        self._folder.change_enabled_views(lambda names: [one for one in _or_built_in(names) if one != name])
        if not has_file:
            return
        try:
            await remove_view(file, clock or SystemClock())
        except BaseException:
            if name in enabled:
                self._folder.change_enabled_views(lambda names: _put_back(name, _or_built_in(names), enabled))
            raise

    def watch(self) -> "EnabledViews":
        """What tells when other views are on than before."""
        return EnabledViews(self, self._folder.enabled)


class EnabledViews:
    """Notices when views are switched on or off, at the cost of a look at a file's age."""

    def __init__(self, views: LedgerViews, file: Path) -> None:
        self._views = views
        self._file = file
        self._seen = self._stamp()

    def changed(self) -> list[View] | None:
        """The views that are on now; None if the list is that of the last time.

        Raises:
            LedgerError: the list cannot be read, or one that is on cannot be had.
        """
        now = self._stamp()
        if now == self._seen:
            return None
        self._seen = now
        return self._views.find()

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            status = self._file.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size


def _put_back(name: str, names: list[str], before: list[str]) -> list[str]:
    """`names` with `name` where it was `before`."""
    return [one for one in before if one in names or one == name] + [
        one for one in names if one not in before
    ]


def _or_built_in(names: list[str] | None) -> list[str]:
    return list(BUILT_IN_NAMES) if names is None else names
