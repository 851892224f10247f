"""The app: a screen on a running ledger. It knows the `Ledger`, and no store and no worker."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tui_ledger.simulation.scenario import Scenario
    from tui_ledger.ui.app import LedgerApp

    FindScenario = Callable[[], Awaitable[Scenario | None]]
    Beside = Callable[[LedgerApp], Coroutine[Any, Any, None]]

_ALLOCATIONS: Final = 20_000
"""New objects after which garbage is looked for: what starting makes stays, and looking takes time."""


def run_app(
    path: Path | None,
    *,
    scenario: FindScenario | None,
    traffic: float | None,
    seed: int | None,
    language: str,
    ascii_only: bool,
    beside: Beside | None = None,
) -> int:
    """Open the app on a ledger.

    Args:
        path: The ledger's folder, which is made if there is nothing; None for a ledger that is gone
            afterwards.
        scenario: Finds what to play, if anything, once the first frame is on the screen; a part that is on
            record already is passed over.
        traffic: How many commands a second simulated customers send; None for no customers.
        seed: For the customers.
        language: What the screen speaks at first.
        ascii_only: Whether to draw with ASCII alone, but for what people have written.
        beside: What is to run beside the app, in its event loop; it is cancelled when the app ends.

    Returns:
        The exit status: 0 when somebody quit, 129, 130 or 143 after SIGHUP, SIGINT or SIGTERM, 1 after a
        bug, and that of the error when the ledger could not be opened, or what to play not be found.
    """
    gc.set_threshold(_ALLOCATIONS)
    from tui_ledger.content import speak  # noqa: PLC0415
    from tui_ledger.ui.run import run  # noqa: PLC0415 - Textual takes 200 ms, and this package is cheap

    speak(language)
    return run(path, scenario=scenario, traffic=traffic, seed=seed, ascii_only=ascii_only, beside=beside)
