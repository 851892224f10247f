"""For tests of and with the ledger: decisions in one sentence, and time and ids that a test decides.

`tui_ledger.testing.plugin` has these as fixtures of pytest, which nothing here needs.
"""

from tui_ledger.testing.clock import VirtualClock, breathe
from tui_ledger.testing.given import OCCURRED_AT, given
from tui_ledger.testing.ids import CountingIds
from tui_ledger.testing.settle import settle

__all__ = ["OCCURRED_AT", "CountingIds", "VirtualClock", "breathe", "given", "settle"]
