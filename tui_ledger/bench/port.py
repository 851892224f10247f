"""What a benchmark is, what it is given, and what it gives back."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from tui_ledger.bench.figures import Figure


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """How to measure.

    Attributes:
        folder: Where the files are made, each run's in a folder of its own that goes again.
        rounds: How often everything is measured.
        events: How many events a round of the largest cases has; each benchmark's own number if None.
        seconds: For how long a program is watched; each benchmark's own time if None.
        preload: Measure also on a log of so many events; 0: do not.
        timer: Seconds, which only grow.
    """

    folder: Path
    rounds: int = 5
    events: int | None = None
    seconds: float | None = None
    preload: int = 0
    timer: Callable[[], float] = time.perf_counter


class Report(msgspec.Struct, frozen=True):
    """What was measured, and sentences on what was not."""

    figures: Sequence[Figure]
    notes: Sequence[str] = ()


class Progress(Protocol):
    """Where a benchmark says how far it is. Nothing is shown while a case is being timed."""

    def expect(self, steps: int) -> None:
        """There will be `steps` of them."""

    def step(self, doing: str) -> None:
        """The next step begins: `doing` says which."""


class Bench(Protocol):
    """One benchmark. To add one, write a module with such a class and name it in `registry`."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""

    @property
    def title(self) -> str:
        """What it measures, in a few words."""

    async def run(self, setup: Setup, progress: Progress) -> Report:
        """Measure."""
