"""Reads documents for the screen: as they are, or as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tui_ledger.errors import IntegrityError, NewerVersionError
from tui_ledger.query_side.view import UnknownView

if TYPE_CHECKING:
    from tui_ledger.ledger import Ledger
    from tui_ledger.query_side.answer import Answer

Progress = Callable[[int], None]
"""Told how much is ready, in per cent. It may raise, which ends the work."""


class Documents:
    """What was does not change: it is read once, and kept as long as somebody looks at that moment.

    Attributes:
        as_of: The position of that moment; None for now.
        failures: Why a view cannot be read as of then, by its name.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._kept: dict[tuple[str, str, int | None, bool], list[Answer]] = {}
        self.as_of: int | None = None
        self.failures: dict[str, str] = {}

    async def look_at(self, as_of: int | None, views: Iterable[str], progress: Progress) -> None:
        """Read `views` as of that position from now on, once all that makes this quick is there.

        Raises:
            LedgerError: the log or the keyframes cannot be read.
        """
        if as_of != self.as_of:
            self.as_of = as_of
            self._kept.clear()
            self.failures = {}
        if as_of is None:
            return
        wanted = [view for view in views if self._is_on(view)]
        for place, view in enumerate(wanted):

            def tell(made: int, place: int = place) -> None:
                progress(int(100 * (place + min(1.0, made / (as_of or 1))) / len(wanted)))

            tell(0)
            try:
                await self._ledger.make_keyframes(view, as_of, tell)
            except (IntegrityError, NewerVersionError) as error:
                self.failures[view] = str(error)

    async def read(
        self, view: str, prefix: str = "", *, limit: int | None = None, newest_first: bool = False
    ) -> list[Answer] | None:
        """See `Ledger.documents`; None of a view that the ledger does not have.

        Raises:
            LedgerError: they cannot be read.
        """
        if self.as_of is None:
            try:
                return await self._ledger.documents(view, prefix, limit=limit, newest_first=newest_first)
            except UnknownView:
                return None
        if not self._is_on(view):
            return None
        question = (view, prefix, limit, newest_first)
        if question not in self._kept:
            self._kept[question] = await self._as_of(self.as_of, *question)
        return self._kept[question]

    async def _as_of(
        self, as_of: int, view: str, prefix: str, limit: int | None, newest_first: bool
    ) -> list[Answer]:
        whole = self._kept.get((view, "", None, False))
        if whole is not None:
            found = [one for one in whole if not prefix or f"{one.key}/".startswith(f"{prefix}/")]
            return (found[::-1] if newest_first else found)[:limit]
        if view in self.failures:
            return []
        try:
            return await self._ledger.documents(
                view, prefix, limit=limit, newest_first=newest_first, as_of=as_of
            )
        except (IntegrityError, NewerVersionError) as error:
            self.failures[view] = str(error)
            return []

    def _is_on(self, view: str) -> bool:
        """Whether the view is on now: one that is not is not shown of the past either."""
        return any(one.view == view for one in self._ledger.snapshot().views)
