"""Having the views that are on, while a ledger is open."""

import asyncio

from tui_ledger.clock import GLANCE, Clock, next_beat
from tui_ledger.errors import LedgerError
from tui_ledger.ledger_views import EnabledViews
from tui_ledger.query_side.query_side import QuerySide


class Switching:
    """Starts and stops the workers of views that somebody switches on or off, in whichever process.

    Attributes:
        trouble: Why the views that are on cannot be had. Those that there are go on.
    """

    def __init__(self, enabled: EnabledViews, views: QuerySide, clock: Clock) -> None:
        self.trouble: LedgerError | None = None
        self._enabled = enabled
        self._views = views
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Follow until `stop`."""
        self._task = asyncio.create_task(self._follow(), name="views: switched on and off")

    async def stop(self) -> None:
        """Stop following."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    async def _follow(self) -> None:
        while True:
            await next_beat(self._clock, GLANCE)
            try:
                views = self._enabled.changed()
                if views is not None:
                    await self._views.have(views)
                    self.trouble = None
            except LedgerError as error:
                self.trouble = error
