"""Work that would hold up the event loop, in another thread."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T], stop: Callable[[], None] | None = None) -> T:
    """What `work` gives. A caller that is cancelled waits for it all the same: nothing is left behind.

    Args:
        work: What is soon done, or can be stopped.
        stop: Has `work` raise or return soon.
    """
    working = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        if stop is not None:
            stop()
        await asyncio.wait({working})
        if not working.cancelled():
            working.exception()  # it is known: nobody asks any more
        raise
