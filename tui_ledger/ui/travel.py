"""Which moment of the ledger somebody wants to see, and which one is on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui_ledger.ui.scene import Moment

if TYPE_CHECKING:
    from tui_ledger.clock import Clock

PACE: Final = 0.095
"""Seconds between two readings, at least, however fast somebody moves through the past: about a tick."""

PATIENCE: Final = 0.2
"""Seconds after which it is said that the past is being read, in place of what was shown before."""


class Overtaken(Exception):
    """Another moment is wanted than the one that is being read."""


class Travel:
    """The wish is there at once, and the picture a little later: until then the two differ.

    Attributes:
        wanted: The position of the moment that somebody wants to see; None for now.
        shown: The moment that is on the screen, perhaps without what is being read still; None for now.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._read_at = float("-inf")
        self._since: float | None = None
        self._done = 0
        self._asked: int | None = None
        self.wanted: int | None = None
        self.shown: Moment | None = None

    def want(self, position: int | None) -> None:
        """Want to see the moment after the event at `position`, or now."""
        self.wanted = position
        if self.is_shown:
            self._since = None
        elif self._since is None:
            self._since = self._clock.monotonic()

    def show(self, moment: Moment | None) -> None:
        """That is on the screen now."""
        self.shown = moment
        if moment is None or moment.read is None:
            self._since = None if self.is_shown else self._clock.monotonic()

    @property
    def is_shown(self) -> bool:
        """Whether the wish is on the screen."""
        if self.shown is None or self.wanted is None:
            return self.shown is None and self.wanted is None
        return self.shown.position == self.wanted and self.shown.read is None

    @property
    def is_due(self) -> bool:
        """Whether the wish is still to be read, and the last reading was long enough ago."""
        waits = self.wanted != self._asked
        return waits and self._clock.monotonic() - self._read_at >= PACE

    def begin(self) -> int | None:
        """Read the wish: which one that is."""
        self._read_at = self._clock.monotonic()
        self._asked = self.wanted
        self._done = 0
        return self.wanted

    def progress(self, done: int) -> None:
        """So much of what is being read is there, in per cent.

        Raises:
            Overtaken: it is not wanted any more.
        """
        if self.is_due:
            raise Overtaken
        self._done = done

    @property
    def delayed(self) -> Moment | None:
        """What to show in place of what was shown before, if the wish takes long."""
        if self.wanted is None or self._since is None:
            return None
        if self._clock.monotonic() - self._since <= PATIENCE:
            return None
        return Moment(self.wanted, read=self._done)
