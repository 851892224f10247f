"""The benchmark `replay`: from rows on the disk to what they amount to."""

import gc
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tui_ledger.bench import eventsourcing_library
from tui_ledger.bench.figures import Aim, Sample, rate_figure
from tui_ledger.bench.history import decade_at, wallet_names
from tui_ledger.bench.port import Progress, Report, Setup
from tui_ledger.bench.rounds import Case, in_rounds
from tui_ledger.errors import LedgerError
from tui_ledger.event_store.sqlite import open_store
from tui_ledger.ledger_folder import LedgerFolder
from tui_ledger.query_side.folding import gather
from tui_ledger.query_side.read_ahead import read_ahead
from tui_ledger.query_side.view import Document
from tui_ledger.query_side.views.balances import Balances

_EVENTS: Final = 1_000_000
_WALLETS: Final = 1000
_LIBRARY_WALLETS: Final = 100
_LIBRARY_PART: Final = 50  # it is so much slower that this part of the events is enough

_FOLDED: Final = "decoded and folded into balances"
_AIMS: Final[Mapping[str, tuple[Aim, ...]]] = {_FOLDED: (Aim("raw", at_least=0.75), Aim("es", at_least=12))}


class ReplayBench:
    """A long log, read and folded, against nothing but fetching its rows, and against the library's way."""

    name = "replay"
    title = "a long log, read, decoded and folded into the balance of each wallet"

    async def run(self, setup: Setup, progress: Progress) -> Report:
        """See `Bench.run`."""
        wanted = setup.events or _EVENTS
        with TemporaryDirectory(prefix="tui-ledger-bench-", dir=setup.folder) as folder:
            path = Path(folder) / "ledger"
            bases = _bases(path, Path(folder), wanted, setup)
            cases = {**bases, **_cases(path, setup)}
            progress.expect(1 + setup.rounds * len(cases))
            progress.step(f"making a log of {wanted:,} events")
            await decade_at(path, _WALLETS, wanted)
            samples = await in_rounds(cases, setup.rounds, progress)
        measured = {name: samples[name] for name in bases}
        return Report(
            [
                rate_figure(self.name, case, taken, measured, _AIMS.get(case, ()))
                for case, taken in samples.items()
            ],
            [eventsourcing_library.note()],
        )


def _bases(path: Path, folder: Path, events: int, setup: Setup) -> dict[str, Case]:
    async def raw() -> Sample:
        return _fetch_rows(path, setup)

    async def es() -> Sample:
        wallets = wallet_names(max(min(_LIBRARY_WALLETS, events // 4), 1))
        each = max(events // _LIBRARY_PART // len(wallets), 1)
        with TemporaryDirectory(dir=folder) as place:
            return eventsourcing_library.measure_replay(Path(place) / "es.db", wallets, each, setup)

    return {"raw": raw, "es": es} if eventsourcing_library.version() is not None else {"raw": raw}


def _cases(path: Path, setup: Setup) -> dict[str, Case]:
    async def decoded() -> Sample:
        async with open_store(LedgerFolder(path).log) as store:
            gc.collect()
            began, position = setup.timer(), 0
            while events := (await store.replay(position)).events:
                position = events[-1].position
            return _whole(Sample(setup.timer() - began, position), (await store.head()).position)

    async def folded() -> Sample:
        async with open_store(LedgerFolder(path).log) as store:
            head = (await store.head()).position
            gc.collect()
            began = setup.timer()
            gathered = await gather(Balances(), read_ahead(store, 0, head))
            if gathered is None:
                raise LedgerError("There was nothing to fold, so this is no measurement.")
            nothing: dict[str, Document | None] = dict.fromkeys(gathered.keys)
            await gathered.fold(nothing)
            return _whole(Sample(setup.timer() - began, gathered.end.position), head)

    return {"decoded, with the whole envelope": decoded, _FOLDED: folded}


def _fetch_rows(path: Path, setup: Setup) -> Sample:
    """What SQLite and Python's module for it need for the same rows, a thousand at a time."""
    with closing(sqlite3.connect(LedgerFolder(path).log)) as connection:
        gc.collect()
        began, count = setup.timer(), 0
        cursor = connection.execute("SELECT * FROM events ORDER BY position")
        while rows := cursor.fetchmany(1000):
            count += len(rows)
        return Sample(setup.timer() - began, count)


def _whole(sample: Sample, head: int) -> Sample:
    if sample.events != head:
        raise LedgerError(f"Of {head} events {sample.events} were read, so this is no measurement.")
    return sample
