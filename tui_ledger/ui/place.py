"""Where a ledger is that the app can open."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui_ledger.ledger import Ledger

OpenLedger = Callable[[], AbstractAsyncContextManager["Ledger"]]


class Place(NamedTuple):
    """A ledger as the screen calls it, and what opens it. Pydantic is imported by that, and not before."""

    name: str
    open: OpenLedger


def folder(path: Path) -> Place:
    """The ledger at `path`, made if there is nothing."""

    def open_ledger() -> AbstractAsyncContextManager[Ledger]:
        from tui_ledger.ledger import Ledger  # noqa: PLC0415

        return Ledger.open(path, create=True)

    return Place(_shown(path), open_ledger)


def throwaway(name: str, views: Callable[[], tuple[str, ...]]) -> Place:
    """A new ledger with `views` on, or the usual ones if it names none, each time that it is opened.

    It is gone when it is closed.
    """

    @asynccontextmanager
    async def open_ledger() -> AsyncIterator[Ledger]:
        from tui_ledger.ledger import Ledger, create_ledger  # noqa: PLC0415

        with tempfile.TemporaryDirectory(prefix="tui-ledger-") as parent:
            path = Path(parent) / "ledger"
            create_ledger(path, views())
            async with Ledger.open(path) as ledger:
                yield ledger

    return Place(name, open_ledger)


def _shown(path: Path) -> str:
    """What the ledger is called: where it is, and for what will not last, its name."""
    home = Path.home()
    if path.is_relative_to(tempfile.gettempdir()):
        return path.name
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
