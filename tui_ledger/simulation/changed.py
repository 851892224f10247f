"""What a scenario has changed in a ledger's machinery, so that it can be put back as it was."""

from tui_ledger.errors import LedgerError
from tui_ledger.query_side.status import ViewStatus
from tui_ledger.simulation.actions import CalmBus, Dial, Steering, TurnDial
from tui_ledger.simulation.port import LedgerPort


class Changed:
    """Remembers settings of views, and of the bus, as they were before the first change of each.

    What cannot be taken back is not: events, a view that was switched on or off, a position that was sought.
    """

    def __init__(self, ledger: LedgerPort) -> None:
        self._ledger = ledger
        self._views: dict[str, ViewStatus] = {}
        self._dials: dict[Dial, float] | None = None

    async def remember(self, action: Steering | TurnDial | CalmBus) -> None:
        """Note how it is now what `action` is about to change."""
        if isinstance(action, TurnDial | CalmBus):
            if self._dials is None:
                faults = self._ledger.faults
                self._dials = {
                    "delay": faults.delay,
                    "jitter": faults.jitter,
                    "double": faults.double,
                    "drop": faults.drop,
                    "reorder": faults.reorder,
                }
        elif action.view not in self._views:
            for status in (await self._ledger.status()).views:
                if status.view == action.view:
                    self._views[action.view] = status

    def leave(self, view: str | None) -> None:
        """Do not put `view`, or if None the bus, back: somebody has set it by hand meanwhile."""
        if view is None:
            self._dials = None
        else:
            self._views.pop(view, None)

    async def put_back(self) -> None:
        """Set everything as it was; what was never changed is left alone.

        Raises:
            LedgerError: a view does not take it. The others have been put back all the same.
        """
        dials, self._dials = self._dials, None
        if dials is not None:
            for dial, value in dials.items():
                setattr(self._ledger.faults, dial, value)
        views, self._views = self._views, {}
        now = {status.view: status for status in (await self._ledger.status()).views} if views else {}
        failure: LedgerError | None = None
        for view, before in views.items():
            try:
                if view in now:
                    await self._put_back(before, now[view])
            except LedgerError as error:
                failure = failure or error
        if failure is not None:
            raise failure

    async def _put_back(self, before: ViewStatus, now: ViewStatus) -> None:
        worker = self._ledger.worker(before.view)
        if (now.delay, now.jitter) != (before.delay, before.jitter):
            await worker.delay(before.delay, before.jitter)
        if now.apart != before.apart:
            await worker.keep_checkpoint_apart(before.apart)
        if now.repaired != before.repaired:
            await worker.repair(before.repaired)
        if now.state == "paused" and before.state != "paused":
            await worker.resume()
        elif before.state == "paused" and now.state != "paused":
            await worker.pause()
