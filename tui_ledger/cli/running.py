"""Running a coroutine to its end, or until a signal ends it in good order."""

import asyncio
import gc
import signal
from collections.abc import Coroutine
from typing import Any, Final

INTERRUPTED: Final = 128 + signal.SIGINT
"""The exit status after Ctrl-C, as a shell has it."""

_ALLOCATIONS: Final = 20_000
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(main: Coroutine[Any, Any, int], *, interrupted: int = INTERRUPTED) -> int:
    """The exit status of `main`, which a signal cancels, so that it closes what it opened.

    Args:
        main: What to run; it returns an exit status.
        interrupted: The status after Ctrl-C: 0 for a command that has no other end. After another signal
            it is 128 and the signal's number.
    """
    spare_the_collector()
    return asyncio.run(_until_signalled(main, interrupted))


def spare_the_collector() -> None:
    """Have the garbage collector look less often, and never at what was imported.

    Nearly everything that comes and goes here is freed when its last reference goes; looking for cycles
    among it every 700 objects takes a tenth of the time of a command.
    """
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS)


async def _until_signalled(main: Coroutine[Any, Any, int], interrupted: int) -> int:
    received: list[int] = []
    task = asyncio.ensure_future(main)
    loop = asyncio.get_running_loop()

    def stop(number: int, _: object) -> None:
        # Asyncio's own handlers lose a signal while hundreds of results of threads wait for the loop.
        received.append(number)
        loop.call_soon_threadsafe(task.cancel)

    # Whoever started this with `nohup`, or in the background, has a signal ignored.
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    handled = [number for number in _SIGNALS if before[number] is not signal.SIG_IGN]
    for number in handled:
        signal.signal(number, stop)
    try:
        return await task
    except asyncio.CancelledError:
        if not received:
            raise
        return interrupted if received[0] == signal.SIGINT else 128 + received[0]
    finally:
        for number in handled:
            signal.signal(number, before[number])
