"""The base `es`: the same deposits with the `eventsourcing` library on SQLite, where it is installed."""

import gc
import importlib
import types
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from tui_ledger.bench.figures import Sample
from tui_ledger.bench.port import Setup
from tui_ledger.bench.rounds import drive_alone
from tui_ledger.errors import LedgerError

MISSING: Final = (
    "The eventsourcing library is not installed, so there are no ratios to it (es), and the aims that are "
    "such ratios cannot be judged. To have them: pip install eventsourcing"
)


def version() -> str | None:
    """The version that is installed; None if there is none."""
    try:
        importlib.import_module("eventsourcing.application")
    except ImportError:
        return None
    return metadata.version("eventsourcing")


def note() -> str:
    """What `es` is, or that it is missing."""
    installed = version()
    return MISSING if installed is None else f"es is eventsourcing {installed} on SQLite."


def measure(path: Path, wallets: Sequence[str], count: int, setup: Setup) -> Sample:
    """Save `count` deposits, one by one, into `wallets` in turn; the library's log is made at `path`."""
    application: Any = importlib.import_module("eventsourcing.application")
    app = application.Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    )
    try:
        aggregates = [_wallet_class()(name) for name in wallets]
        app.save(*aggregates)

        def deposit(turn: int) -> None:
            wallet = aggregates[turn % len(aggregates)]
            wallet.deposit(1000, "USD", "Nakamura Trading")
            app.save(wallet)

        return drive_alone(count, deposit, setup.timer)
    finally:
        app.close()


def measure_replay(path: Path, wallets: Sequence[str], each: int, setup: Setup) -> Sample:
    """Read, map and fold wallets of `each` deposits, one after the other; the log is made at `path`."""
    application: Any = importlib.import_module("eventsourcing.application")
    app = application.Application(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
    )
    try:
        aggregates = [_wallet_class()(name) for name in wallets]
        for wallet in aggregates:
            for _ in range(each):
                wallet.deposit(1000, "USD", "Nakamura Trading")
            app.save(wallet)
        ids = [wallet.id for wallet in aggregates]
        del aggregates
        gc.collect()
        began = setup.timer()
        balances = [app.repository.get(one).balance for one in ids]
        seconds = setup.timer() - began
        if balances != [1000 * each] * len(ids):
            raise LedgerError("The library has folded something else, so this is no measurement.")
        return Sample(seconds, len(ids) * (each + 1))
    finally:
        app.close()


@cache
def _wallet_class() -> Any:
    """An aggregate as the library's own examples write it, put together at run time."""
    domain: Any = importlib.import_module("eventsourcing.domain")

    def __init__(self: Any, name: str) -> None:  # noqa: N807 - the library looks at its name
        self.name = name
        self.balance = 0

    def deposit(self: Any, amount: int, currency: str, source: str) -> None:
        self.balance += amount

    def body(namespace: dict[str, Any]) -> None:
        namespace["__module__"] = __name__
        namespace["__init__"] = domain.event("Opened")(__init__)
        namespace["deposit"] = domain.event("Deposited")(deposit)

    return types.new_class("LibraryWallet", (domain.Aggregate,), exec_body=body)
