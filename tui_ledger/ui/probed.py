"""The app with a probe in it, for the benchmark `screen`.

python -m tui_ledger.ui.probed LEDGER RATE SOCKET
"""

import socket
import sys
from pathlib import Path

from tui_ledger.bench.probe import answer
from tui_ledger.ui.app import LedgerApp
from tui_ledger.ui.run import run


def main() -> int:
    """Run as `tui-ledger open LEDGER --traffic RATE` does, and say over the socket how that goes."""
    path, rate, descriptor = sys.argv[1:]

    async def beside(app: LedgerApp) -> None:
        await answer(connection, lambda: app.ledger)

    with socket.socket(fileno=int(descriptor)) as connection:
        return run(Path(path), scenario=None, traffic=float(rate) or None, seed=0, beside=beside)


if __name__ == "__main__":
    sys.exit(main())
