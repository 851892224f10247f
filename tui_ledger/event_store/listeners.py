"""Telling others what was appended."""

import asyncio
from collections.abc import Sequence

from tui_ledger.event_store.port import Listener, StoredEvent


class Listeners:
    """Those who want each batch of events once it is durable."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def add(self, listener: Listener) -> None:
        """Have `listener` called from now on."""
        self._listeners.append(listener)

    def publish(self, events: Sequence[StoredEvent]) -> None:
        """Call every listener. One that fails is reported to the event loop, and harms nobody else."""
        for listener in self._listeners:
            try:
                listener(events)
            except Exception as error:
                # The events are stored: neither who appended them nor the next listener may suffer.
                context = {"message": "a listener of the event store failed", "exception": error}
                asyncio.get_running_loop().call_exception_handler(context)
