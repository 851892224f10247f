"""`simulate` and its options."""

from typing import Annotated

import typer

from tui_ledger.cli.arguments import LARGEST, Json, Ledger, folder
from tui_ledger.cli.running import run


def simulate(
    ledger: Ledger,
    events: Annotated[
        int, typer.Option("--events", metavar="N", min=1, max=100_000_000, help="How many events, exactly.")
    ],
    wallets: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=10_000, help="How many wallets; else what fits so many events."),
    ] = None,
    years: Annotated[
        int, typer.Option(metavar="N", min=1, max=50, help="How many years, up to the end of 2025.")
    ] = 10,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=LARGEST, help="Another seed makes another history.")
    ] = 1,
    as_json: Json = False,
) -> int:
    """Fill an empty ledger with a long history.

    Salaries and rents, groceries and gifts, transfers, refunds and closed wallets in several currencies. With
    the same options it is the same history, to the last hash, on every machine. A missing ledger is made.

    What its totals are is written into manifest.json in the ledger's folder, by whoever made it up and not by
    reading the log: to check views against, or programs of your own.
    """
    from tui_ledger.cli.simulating import simulate_history

    return run(
        simulate_history(
            folder(ledger), events=events, wallets=wallets, years=years, seed=seed, as_json=as_json
        )
    )
