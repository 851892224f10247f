"""What acts on a ledger in a person's place while it is open: the story, and the simulated customers."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Final

from tui_ledger.content import Sentence
from tui_ledger.errors import LedgerError

if TYPE_CHECKING:
    from tui_ledger.clock import Clock
    from tui_ledger.ledger import Ledger
    from tui_ledger.simulation.scenario import Scenario
    from tui_ledger.simulation.traffic import Traffic
    from tui_ledger.ui.audience import Audience
    from tui_ledger.ui.story import Story


STEERING: Final = ("wait", "faster", "slower", "next", "leave")
"""What can be done to a story."""


class Playing:
    """Plays on one ledger, from `start` until `stop`.

    Attributes:
        usual_rate: How many commands a second the customers sent when they began.
    """

    def __init__(self, ledger: Ledger, clock: Clock, audience: Audience) -> None:
        self._ledger = ledger
        self._clock = clock
        self._audience = audience
        self._story: Story | None = None
        self._traffic: Traffic | None = None
        self.usual_rate = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    def start_story(self, scenario: Scenario) -> None:
        """Play `scenario`."""
        from tui_ledger.ui.story import Story  # noqa: PLC0415

        self._story = Story(self._ledger, scenario, self._clock, self._audience)
        self._start("story", self._tell(self._story))

    def start_customers(self, rate: float, seed: int) -> None:
        """Let simulated customers send `rate` commands a second."""
        from tui_ledger.simulation.traffic import Traffic  # noqa: PLC0415

        self.usual_rate = rate
        self._traffic = Traffic(self._ledger, rate, seed, self._clock)
        self._start("customers", self._watched("customers", self._traffic.run()))

    async def stop(self) -> None:
        """End all that plays, and put back what the story has changed.

        Raises:
            LedgerError: that cannot be put back.
        """
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._story is not None:
            await self._story.put_back()

    # The story

    @property
    def tells(self) -> bool:
        """Whether steps of the story are still to come."""
        return self._story is not None and self._story.playing

    def progress(self, *, typing: bool) -> tuple[Sentence, ...]:
        """How far the story is, and the keys that steer it unless somebody is typing; empty with no story."""
        if self._story is None or not self._story.playing:
            return ()
        story, pace = self._story, self._story.pace
        parts = [Sentence("screen.story.at", {"step": story.step, "steps": story.steps})]
        if pace.speed != 1:
            parts.append(Sentence("screen.story.speed", {"speed": f"{pace.speed:g}"}))
        if pace.waiting:
            parts.append(Sentence("screen.story.waiting"))
        if not typing:
            parts.append(Sentence("screen.story.keys_waiting" if pace.waiting else "screen.story.keys"))
        return tuple(parts)

    def steer(self, how: str) -> None:
        """Do to the story what `how`, one of `STEERING`, says; to wait a second time is to go on."""
        if self._story is None or not self._story.playing:
            return
        pace = self._story.pace
        match how:
            case "next":
                self._story.next()
            case "leave":
                self._story.end()
            case "wait":
                (pace.go_on if pace.waiting else pace.wait)()
            case "faster":
                pace.faster()
            case "slower":
                pace.slower()

    def fall_silent(self) -> None:
        """Say nothing more, once the story is over: a person has taken over."""
        if self._story is not None:
            self._story.fall_silent()

    def leave(self, view: str | None) -> None:
        """Let the story not put `view` back, or the bus: somebody has set it by hand."""
        if self._story is not None:
            self._story.leave(view)

    # The customers

    @property
    def has_customers(self) -> bool:
        """Whether there are any."""
        return self._traffic is not None

    @property
    def customers(self) -> Sentence | None:
        """What to say of them, if there are any."""
        if self._traffic is None:
            return None
        key = "screen.header.held" if self._traffic.held else "screen.header.customers"
        return Sentence(key, {"rate": f"{self.rate:g}"})

    @property
    def rate(self) -> float:
        """How many commands a second they send when they are not on hold."""
        return self._traffic.rate if self._traffic is not None else 0.0

    @property
    def held(self) -> bool:
        """Whether they are on hold."""
        return self._traffic is not None and self._traffic.held

    def turn(self, rate: float) -> None:
        """Have them send `rate` commands a second from now on."""
        if self._traffic is not None:
            self._traffic.rate = rate

    def be_as_usual(self) -> None:
        """Let them go on as they began."""
        if self._traffic is not None:
            self._traffic.rate = self.usual_rate
            self._traffic.go_on()

    def hold(self) -> None:
        """Hold the customers, or let them go on."""
        if self._traffic is not None:
            (self._traffic.go_on if self._traffic.held else self._traffic.hold)()

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    async def _tell(self, story: Story) -> None:
        await self._watched("story", story.play())
        self._audience.story_ended()

    async def _watched(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Do `work`; what the ledger cannot do is said on the screen."""
        try:
            await work
        except LedgerError as error:
            self._audience.trouble(name, error)
        except Exception as error:
            self._audience.failed(error)
