"""Which views there are: those that come with the program, and the user's own."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tui_ledger.errors import InputError
from tui_ledger.query_side.own_views import OwnView, checked, views_in_module, views_of_entry_points
from tui_ledger.query_side.view import UnknownView, View
from tui_ledger.query_side.views import BUILT_IN, FOR_TEACHING

_COME_ALONG: Final = (*BUILT_IN, *FOR_TEACHING)


class Catalogue:
    """Finds views by their names.

    The user's own are looked for, and their code runs, only once somebody wants a view that does not come
    with the program, or wants to know which views there are.

    Args:
        module: The module with the user's own views, where a ledger names one.
        ledger: The folder of that ledger, out of which no code is run.
    """

    def __init__(self, module: str | None = None, ledger: Path | None = None) -> None:
        self._module = module
        self._ledger = ledger
        self._own: dict[str, OwnView] | None = None

    def names(self) -> list[str]:
        """The names of all views, those that come with the program first.

        Raises:
            InputError: as `find`.
        """
        return [*(view.name for view in _COME_ALONG), *self._find_own()]

    def find(self, wanted: Iterable[str | View]) -> list[View]:
        """The views of these names; a view that is given itself is taken as it is.

        Raises:
            UnknownView: there is none of a name.
            InputError: the user's own views cannot be imported, are none, or share a name.
        """
        return [self.find_one(one) if isinstance(one, str) else checked(one, "`views`") for one in wanted]

    def find_one(self, name: str) -> View:
        """The view of that name.

        Raises:
            InputError: as `find`.
        """
        for view in _COME_ALONG:
            if view.name == name:
                return view
        own = self._find_own()
        if name not in own:
            raise UnknownView(name, self.names())
        return own[name].load()

    def _find_own(self) -> dict[str, OwnView]:
        if self._own is None:
            taken = {view.name: "the program itself" for view in _COME_ALONG}
            found: dict[str, OwnView] = {}
            for one in [*views_in_module(self._module, self._ledger), *views_of_entry_points()]:
                if one.name in taken:
                    raise InputError(
                        f"There are two views {one.name}: one of {taken[one.name]}, and one of {one.origin}; "
                        "rename yours."
                    )
                taken[one.name] = one.origin
                found[one.name] = one
            self._own = found
        return self._own
