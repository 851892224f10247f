"""The benchmark `travel`: what a document was at a position long ago."""

import gc
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Self

from tui_ledger.bench.everyday import everyday
from tui_ledger.bench.figures import Aim, Sample, latency_figure
from tui_ledger.bench.history import fill, wallet_names
from tui_ledger.bench.port import Progress, Report, Setup
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ledger import Ledger, create_ledger
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.ledger_views import BUILT_IN_NAMES

_EVENTS: Final = 100_000
_WALLETS: Final = 1000
_QUESTIONS: Final = 200


class TravelBench:
    """A document under a random key of each view, as of random positions, from keyframes that exist.

    How long it takes to make them is measured too: once for each view, since they are not made twice.
    """

    name = "travel"
    title = "a document of a view as of a random position, after its keyframes are made"

    async def run(self, setup: Setup, progress: Progress) -> Report:
        """See `Bench.run`."""
        events = setup.preload or setup.events or _EVENTS
        progress.expect(1 + len(BUILT_IN_NAMES) * (1 + setup.rounds))
        with TemporaryDirectory(prefix="tui-ledger-bench-", dir=setup.folder) as folder:
            progress.step(f"making a log of {events:,} events")
            path = Path(folder) / "ledger"
            create_ledger(path)
            async with open_store(LedgerFolder(path).log) as store:
                await fill(store, everyday(wallet_names(max(min(_WALLETS, events // 4), 1)), events))
            async with Ledger.open(path, run_views=False, views=()) as ledger:
                cases = []
                for view in BUILT_IN_NAMES:
                    progress.step(f"making the keyframes of {view}")
                    cases.append(await _Case.make(ledger, view, setup))
                for number in range(1, setup.rounds + 1):
                    for case in cases:
                        progress.step(f"round {number} of {setup.rounds}: {case.view}")
                        await case.ask(number)
        aims = (Aim("p95_ms", at_most=50),)
        figures = [latency_figure(self.name, case.view, case.asked, {}, aims) for case in cases]
        figures += [latency_figure(self.name, f"keyframes of {case.view}", [case.made], {}) for case in cases]
        return Report(figures, [f"The log has {cases[0].made.events:,} events."])


class _Case:
    """One view: how long its keyframes took, and the answers of each round."""

    def __init__(self, ledger: Ledger, view: str, setup: Setup, made: Sample, keys: Sequence[str]) -> None:
        self.view = view
        self.made = made
        self.asked: list[Sample] = []
        self._ledger = ledger
        self._setup = setup
        self._keys = keys

    @classmethod
    async def make(cls, ledger: Ledger, view: str, setup: Setup) -> Self:
        """Make the keyframes, and find out which keys there are."""
        head = (await ledger.head()).position
        gc.collect()
        began = setup.timer()
        await ledger.make_keyframes(view, head, lambda _: None)
        seconds = setup.timer() - began
        made = Sample(seconds, head, [seconds])
        return cls(ledger, view, setup, made, [one.key for one in await ledger.documents(view, as_of=head)])

    async def ask(self, number: int) -> None:
        """Ask for documents of random keys as of random positions, the same in each run."""
        chance = random.Random(f"{self.view} {number}")  # noqa: S311 - to be repeatable, not secret
        waits = []
        gc.collect()
        for _ in range(min(self._setup.events or _QUESTIONS, _QUESTIONS)):
            key, position = chance.choice(self._keys or [""]), chance.randint(0, self.made.events)
            began = self._setup.timer()
            await self._ledger.query(self.view, key, as_of=position)
            waits.append(self._setup.timer() - began)
        self.asked.append(Sample(sum(waits), len(waits), waits))
