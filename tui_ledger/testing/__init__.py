"""For tests of and with the ledger: decisions in one sentence, and time and ids that a test decides."""

from tui_ledger.testing.clock import VirtualClock
from tui_ledger.testing.given import given
from tui_ledger.testing.ids import CountingIds

__all__ = ["CountingIds", "VirtualClock", "given"]
