"""A ledger with simulated customers and no screen: the base of what the screen costs under load.

python -m tui_ledger.bench.headless LEDGER RATE SOCKET
"""

import asyncio
import gc
import signal
import socket
import sys
from pathlib import Path

from tui_ledger.bench.probe import answer
from tui_ledger.clock import SystemClock
from tui_ledger.ledger import Ledger
from tui_ledger.simulation.traffic import Traffic


async def _serve(path: Path, rate: float, connection: socket.socket) -> None:
    task = asyncio.current_task()
    if task is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with Ledger.open(path) as ledger, asyncio.TaskGroup() as tasks:
        gc.collect()
        gc.freeze()  # as the app does
        answering = tasks.create_task(answer(connection, lambda: ledger))
        if rate:
            traffic = tasks.create_task(Traffic(ledger, rate, 0, SystemClock()).run())
            await answering
            traffic.cancel()


def main() -> None:
    """Run until the other end of the socket is closed."""
    path, rate, descriptor = sys.argv[1:]
    with socket.socket(fileno=int(descriptor)) as connection:
        asyncio.run(_serve(Path(path), float(rate), connection))


if __name__ == "__main__":
    main()
