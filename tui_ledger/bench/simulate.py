"""The benchmark `simulate`: a long history that is made up and written into a new ledger."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tui_ledger.bench.figures import Aim, Sample, rate_figure
from tui_ledger.bench.port import Progress, Report, Setup
from tui_ledger.bench.rounds import Case, in_rounds
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.simulation.history.plan import plan_history
from tui_ledger.simulation.history.writing import simulate

_EVENTS: Final = 1_000_000
_TOGETHER: Final = 2000  # rows that are read, and then inserted

_RAW: Final = "raw"
_SIMULATE: Final = "made up, placed, hashed and stored"

_SCHEMA: Final = "CREATE TABLE events (position INTEGER PRIMARY KEY, {columns})"
_PAGE: Final = "SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?"


class SimulateBench:
    """The whole of `tui-ledger simulate`, beside inserting the rows that came of it into a plain table."""

    name = "simulate"
    title = "a history of ten years, made up and written into a new ledger"

    async def run(self, setup: Setup, progress: Progress) -> Report:
        """See `Bench.run`."""
        plan = plan_history(setup.events or _EVENTS)
        with TemporaryDirectory(prefix="tui-ledger-bench-", dir=setup.folder) as parent:
            folder = Path(parent)
            source = folder / "source"

            async def simulated() -> Sample:
                with TemporaryDirectory(dir=folder) as place:
                    began = setup.timer()
                    await simulate(Path(place) / "ledger", plan)
                    return Sample(setup.timer() - began, plan.events)

            async def raw() -> Sample:
                return await asyncio.to_thread(_copy, LedgerFolder(source).log, folder / "raw.db", setup)

            cases: dict[str, Case] = {_RAW: raw, _SIMULATE: simulated}
            progress.expect(1 + setup.rounds * len(cases))
            progress.step(f"making a log of {plan.events:,} events")
            await simulate(source, plan)
            samples = await in_rounds(cases, setup.rounds, progress)
        aims = {_SIMULATE: (Aim("events_per_s", at_least=100_000),)}
        bases = {_RAW: samples[_RAW]}
        return Report(
            [
                rate_figure(self.name, case, taken, bases, aims.get(case, ()))
                for case, taken in samples.items()
            ]
        )


def _copy(log: Path, target: Path, setup: Setup) -> Sample:
    """Insert every row of `log` into a plain table, in one transaction, and time only that."""
    try:
        with closing(sqlite3.connect(log)) as source, closing(sqlite3.connect(target)) as raw:
            names = [row[1] for row in source.execute("PRAGMA table_info (events)")]
            raw.execute(_SCHEMA.format(columns=", ".join(names[1:])))
            insert = f"INSERT INTO events VALUES ({', '.join('?' * len(names))})"
            seconds, count = 0.0, 0
            while rows := source.execute(_PAGE, (count, _TOGETHER)).fetchall():
                began = setup.timer()
                raw.executemany(insert, rows)
                seconds += setup.timer() - began
                count = rows[-1][0]
            began = setup.timer()
            raw.commit()
            return Sample(seconds + setup.timer() - began, count)
    finally:
        target.unlink(missing_ok=True)
