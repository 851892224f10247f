"""A process that imports a file and is killed at a chosen moment: run as a script.

    importing.py LEDGER FILE WHERE COUNT

It kills itself right before it does for the COUNT-th time what WHERE names: `check` an event, `commit` a batch
of staged events, `append` an event to the log, or `remove` the staging file.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, Final

import tui_ledger.cli
from tui_ledger.event_store.restored import Restored
from tui_ledger.exchange.checking import Checker
from tui_ledger.exchange.staging import Staging

MOMENTS: Final[dict[str, tuple[type, str]]] = {
    "check": (Checker, "take_in"),
    "commit": (Staging, "commit"),
    "append": (Restored, "place"),
    "remove": (Staging, "remove"),
}


def killing(method: Callable[..., Any], count: int) -> Callable[..., Any]:
    """`method`, which ends everything the `count`-th time that it is called."""
    left = count

    def call(*args: Any) -> Any:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return method(*args)

    return call


if __name__ == "__main__":
    ledger, file, where, count = sys.argv[1:]
    owner, name = MOMENTS[where]
    setattr(owner, name, killing(getattr(owner, name), int(count)))
    sys.argv[1:] = ["import", ledger, file]
    sys.exit(tui_ledger.cli.main())
