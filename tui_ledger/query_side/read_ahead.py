"""Reading ahead: the next pages of the log are on their way while one is folded."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from typing import Final

from tui_ledger.event_store.port import EventStore, FactPage

PAGE: Final = 1000
"""How many events a page has."""

_AHEAD: Final = 4  # pages that are asked for before they are needed, so that the store is never idle


async def read_ahead(store: EventStore, after: int, until: int) -> AsyncGenerator[FactPage, None]:
    """What happened above `after` and up to `until`, page by page.

    The pages end sooner where the log does, and before an event that cannot be decoded.
    """
    starts = iter(range(after, until, PAGE))
    coming: deque[asyncio.Task[FactPage]] = deque()
    try:
        while True:
            while len(coming) < _AHEAD and (start := next(starts, None)) is not None:
                coming.append(asyncio.create_task(store.facts(start, min(PAGE, until - start))))
            if not coming:
                return
            page = await coming[0]
            coming.popleft()
            if page.head is None:
                return
            yield page
            if len(page.facts) < PAGE:
                return
    finally:
        for task in coming:
            task.cancel()
        await asyncio.gather(*coming, return_exceptions=True)
