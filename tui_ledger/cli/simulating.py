"""`simulate`: a history that never happened, in a ledger."""

import time
from pathlib import Path

from tui_ledger.cli.output import counted, say, say_json
from tui_ledger.cli.progress import events_bar
from tui_ledger.simulation.history.plan import plan_history
from tui_ledger.simulation.history.writing import simulate

_REDRAWN = 0.1  # seconds


async def simulate_history(
    path: Path, *, events: int, wallets: int | None, years: int, seed: int, as_json: bool
) -> int:
    """Write the history into the ledger at `path`, and say so."""
    plan = plan_history(events, wallets=wallets, years=years, seed=seed)
    begun = drawn = time.monotonic()
    with events_bar("Simulating", events) as draw:

        def show(done: int) -> None:
            nonlocal drawn
            now = time.monotonic()
            if now - drawn > _REDRAWN:
                drawn = now
                draw(done)

        manifest = await simulate(path, plan, show)
    took = time.monotonic() - begun
    if as_json:
        names = ("events", "wallets", "years", "seed", "first_day", "last_day", "head")
        say_json({"ledger": str(path), **{name: manifest[name] for name in names}})
        return 0
    first, last = manifest["first_day"][:4], manifest["last_day"][:4]
    say(
        f"Simulated {counted(plan.events, 'event')} of {counted(plan.wallets, 'wallet')}, "
        f"{first if first == last else f'{first} to {last}'}, in {took:.1f} s "
        f"({plan.events / max(took, 1e-3):,.0f} events/s): head {manifest['head']}"
    )
    return 0
