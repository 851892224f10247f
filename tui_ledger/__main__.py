"""`python -m tui_ledger` is `tui-ledger`."""

import sys

from tui_ledger.cli import main

if __name__ == "__main__":
    sys.exit(main())
