"""The process that makes a history up: see `apart`.

It writes to standard output, each with its length before it: the events, many at once, and at last the
manifest. It imports little, so that it starts soon, and ends by itself when nobody reads it any more.
"""

import marshal
import signal
import sys
from itertools import islice
from typing import Any, Final

from msgspec.structs import astuple

from tui_ledger.event_store.chain import GENESIS
from tui_ledger.simulation.history.history import History
from tui_ledger.simulation.history.manifest import manifest_of
from tui_ledger.simulation.history.plan import Plan

LENGTH: Final = 4
"""The bytes that say how long what follows is, little-endian."""

_TOGETHER: Final = 200  # events: so many are still in the processor's cache when they are sent


def main(plan: Plan) -> None:
    """Make the history of `plan`."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    history = History(plan)
    events = map(astuple, history.events())
    while batch := list(islice(events, _TOGETHER)):
        _send(batch)
    _send(manifest_of(history, GENESIS))


def _send(message: Any) -> None:
    data = marshal.dumps(message)
    sys.stdout.buffer.write(len(data).to_bytes(LENGTH, "little"))
    sys.stdout.buffer.write(data)


if __name__ == "__main__":
    main(Plan(*map(int, sys.argv[1:])))
