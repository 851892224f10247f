"""The app with a probe in it, for the benchmark `screen`.

python -m tui_ledger.ui.probed LEDGER RATE SOCKET
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui_ledger.ui import run_app

if TYPE_CHECKING:
    from tui_ledger.ui.app import LedgerApp


def main() -> int:
    """Run as `tui-ledger open LEDGER --traffic RATE` does, and say over the socket how that goes."""
    path, rate, descriptor = sys.argv[1:]

    async def beside(app: LedgerApp) -> None:
        from tui_ledger.bench.probe import answer  # noqa: PLC0415 - it imports the ledger

        await answer(connection, lambda: app.ledger)

    with socket.socket(fileno=int(descriptor)) as connection:
        traffic = float(rate) or None
        return run_app(
            Path(path), scenario=None, traffic=traffic, seed=0, ascii_only=False, language="en", beside=beside
        )


if __name__ == "__main__":
    sys.exit(main())
