"""What a person can do to a view's worker, in whichever process that runs."""

from collections.abc import Callable
from typing import Final

from tui_ledger.clock import Clock
from tui_ledger.errors import InputError, LockedError
from tui_ledger.query_side.lease import is_held
from tui_ledger.query_side.pace import RESOLUTION
from tui_ledger.query_side.view import Repairable
from tui_ledger.query_side.wishes import (
    AnyWish,
    Change,
    Crash,
    Moment,
    Park,
    Rebuild,
    Restart,
    Retry,
    Seek,
    Step,
)
from tui_ledger.query_side.worker import Worker

LONGEST: Final = 5.0
"""The most seconds of delay, and of jitter."""

_PATIENCE: Final = 2.0  # seconds for somebody to be there and answer
_POLL: Final = 0.02  # seconds between two looks for an answer from another process


class WorkerControl:
    """The controls of one view's worker. What is wished is done when a method returns.

    Whichever process holds the view's lease obeys, within 100 ms. Where nobody runs the view, this process
    does what is wished itself, and leaves the view to whoever runs it next.

    All raise:
        InputError: the worker refuses, and says why.
        LockedError: a worker holds the view, and does not answer.
        StorageError: the view's file cannot be read or written.
    """

    def __init__(self, worker: Worker, clock: Clock) -> None:
        self._worker = worker
        self._clock = clock

    async def pause(self) -> None:
        """Take in no event until `resume`, in this process or any other."""
        await self._ask(Change(paused=True))

    async def resume(self) -> None:
        """Go on."""
        await self._ask(Change(paused=False))

    async def step(self) -> None:
        """Take in one event more, and be paused."""
        await self._ask(Step())

    async def delay(self, seconds: float, jitter: float = 0.0) -> None:
        """Take in each event `seconds` after its recording, and up to `jitter` seconds later.

        Events stay in order. Old ones, which are due already, are taken in at once.
        """
        for value, what in ((seconds, "delay"), (jitter, "jitter")):
            if not 0 <= value <= LONGEST:  # which no NaN is
                raise InputError(f"A view's {what} is from 0 to {LONGEST:g} seconds, and not {value:g}.")
        await self._ask(Change(delay=float(seconds), jitter=float(jitter)))

    async def crash(self, when: Moment = "after") -> None:
        """Crash at the next write, `before` it or `after` it, and start again 3 seconds later."""
        await self._ask(Crash(when))

    async def restart(self) -> None:
        """Begin again as a new process would, at once, also after a crash."""
        await self._ask(Restart())

    async def seek(self, position: int) -> None:
        """Go to `position`, forwards or back, and be paused there.

        What was read before is read until the view has come there.
        """
        if position < 0:
            raise InputError(f"Positions begin at 1, and 0 is before them all; {position} is none.")
        await self._ask(Seek(position))

    async def rebuild(self) -> None:
        """Begin to make the documents anew, beside those that are read; see `rebuilt`."""
        await self._ask(Rebuild())

    async def park(self) -> None:
        """Go on without the event at which the view failed, which is incomplete from then on."""
        await self._ask(Park())

    async def retry(self) -> None:
        """Try again the event at which it failed. Where events are parked, it is rebuilt with them."""
        await self._ask(Retry())

    async def keep_checkpoint_apart(self, apart: bool) -> None:
        """Write the checkpoint after the documents, in a transaction of its own, or with them again.

        Apart is wrong, and there for teaching: a crash `after` the write then counts events twice.
        """
        await self._ask(Change(apart=apart))

    async def repair(self, repaired: bool = True) -> None:
        """Switch the bug of a view off that has one for teaching, or on again."""
        if not isinstance(self._worker.view, Repairable):
            raise InputError(f"The view {self._worker.view.name} has no bug for teaching.")
        await self._ask(Change(repaired=repaired))

    async def rebuilt(self, progress: Callable[[int], None] = lambda checkpoint: None) -> None:
        """Return when nothing is being built any more, or that does not go on by itself.

        Where nobody runs the view, this process does.

        Args:
            progress: Called with the position that was reached, now and then.
        """
        worker = self._worker
        here = not worker.running and not await self._is_run()
        if here:
            worker.start()
        try:
            while True:
                state = worker.state if worker.holds else await worker.documents.state()
                if state.building is None or state.building.failed_at is not None or state.settings.paused:
                    return
                if not worker.running and not await self._is_run():
                    return
                progress(state.building.checkpoint)
                await worker.changed.wait(_POLL)
        finally:
            if here:
                await worker.stop()

    async def _ask(self, wish: AnyWish) -> None:
        documents = self._worker.documents
        number = await documents.wish(wish, self._clock.now().timestamp())
        try:
            run = self._worker.running or await self._is_run()
            refusal = await self._answer(number, wish) if run else None
            if refusal is None:
                refusal = await self._do_here(number, wish)
        finally:
            await documents.withdraw(number)
        if refusal:
            raise InputError(f"{self._worker.view.name}: {refusal}")

    async def _do_here(self, number: int, wish: AnyWish) -> str:
        """Do what nobody else is there to do."""
        worker = self._worker
        if isinstance(wish, Change):
            await worker.documents.change(wish)
            return ""
        if isinstance(wish, Crash | Restart):
            return "Nobody runs it; open the app, or start tui-ledger worker."
        worker.start()
        try:
            refusal = await self._answer(number, wish)
        finally:
            await worker.stop()
        return refusal if refusal is not None else f"It cannot be run here: {worker.status().reason}"

    async def _answer(self, number: int, wish: AnyWish) -> str | None:
        """What was answered, once it was; None if nobody is there.

        A seek may take long. It is waited for while somebody is at it.
        """
        worker = self._worker
        worker.call()
        # A worker of this process may have to wait first until it is clear that another one is dead.
        deadline = self._clock.monotonic() + (2 * _PATIENCE if worker.running else _PATIENCE)
        while (answer := await worker.documents.answered(number)) is None:
            if deadline - self._clock.monotonic() <= RESOLUTION:
                held = await self._is_held()
                if not held and not worker.running:
                    return None
                if not held or not isinstance(wish, Seek):
                    raise LockedError(
                        f"The worker of {worker.view.name} does not answer; see tui-ledger status."
                    )
                deadline = self._clock.monotonic() + _PATIENCE
            await worker.changed.wait(_POLL)
        return answer

    async def _is_run(self) -> bool:
        """Whether some process runs the view, or waits to do so after a crash."""
        return (await self._worker.documents.state()).crash is not None or await self._is_held()

    async def _is_held(self) -> bool:
        lease = (await self._worker.documents.state()).lease
        return is_held(lease, self._clock.now().timestamp())
