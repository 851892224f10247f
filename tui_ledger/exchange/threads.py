"""Work that would hold up the event loop, in other threads."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def finished(work: Callable[[], T]) -> T:
    """What `work` gives. A caller that is cancelled waits for it nevertheless: it is soon done."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # it is known: nobody asks any more
        raise


async def interruptible(work: Callable[[], T]) -> T:
    """What `work` gives. It may wait for a pipe for ever: a caller that is cancelled leaves it alone.

    Its thread is a daemon, so that the program can end all the same.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def settle(set_outcome: Callable[[], None]) -> None:
        if not result.done():
            set_outcome()

    def run() -> None:
        try:
            value = work()
        except BaseException as error:  # whatever it is, it is the caller's
            outcome = lambda error=error: result.set_exception(error)
        else:
            outcome = lambda: result.set_result(value)
        with suppress(RuntimeError):  # the event loop is gone, and with it the caller
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=run, name="import", daemon=True).start()
    return await result
