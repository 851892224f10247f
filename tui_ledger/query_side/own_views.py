"""The user's own views: from a module that a ledger names, or from packages that offer some.

A ledger may come from anybody. All that it can say is the name of a module, and that is looked for where
Python looks for modules and nowhere else: code that came with the ledger is never run.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import msgspec

from tui_ledger.errors import InputError, explain
from tui_ledger.query_side.view import View

GROUP: Final = "tui_ledger.views"
"""The group of entry points in which packages offer views. An entry point has its view's name."""

LIST: Final = "VIEWS"
"""The name under which a module lists its views."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)


class OwnView(msgspec.Struct, frozen=True):
    """A view that somebody wrote: its name, where it is from, and how to get at it.

    `load` raises InputError where that is not to be had.
    """

    name: str
    origin: str
    load: Callable[[], View]


def is_view_name(name: str) -> bool:
    """Whether a view can have this name, which is also that of its file."""
    return _NAME.fullmatch(name) is not None


def views_in_module(module: str | None, ledger: Path | None) -> list[OwnView]:
    """The views that `module` lists as `VIEWS`; none without a module.

    Args:
        module: A dotted name.
        ledger: The folder of the ledger that names the module, which must not lie in it.

    Raises:
        InputError: it is not to be found, cannot be imported, or lists something else than views.
    """
    if module is None:
        return []
    _check_origin(module, ledger)
    try:
        listed = getattr(import_module(module), LIST, None)
    except (Exception, SystemExit) as error:  # a module may be anybody's code
        raise InputError(f"The module {module} cannot be imported: {explain(error)}.") from error
    if not isinstance(listed, list | tuple):
        raise InputError(f"The module {module} lists no views; it needs a line: {LIST} = [MyView()]")
    views = [checked(one, f"{module}.{LIST}") for one in listed]
    return [OwnView(view.name, f"the module {module}", _give(view)) for view in views]


def views_of_entry_points() -> list[OwnView]:
    """The views that installed packages offer. None of their code is run before one of them is loaded."""
    offered = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    return [OwnView(one.name, f"the package {_package(one)}", _loader(one)) for one in offered]


def _check_origin(module: str, ledger: Path | None) -> None:
    """Check that there is such a module, and that importing it runs nothing that came with the ledger."""
    if module.partition(".")[0] in sys.stdlib_module_names:
        raise InputError(f"The module {module} is Python's own, and has no views.")
    parts = module.split(".")
    for count in range(1, len(parts) + 1):
        name = ".".join(parts[:count])
        spec = _spec(name)  # which imports what is before the last dot, and that was checked
        if spec is None:
            raise InputError(
                f"There is no module {name}; the one with your views is found if it is installed, or if "
                "PYTHONPATH names its folder."
            )
        if ledger is not None and any(_lies_in(place, ledger) for place in _places(spec)):
            raise InputError(
                f"The module {name} lies inside the ledger {ledger}, and a ledger's own code is never run; "
                "keep it in a folder elsewhere that PYTHONPATH names, or install it."
            )


def _spec(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except (Exception, SystemExit) as error:  # a parent may be anybody's code, or no package
        raise InputError(f"The module {name} cannot be imported: {explain(error)}.") from error


def _places(spec: ModuleSpec) -> Iterable[Path]:
    """The file of a module, and the folders of a package."""
    places = [*(spec.submodule_search_locations or ()), *([spec.origin] if spec.origin else ())]
    return [Path(place).resolve() for place in places]


def _lies_in(place: Path, folder: Path) -> bool:
    """Whether `place` is in `folder` or is that itself, also where upper and lower case are the same."""
    return any(parent.exists() and os.path.samefile(parent, folder) for parent in (place, *place.parents))


def checked(thing: Any, where: str) -> View:
    """`thing`, or what the class `thing` makes, if that is a view.

    Raises:
        InputError: it is none; the sentence begins with `where`.
    """
    try:
        view = thing() if isinstance(thing, type) else thing
        problem = _problem(view)
    except Exception as error:  # a view may be anybody's code
        raise InputError(f"{where} holds what is no view: {explain(error)}.") from error
    if problem is not None:
        raise InputError(f"{where} holds what is no view: {type(view).__name__} {problem}.")
    return view  # type: ignore[no-any-return]  # that is what was checked


def _problem(view: Any) -> str | None:
    for method in ("keys", "fold"):
        if not callable(getattr(view, method, None)):
            return f"has no method {method}"
    name, version = getattr(view, "name", None), getattr(view, "version", None)
    if not isinstance(name, str) or not is_view_name(name):
        return "needs a name of 1 to 32 of a-z, 0-9 and _, and the first of them a letter"
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        return "needs a version that counts from 1"
    return None


def _give(view: View) -> Callable[[], View]:
    return lambda: view


def _loader(point: EntryPoint) -> Callable[[], View]:
    where = f"The entry point {point.name} of {_package(point)}"

    def load() -> View:
        try:
            loaded = point.load()
        except (Exception, SystemExit) as error:
            raise InputError(f"{where} cannot be imported: {explain(error)}.") from error
        view = checked(loaded, where)
        if view.name != point.name:
            raise InputError(f"{where} leads to a view of another name: {view.name}.")
        return view

    return load


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.value
