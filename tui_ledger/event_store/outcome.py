"""What became of an append, as a future."""

from asyncio import Future, get_running_loop

from tui_ledger.event_store.port import Append, Appended, EventStore


def awaited(store: EventStore, append: Append) -> Future[Appended]:
    """Put `append` in its turn; the future has its outcome. Whoever waits for it may be cancelled."""
    future: Future[Appended] = get_running_loop().create_future()

    def settled(outcome: Appended | Exception) -> None:
        if future.done():
            return
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    store.submit(append, settled)
    return future
