"""Scenarios that tests write."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tui_ledger.simulation.runner import OnStep, RunResult, run_in_memory
from tui_ledger.simulation.scenario import Scenario, load_scenario


def scenario(*steps: str, views: Sequence[str] = ("balances",), seed: int = 1) -> Scenario:
    """A scenario of these steps, each as it would stand in its table."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "it.toml"
        head = f'title = "A test"\nseed = {seed}\nviews = {list(views)}\n'
        file.write_text(head + "".join(f"[[step]]\n{step}\n" for step in steps), encoding="utf-8")
        return load_scenario(file)


async def run(
    *steps: str, views: Sequence[str] = ("balances",), seed: int = 1, on_step: OnStep | None = None
) -> RunResult:
    """What comes of a scenario of these steps, in memory."""
    return await run_in_memory(scenario(*steps, views=views, seed=seed), on_step=on_step)
