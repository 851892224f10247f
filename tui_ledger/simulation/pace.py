"""How fast a scenario plays."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from tui_ledger.clock import Clock

SPEEDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""The speeds that there are, in seconds of the scenario a second."""


class Pace:
    """Turns a scenario's seconds into those of a clock. What changes acts at once, also in mid-wait.

    Attributes:
        speed: One of `SPEEDS`.
        waiting: Whether the scenario's time stands still.
    """

    def __init__(self, clock: Clock) -> None:
        self.speed = 1.0
        self.waiting = False
        self._clock = clock
        self._changed = asyncio.Event()

    def faster(self) -> None:
        """Take the next higher speed, if there is one."""
        self._change(speed=next((one for one in SPEEDS if one > self.speed), self.speed))

    def slower(self) -> None:
        """Take the next lower speed, if there is one."""
        self._change(speed=next((one for one in reversed(SPEEDS) if one < self.speed), self.speed))

    def wait(self) -> None:
        """Let no time pass until `go_on`."""
        self._change(waiting=True)

    def go_on(self) -> None:
        """Let time pass again."""
        self._change(waiting=False)

    async def sleep(self, seconds: float) -> None:
        """Return when so many of the scenario's seconds have passed, and time does not stand still."""
        left = seconds
        while left > 0 or self.waiting:
            self._changed.clear()
            if self.waiting:
                await self._changed.wait()
                continue
            speed, began = self.speed, self._clock.monotonic()
            await first_of(self._clock.sleep(left / speed), self._changed.wait())
            if not self._changed.is_set():
                return
            left -= (self._clock.monotonic() - began) * speed

    def _change(self, *, speed: float | None = None, waiting: bool | None = None) -> None:
        self.speed = self.speed if speed is None else speed
        self.waiting = self.waiting if waiting is None else waiting
        self._changed.set()


async def first_of(*waits: Coroutine[Any, Any, object]) -> None:
    """Return when the first of `waits` does; the others are cancelled. What fails raises here."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
